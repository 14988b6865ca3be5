"""What tests share: a model, rows, and one session."""
import json
import os
import shutil
from pathlib import Path

import herd

ROOT = Path(os.environ["HERD_TEST_ROOT"])
MODEL = str(ROOT / "data-samples" / "tiny-llama")


def session():
    return herd.start("local[2]", memory="2g", settings={"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1",
                                                         "spark.driver.bindAddress": "127.0.0.1",
                                                         "spark.sql.shuffle.partitions": "2"})


def guard(folder):
    """A tiny model with a template of Llama Guard's kind, in a folder below this one."""
    guards = ROOT / "udfs" / "test-resources" / "guard"
    model = shutil.copytree(guards / "llama3", Path(folder, "guard"))
    shutil.copy(guards / "guard3-parts.jinja", model / "chat_template.jinja")
    return str(model)


def reviews(count):
    lines = (ROOT / "data-samples" / "reviews.jsonl").read_text().splitlines()[:count]
    return [json.loads(line) for line in lines]


def frame(count):
    return session().createDataFrame([(str(row["id"]), row["text"]) for row in reviews(count)], "id string, text string")
