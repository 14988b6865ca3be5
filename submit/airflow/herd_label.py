"""A DAG by environment variables, of the workers and of the DAG processor: herd_dag.py has the DAG itself.

  HERD_JAR          herd.jar, at a path or URI that the Spark connection's spark-submit reaches
  HERD_CONF         the configuration, on the worker; its input, output and work-dir come from here
  HERD_INPUT        default /data/reviews/{{ data_interval_start | ds }}/*.jsonl: one day's rows
  HERD_OUTPUT       default /data/labels/{{ data_interval_start | ds }}
  HERD_WORK_DIR     default /data/herd/{{ data_interval_start | ds }}
  HERD_PROPERTIES   a file of Spark settings, such as conf/spark-defaults.gpu.conf
  HERD_TOKEN_CONNECTION, HERD_RETRY_SECONDS
"""

import os
from datetime import timedelta

from airflow.sdk import Asset
from herd_dag import herd_dag

DAY = "{{ data_interval_start | ds }}"

dag = herd_dag(
    "herd_label",
    conf=os.environ.get("HERD_CONF", "/opt/herd/reviews.conf"),
    input=os.environ.get("HERD_INPUT", f"/data/reviews/{DAY}/*.jsonl"),
    output=os.environ.get("HERD_OUTPUT", f"/data/labels/{DAY}"),
    work_dir=os.environ.get("HERD_WORK_DIR", f"/data/herd/{DAY}"),
    jar=os.environ.get("HERD_JAR", "/opt/herd/herd.jar"),
    properties_file=os.environ.get("HERD_PROPERTIES"),
    token_connection=os.environ.get("HERD_TOKEN_CONNECTION"),
    asset=Asset("herd_labels"),  # schedule=[Asset("herd_labels")] runs another DAG when a day's labels are there
    retry_delay=timedelta(seconds=int(os.environ.get("HERD_RETRY_SECONDS", "300"))),
)
