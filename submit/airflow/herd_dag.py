"""DAGs that run Herd over each interval's rows: check -> run -> verify, on Airflow 3.

Copy this file into the DAG folder, and call it from another file there; herd_label.py beside it is one that goes by
environment variables:

  from herd_dag import herd_dag  # airflow: it skips files that don't have this word

  reviews = herd_dag("label_reviews", conf="/opt/herd/reviews.conf",
                     input="s3a://bucket/reviews/{{ data_interval_start | ds }}/*.jsonl",
                     output="s3a://bucket/labels/{{ data_interval_start | ds }}",
                     work_dir="s3a://bucket/herd/{{ data_interval_start | ds }}")

A work_dir for each interval lets each be repeated by itself. Write data_interval_start and not ds, which for runs
triggered by hand is another day. The worker must be able to read the work-dir: a path that it mounts, or a URI for which it
has the provider (s3:// needs apache-airflow-providers-amazon).

Once: airflow pools set herd_gpu 1 "Spark applications that may use the GPUs at once"

The Hub's token: HF_TOKEN in the worker's environment, which spark-submit inherits. Or the password of the connection
that token_connection names, wherever your secrets backend keeps it. Never in conf, env_vars or arguments: Airflow
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

DONE, USER_ERROR, FAILED_ROWS = "done", "user_error", "failed_rows"  # outcomes in run.json


def report(work_dir):
    """What the last run on a work-dir came to, or None before the first."""
    file = ObjectStoragePath(work_dir) / "run.json"
    return json.loads(file.read_text()) if file.exists() else None


def say_where(work_dir):
    """What is called when a task has failed for good: put your pager here."""

    def say(context):
        failed = context["task"]
        failed.log.error("Herd's report: %s/run.json", failed.render_template(work_dir, context))

    return say


class HerdOperator(SparkSubmitOperator):
    """Submits one of Herd's verbs, and doesn't let Airflow retry what can't get better by itself."""

    template_fields = (*SparkSubmitOperator.template_fields, "work_dir", "on_failed_rows")

    def __init__(
        self,
        *,
        verb,
        conf_file,
        work_dir,
        jar="/opt/herd/herd.jar",
        settings=(),
        token_connection=None,
        on_failed_rows="{{ params.on_failed_rows }}",
        **kwargs,
    ):
        super().__init__(
            application=jar,
            java_class="io.herd.job.Main",
            name=f"herd-{verb}",
            application_args=[verb, conf_file, f"herd.run.work-dir={work_dir}", *settings],
            **kwargs,
        )
        self.work_dir = work_dir
        self.token_connection = token_connection
        self.on_failed_rows = on_failed_rows

    def execute(self, context):
        if self.token_connection:  # of this task's process alone, and after its templates were stored
            os.environ["HF_TOKEN"] = BaseHook.get_connection(self.token_connection).password
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


def told(work_dir, on_failed_rows):
    """What consumers are told. Believes run.json and manifest.json, not exit codes."""
    run = report(work_dir) or {}
    accepted = [DONE] + [FAILED_ROWS] * (on_failed_rows == "accept")
    if run.get("outcome") not in accepted:
        raise AirflowFailException(f"{work_dir}/run.json says {run.get('outcome')}: {run.get('error')}")
    if run["rows_out"] != run["rows_in"]:
        raise AirflowFailException(f"{run['rows_in']} rows went in and {run['rows_out']} came out")
    if not (ObjectStoragePath(work_dir) / "manifest.json").exists():
        raise AirflowFailException(f"{work_dir}/manifest.json is missing: the output isn't whole")
    keys = ("rows_out", "rows_ok", "rows_failed", "rows_generated", "accuracy")
    return {"work_dir": work_dir, **{key: run[key] for key in keys}}


def herd_dag(
    dag_id,
    *,
    conf,
    input,
    output,
    work_dir,
    jar="/opt/herd/herd.jar",
    properties_file=None,
    token_connection=None,
    asset=None,
    schedule="@daily",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    max_duration="6h",
    retries=3,
    retry_delay=timedelta(minutes=5),
    pool="herd_gpu",
    spark_conn_id="spark_default",
    **dag_options,
):
    """A DAG that runs one of Herd's configurations for each interval.

    :param conf: the configuration, on the worker; input, output and work_dir, which are templates, win over its own
    :param jar: herd.jar, at a path or URI that the Spark connection's spark-submit reaches
    :param properties_file: Spark's settings, such as conf/spark-defaults.gpu.conf
    :param token_connection: the connection whose password is the Hub's token; without one it is the worker's HF_TOKEN
    :param asset: what other DAGs are scheduled by when an interval is complete; of the DAG's name if not given
    :param schedule: cron, in UTC
    :param max_duration: the run's deadline, from which a retry goes on; execution_timeout, which kills, comes an hour later
    :param dag_options: DAG's own, such as tags and catchup
    """
    asset = asset or Asset(dag_id)
    common = {
        "conf_file": conf,
        "work_dir": work_dir,
        "jar": jar,
        "properties_file": properties_file,
        "token_connection": token_connection,
        "conn_id": spark_conn_id,
        "settings": [
            f"herd.input.path={input}",
            f"herd.output.path={output}",
            "herd.run.max-duration={{ params.max_duration }}",
        ],
    }
    options = {"catchup": False, "max_active_runs": 1, "tags": ["herd"], "doc_md": __doc__, **dag_options}
    with DAG(
        dag_id=dag_id,
        schedule=CronDataIntervalTimetable(schedule, timezone="UTC"),
        start_date=start_date,
        default_args={"retries": retries, "retry_delay": retry_delay, "on_failure_callback": say_where(work_dir)},
        params={
            "on_failed_rows": Param("fail", enum=["fail", "accept"], description="when too many rows failed"),
            "max_duration": Param(max_duration, type="string", description="the run's deadline"),
        },
        **options,
    ) as dag:

        @task(outlets=[asset], retries=0)
        def verify(work_dir, on_failed_rows, *, outlet_events):
            outlet_events[asset].extra = told(work_dir, on_failed_rows)

        check = HerdOperator(task_id="check", verb="check", execution_timeout=timedelta(minutes=30), **common)
        run = HerdOperator(
            task_id="run", verb="run", pool=pool, execution_timeout=hours(max_duration) + timedelta(hours=1), **common
        )
        check >> run >> verify(work_dir, "{{ params.on_failed_rows }}")
    return dag


def hours(duration):
    """A duration as Herd writes it: 90m, 6h, 2d."""
    number, unit = re.fullmatch(r"(\d+)\s*([smhd])", duration).groups()
    return timedelta(**{{"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[unit]: int(number)})
