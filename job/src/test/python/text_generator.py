"""Herd's TextGenerator from PySpark, by way of the JVM: spark-submit --jars herd.jar text_generator.py MODEL REVIEWS OUT"""
import sys

from pyspark.sql import DataFrame, SparkSession

model, path, out = sys.argv[1:]
spark = SparkSession.builder.appName("text-generator").getOrCreate()
reviews = spark.read.json(path).selectExpr("id", r"concat('Review: ', text, '\nSentiment:') AS prompt")

generator = (
    spark._jvm.io.herd.api.TextGenerator()
    .setModelUrl(model)
    .setInputCol("prompt")
    .setOutputCol("label")
    .setChoices([" positive", " negative"])
    .setBatchSize(32)
)
labelled = DataFrame(generator.transform(reviews._jdf), spark)

labelled.write.json(out)
spark.read.json(out).groupBy("label").count().show()
spark.stop()
