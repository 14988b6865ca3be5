"""Runs the job: ``python -m herd run reviews.conf`` is ``submit/herd run reviews.conf`` with this Python's Spark."""
from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import List

from herd._errors import HerdError
from herd._home import home, jar

_AT_ONCE = ("--version", "--help", "-h", "help", "completion", "init")  # what the launcher answers itself


def main() -> None:
    """Becomes the launcher; its exit codes are the job's."""
    environment = dict(os.environ)
    try:
        if not _at_once(sys.argv[1:]):
            environment["HERD_JAR"] = jar()
    except HerdError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    if not environment.get("SPARK_HOME"):
        import pyspark

        environment["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
    os.execvpe("bash", ["bash", str(home() / "submit" / "herd"), *sys.argv[1:]], environment)


def _at_once(arguments: List[str]) -> bool:
    return not arguments or arguments[0] in _AT_ONCE or bool({"--help", "-h"}.intersection(arguments))


if __name__ == "__main__":
    main()
