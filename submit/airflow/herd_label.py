"""Labels each day's rows with Herd: check -> run -> verify, on Airflow 3.

Copy it into the DAG folder and set, in the environment of the workers and of the DAG processor:

  HERD_JAR          herd.jar, at a path or URI that the Spark connection's spark-submit reaches
  HERD_CONF         the configuration, on the worker; its input, output and work-dir come from here
  HERD_INPUT        default /data/reviews/{{ data_interval_start | ds }}/*.jsonl: one day's rows
  HERD_OUTPUT       default /data/labels/{{ data_interval_start | ds }}
  HERD_WORK_DIR     default /data/herd/{{ data_interval_start | ds }}: one for each interval, so that each
                    can be repeated by itself
  HERD_PROPERTIES   a file of Spark settings, such as conf/spark-defaults.gpu.conf

Write data_interval_start and not ds, which for runs triggered by hand is another day. The worker must be able to read the
work-dir: a path that it mounts, or a URI for which it has the provider (s3:// needs apache-airflow-providers-amazon).

Once: airflow pools set herd_gpu 1 "Spark applications that may use the GPUs at once"

The Hub's token: HF_TOKEN in the worker's environment, which spark-submit inherits. Or the password of the connection
that HERD_TOKEN_CONNECTION names, wherever your secrets backend keeps it. Never in conf, env_vars or arguments: Airflow
logs them and stores them in its database. Where the driver isn't on the worker (deploy mode cluster) neither reaches
it: use a credential store or a Kubernetes Secret, as Herd's submit/README.md says.

A retry goes on where the attempt before it stopped; nothing is generated twice. What can't get better by itself (exit
code 2, and 4 unless on_failed_rows is accept) isn't retried. That is read from run.json, because exit codes don't reach
Airflow from every deploy mode.

Airflow 2.9 and later: import DAG, task and Param from airflow.decorators and airflow.models, Asset as
airflow.datasets.Dataset, ObjectStoragePath from airflow.io.path, BaseHook from airflow.hooks.base, AirflowFailException
from airflow.exceptions, and CronDataIntervalTimetable from airflow.timetables.interval; leave the event's extra out.
"""

import json
import os
import re
from datetime import datetime, timedelta, timezone

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import DAG, Asset, BaseHook, CronDataIntervalTimetable, ObjectStoragePath, Param, task
from airflow.sdk.exceptions import AirflowFailException

JAR = os.environ.get("HERD_JAR", "/opt/herd/herd.jar")
CONF = os.environ.get("HERD_CONF", "/opt/herd/reviews.conf")
INPUT = os.environ.get("HERD_INPUT", "/data/reviews/{{ data_interval_start | ds }}/*.jsonl")
OUTPUT = os.environ.get("HERD_OUTPUT", "/data/labels/{{ data_interval_start | ds }}")
WORK_DIR = os.environ.get("HERD_WORK_DIR", "/data/herd/{{ data_interval_start | ds }}")
PROPERTIES = os.environ.get("HERD_PROPERTIES")
TOKEN_CONNECTION = os.environ.get("HERD_TOKEN_CONNECTION")
RETRY_DELAY = timedelta(seconds=int(os.environ.get("HERD_RETRY_SECONDS", "300")))

LABELS = Asset("herd_labels")  # schedule=[LABELS] runs another DAG when a day's labels are there

DONE, USER_ERROR, FAILED_ROWS = "done", "user_error", "failed_rows"  # outcomes in run.json


def report(work_dir):
    """What the last run on a work-dir came to, or None before the first."""
    file = ObjectStoragePath(work_dir) / "run.json"
    return json.loads(file.read_text()) if file.exists() else None


def say_where(context):
    """Called when a task has failed for good: put your pager here."""
    failed = context["task"]
    failed.log.error("Herd's report: %s/run.json", failed.render_template(WORK_DIR, context))


class HerdOperator(SparkSubmitOperator):
    """Submits one of Herd's verbs, and doesn't let Airflow retry what can't get better by itself."""

    template_fields = (*SparkSubmitOperator.template_fields, "work_dir", "on_failed_rows")

    def __init__(self, *, verb, work_dir=WORK_DIR, on_failed_rows="{{ params.on_failed_rows }}", **kwargs):
        super().__init__(
            application=JAR,
            java_class="io.herd.job.Main",
            name=f"herd-{verb}",
            properties_file=PROPERTIES,
            application_args=[
                verb,
                CONF,
                f"herd.input.path={INPUT}",
                f"herd.output.path={OUTPUT}",
                f"herd.run.work-dir={WORK_DIR}",
                "herd.run.max-duration={{ params.max_duration }}",
            ],
            **kwargs,
        )
        self.work_dir = work_dir
        self.on_failed_rows = on_failed_rows

    def execute(self, context):
        if TOKEN_CONNECTION:  # of this task's process alone, and after its templates were stored
            os.environ["HF_TOKEN"] = BaseHook.get_connection(TOKEN_CONNECTION).password
        before = report(self.work_dir)
        try:
            super().execute(context)
        except Exception as error:  # the provider raises several, by deploy mode
            if self.outcome(before, error) == FAILED_ROWS and self.on_failed_rows == "accept":
                self.log.warning("More rows failed than allowed, which on_failed_rows accepts.")
            elif self.outcome(before, error) in (USER_ERROR, FAILED_ROWS):
                raise AirflowFailException(f"A retry can't help: {self.why(before)}") from error
            else:
                raise

    def outcome(self, before, error):
        """How this attempt ended; None where it left no report, because it was killed or never began."""
        after = report(self.work_dir)
        if after != before:
            return after["outcome"]
        code = re.search(r"Error code is: (\d+)", str(error))  # check writes no report
        return {"2": USER_ERROR, "4": FAILED_ROWS}.get(code and code.group(1))

    def why(self, before):
        after = report(self.work_dir)
        return (after != before and after["error"]) or "see Herd's message above"


@task(outlets=[LABELS], retries=0)
def verify(work_dir, on_failed_rows, *, outlet_events):
    """Believes run.json and manifest.json, not exit codes, and tells those who wait for the labels."""
    run = report(work_dir) or {}
    accepted = [DONE] + [FAILED_ROWS] * (on_failed_rows == "accept")
    if run.get("outcome") not in accepted:
        raise AirflowFailException(f"{work_dir}/run.json says {run.get('outcome')}: {run.get('error')}")
    if run["rows_out"] != run["rows_in"]:
        raise AirflowFailException(f"{run['rows_in']} rows went in and {run['rows_out']} came out")
    if not (ObjectStoragePath(work_dir) / "manifest.json").exists():
        raise AirflowFailException(f"{work_dir}/manifest.json is missing: the output isn't whole")
    told = ("rows_out", "rows_ok", "rows_failed", "rows_generated", "accuracy")
    outlet_events[LABELS].extra = {"work_dir": work_dir, **{key: run[key] for key in told}}


with DAG(
    dag_id="herd_label",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("@daily", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": RETRY_DELAY, "on_failure_callback": say_where},
    params={
        "on_failed_rows": Param("fail", enum=["fail", "accept"], description="when too many rows failed"),
        "max_duration": Param("6h", type="string", description="the run's deadline; a retry goes on from there"),
    },
    tags=["herd"],
) as dag:
    check = HerdOperator(task_id="check", verb="check", execution_timeout=timedelta(minutes=30))
    run = HerdOperator(  # execution_timeout kills; max_duration, which is shorter, lets it write what it has
        task_id="run", verb="run", pool="herd_gpu", execution_timeout=timedelta(hours=7)
    )
    check >> run >> verify(WORK_DIR, "{{ params.on_failed_rows }}")
