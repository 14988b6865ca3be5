"""Labels and generates text for the rows of a Spark DataFrame with a Llama model.

>>> import herd
>>> spark = herd.start()
>>> reviews = spark.read.csv("reviews.csv", header=True)
>>> labelled = herd.label(reviews, "hf://HuggingFaceTB/SmolLM2-135M-Instruct", [" positive", " negative"],
...                       "Review: {{ text }}\\nSentiment:", chat="off", work_dir="work")
>>> labelled.show()
"""
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from herd._calls import extract, generate, label, moderate, report
from herd._errors import HerdError
from herd._home import jar
from herd._report import Report
from herd._session import start

if TYPE_CHECKING:
    from herd.ml import TextGenerator

try:
    __version__ = version("herd-spark")
except PackageNotFoundError:  # from a checkout, which isn't installed
    __version__ = "0"


def __getattr__(name: str) -> Any:
    if name == "TextGenerator":  # pyspark.ml takes numpy and half a second
        from herd.ml import TextGenerator

        return TextGenerator
    raise AttributeError(f"module 'herd' has no attribute '{name}'")


__all__ = ["HerdError", "Report", "TextGenerator", "extract", "generate", "jar", "label", "moderate", "report", "start"]
