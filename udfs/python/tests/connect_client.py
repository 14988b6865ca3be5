"""What a client of Spark Connect finds: connect_client.py PORT"""
import os
import sys

import herd
from pyspark.sql import SparkSession
from tests.support import MODEL

spark = SparkSession.builder.remote(f"sc://127.0.0.1:{sys.argv[1]}").getOrCreate()
rows = spark.sql("SELECT 'It works' AS text")


def refused(call):
    try:
        call()
    except herd.HerdError as error:
        return "Spark Connect" in str(error) and "herd_label and herd_generate in SQL" in str(error)
    return False


os.environ["SPARK_REMOTE"] = f"sc://127.0.0.1:{sys.argv[1]}"
assert refused(herd.start), "herd.start"
assert refused(lambda: herd.label(rows, MODEL, [" a", " b"], "{{ text }}")), "herd.label"
assert refused(lambda: herd.generate(rows, MODEL, "{{ text }}")), "herd.generate"
assert refused(lambda: herd.extract(rows, MODEL, {"type": "boolean"}, "{{ text }}")), "herd.extract"
assert refused(lambda: herd.TextGenerator(inputCol="text", outputCol="a", modelUrl=MODEL)), "TextGenerator"

spark.conf.set("spark.herd.model.path", MODEL)
rows.createOrReplaceTempView("rows")
labels = spark.sql("SELECT herd_label(text, array(' a', ' b')).label AS label FROM rows").collect()
assert labels[0].label in ("a", "b"), labels
try:
    spark.sql("SELECT herd_label(text) FROM rows").collect()
except Exception as error:
    assert "herd_label takes a prompt and labels" in str(error), error
else:
    raise AssertionError("herd_label without labels")
print("as expected")
