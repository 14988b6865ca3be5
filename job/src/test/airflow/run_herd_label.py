"""Runs the DAG herd_label once by dag.test() for the day before a midnight, and writes what became of it as JSON.

Arguments: the midnight, the file to write, and as JSON: conf (the run's), skip (task ids to mark as done), kill (a folder:
its first file makes this script kill spark-submit, once).
"""

import glob
import json
import os
import sys
import threading
import time
from datetime import datetime, timezone

import psutil
from airflow.utils.session import create_session
from sqlalchemy import text

MIDNIGHT, OUT, OPTIONS = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
TOKEN = json.loads(os.environ["AIRFLOW_CONN_HERD_HUB"])["password"]
had_token = set()


def jvms():
    for process in psutil.Process().children(recursive=True):
        try:
            if "SparkSubmit" in " ".join(process.cmdline()):
                had_token.add(process.environ().get("HF_TOKEN") == TOKEN)
                yield process
        except psutil.Error:
            pass  # has just ended


def watch():
    armed = "kill" in OPTIONS
    while True:
        running = list(jvms())
        if armed and running and glob.glob(OPTIONS["kill"] + "/[!._]*.jsonl"):
            running[0].kill()
            armed = False
        time.sleep(0.05)


threading.Thread(target=watch, daemon=True).start()
sys.path.insert(0, os.path.join(os.environ["AIRFLOW_HOME"], "dags"))
from herd_label import dag  # noqa: E402, because Airflow wants it in the DAG folder

run = dag.test(
    logical_date=datetime.fromisoformat(MIDNIGHT).replace(tzinfo=timezone.utc),
    run_conf=OPTIONS.get("conf"),
    mark_success_pattern=OPTIONS.get("skip"),
)
with create_session() as session:
    told = [json.loads(extra)["work_dir"] for extra in session.execute(text("SELECT extra FROM asset_event")).scalars()]
tries = {instance.task_id: instance.try_number for instance in run.get_task_instances()}
with open(OUT, "w") as out:
    json.dump({"state": run.state, "tries": tries, "told": told, "token_arrived": had_token == {True}}, out)
