"""Runs the job: ``python -m herd run reviews.conf`` is ``submit/herd run reviews.conf`` with this Python's Spark."""
from __future__ import annotations

import os
import sys
from pathlib import Path

from herd._errors import HerdError
from herd._home import home, jar


def main() -> None:
    """Becomes the launcher; its exit codes are the job's."""
    try:
        environment = {**os.environ, "HERD_JAR": jar()}
    except HerdError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    if not environment.get("SPARK_HOME"):
        import pyspark

        environment["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
    os.execvpe("bash", ["bash", str(home() / "submit" / "herd"), *sys.argv[1:]], environment)


if __name__ == "__main__":
    main()
