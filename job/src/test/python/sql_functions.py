"""Herd's SQL functions from PySpark. To be called by

spark-submit --jars herd.jar --conf spark.sql.extensions=io.herd.api.HerdExtensions
    --conf spark.herd.model.path=MODEL sql_functions.py REVIEWS OUT
"""
import sys

from pyspark.sql import SparkSession

path, out = sys.argv[1:]
spark = SparkSession.builder.appName("sql-functions").getOrCreate()
spark.read.json(path).createOrReplaceTempView("reviews")
labelled = spark.sql(r"""
    SELECT id, l.label, l.probability FROM (
        SELECT id, herd_label(concat('Review: ', text, '\nSentiment:'), array(' positive', ' negative')) AS l
        FROM reviews)
""")
labelled.write.json(out)
spark.read.json(out).groupBy("label").count().show()
spark.stop()
