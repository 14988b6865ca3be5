"""Herd.generate and the SQL functions, in a session with the extensions: library_on_any_spark.py MODEL REVIEWS"""
import sys

from pyspark.sql import DataFrame, SparkSession

model, path = sys.argv[1:]
spark = SparkSession.builder.appName("any-spark").getOrCreate()
reviews = spark.read.json(path)
rows = reviews.count()

settings = spark._jvm.io.herd.api.HerdSettings.model(model).set("prompt.column", "text").set("choices", [" a", " b"])
labelled = DataFrame(spark._jvm.io.herd.api.Herd.generate(reviews._jdf, settings), spark)
assert labelled.where("label IN ('a', 'b')").count() == rows, labelled.collect()

reviews.createOrReplaceTempView("reviews")
spark.conf.set("spark.herd.model.path", model)
query = "SELECT herd_label(text, array(' a', ' b')).label AS l, herd_generate(text, map('max-new-tokens', 2)) FROM reviews"
try:
    answers = spark.sql(query)
    assert answers.where("l IN ('a', 'b')").count() == rows
    assert answers.columns == ["l", "herd_generate"], answers.columns
    assert spark.version >= "4", "Spark 3 plans no calls"
except Exception as error:
    assert spark.version < "4", error
    assert "herd_label needs Spark 4.0 or later, and this is Spark 3" in str(error), error
spark.stop()
