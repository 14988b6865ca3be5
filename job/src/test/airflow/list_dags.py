"""Prints the DAGs that Airflow finds in a folder, as JSON: their tasks and what the run's task submits."""

import json
import sys
from pathlib import Path

from airflow.dag_processing.dagbag import BundleDagBag

folder = Path(sys.argv[1])
bag = BundleDagBag(str(folder), bundle_path=folder, bundle_name="herd")
assert not bag.import_errors, bag.import_errors
found = {
    dag.dag_id: {"tasks": [task.task_id for task in dag.tasks], "words": dag.get_task("run").application_args}
    for dag in bag.dags.values()
}
print("\n" + json.dumps(found))
