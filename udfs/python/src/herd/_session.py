"""Spark sessions with Herd."""
from __future__ import annotations

import os
from contextlib import contextmanager
from typing import Any, Dict, Iterator, Mapping, Optional

from py4j.java_gateway import JavaClass  # type: ignore[import-untyped]
from pyspark import SparkConf, SparkContext
from pyspark.sql import SparkSession
from pyspark.sql.utils import is_remote

from herd._errors import HerdError, translated
from herd._home import jar

_EXTENSIONS = "io.herd.api.HerdExtensions"

# As submit/herd has them: else glibc gives large activations back to the kernel, and pays their page faults anew.
_MALLOC = {
    "MALLOC_MMAP_THRESHOLD_": "1073741824",
    "MALLOC_TRIM_THRESHOLD_": "4294967296",
    "MALLOC_TOP_PAD_": "67108864",
}

_CONNECT = (
    "This is a session of Spark Connect, and herd's functions need one with a JVM of its own."
    "\n  What to do: use herd_label and herd_generate in SQL, with herd.jar (spark.jars) and"
    f" spark.sql.extensions={_EXTENSIONS} on the server; or a session of herd.start()."
)


def start(
    master: Optional[str] = None,
    *,
    app_name: str = "herd",
    memory: Optional[str] = None,
    settings: Optional[Mapping[str, str]] = None,
) -> SparkSession:
    """Starts a Spark session with Herd, or returns the running one if it has Herd already.

    :param master: where to run, such as ``spark://host:7077``; all cores of this machine by default
    :param app_name: what Spark's UI calls it
    :param memory: heap of the driver, such as ``"8g"``; with a local master rows are kept there, and the
        model is beside it
    :param settings: other settings of Spark, such as ``{"spark.executor.memory": "8g"}``
    """
    wanted: Dict[str, str] = dict(settings or {})
    if is_remote() or "SPARK_REMOTE" in os.environ or "spark.remote" in wanted:
        raise HerdError(_CONNECT)
    active = SparkSession.getActiveSession()
    if active is not None:
        require(active)
        return active
    if master is not None:
        wanted["spark.master"] = master
    if memory is not None:
        wanted["spark.driver.memory"] = memory
    wanted["spark.app.name"] = app_name
    wanted["spark.jars"] = _with(wanted.get("spark.jars"), jar())
    wanted["spark.sql.extensions"] = _with(wanted.get("spark.sql.extensions"), _EXTENSIONS)
    wanted.setdefault("spark.driver.memory", "2g")
    wanted.setdefault("spark.ui.showConsoleProgress", "false")  # its bar and a call's line write over each other
    conf = SparkConf().setAll(list(wanted.items()))
    with _environment(_MALLOC):
        SparkContext._ensure_initialized(conf=conf)  # the JVM, which knows what else Herd wants of Spark
    jvm = SparkContext._jvm
    with translated(jvm):
        for key, value in dict(_herd(jvm).HerdSession.settings(wanted)).items():
            conf.set(key, value)
    return SparkSession.builder.config(conf=conf).getOrCreate()


def require(spark: SparkSession) -> Any:
    """Returns the JVM of a session with Herd."""
    if type(spark).__module__.startswith("pyspark.sql.connect"):
        raise HerdError(_CONNECT)
    _herd(spark._jvm)
    return spark._jvm


def running() -> Any:
    """Returns the JVM of the running session."""
    if is_remote():
        raise HerdError(_CONNECT)
    spark = SparkSession.getActiveSession()
    if spark is None:
        raise HerdError("There is no session of Spark.\n  What to do: begin one with herd.start().")
    return require(spark)


def _herd(jvm: Any) -> Any:
    api = jvm.io.herd.api
    if not isinstance(api.HerdRun, JavaClass):
        raise HerdError(
            "This session has no herd.jar."
            '\n  What to do: end it with spark.stop() and begin one with herd.start(), or begin it with'
            ' .config("spark.jars", herd.jar()).'
        )
    return api


def _with(others: Optional[str], own: str) -> str:
    return f"{others},{own}" if others else own


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Sets variables for child processes; those that are set already don't change."""
    added = [name for name in values if name not in os.environ]
    os.environ.update({name: values[name] for name in added})
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]
