import csv
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from tests.support import MODEL, ROOT, guard, reviews

CHECKS = """
assert labelled.where("label IN ('positive', 'negative')").count() == 8
assert opinions.where("parsed.stars BETWEEN 1 AND 5").count() == 8
assert judged.where("safe IS NOT NULL AND scores.unsafe BETWEEN 0 AND 1").count() == 1
"""


class ReadmeTest(unittest.TestCase):
    """The examples of README.md, in their order and in one Python, in a folder with a CSV."""

    def test_examples_run(self):
        text = (ROOT / "udfs" / "python" / "README.md").read_text()
        examples = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
        self.assertEqual(4, len(examples))
        with tempfile.TemporaryDirectory() as folder:
            with Path(folder, "reviews.csv").open("w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(["id", "text"])
                writer.writerows([row["id"], row["text"].replace("\n", " ")] for row in reviews(8))
            Path(folder, "examples.py").write_text("\n".join([f"MODEL = {MODEL!r}; GUARD = {guard(folder)!r}", *examples, CHECKS]))

            done = subprocess.run([sys.executable, "examples.py"], cwd=folder, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, timeout=300)

        self.assertEqual(0, done.returncode, done.stdout)
        self.assertIn("8 of 8 rows, 100 %", done.stdout)


if __name__ == "__main__":
    unittest.main()
