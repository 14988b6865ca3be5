import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from tests.support import MODEL, ROOT

CONF = """herd {
  model.path = "%s"
  input { format = json, path = "in.jsonl" }
  prompt { template = "Review: {{ text }}\\nSentiment:", chat = off }
  choices = [" positive", " negative"]
  output.path = "out"
  run.work-dir = "work"
}
"""


class JobTest(unittest.TestCase):
    def run_herd(self, folder, *arguments, **environment):
        return subprocess.run([sys.executable, "-m", "herd", *arguments], cwd=folder, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=300, env={**os.environ, **environment})

    def test_run_aConfiguration_isTheJob(self):
        with tempfile.TemporaryDirectory() as folder:
            lines = (ROOT / "data-samples" / "reviews.jsonl").read_text().splitlines()[:5]
            Path(folder, "in.jsonl").write_text("\n".join(lines) + "\n")
            Path(folder, "herd.conf").write_text(CONF % MODEL)

            done = self.run_herd(folder, "--master", "local[1]", "run", "herd.conf")

            self.assertEqual(0, done.returncode, done.stdout)
            self.assertEqual(5, json.loads(Path(folder, "work", "run.json").read_text())["rows_ok"])

    def test_run_aVerbThatIsNone_hasTheJobsExitCode(self):
        done = self.run_herd(".", "walk")
        self.assertEqual(2, done.returncode)
        self.assertIn('There is no verb "walk"', done.stdout)

    def test_run_whatNeedsNoJar_isAnsweredWithoutUnpackingIt(self):
        for argument, said in (("--version", "Herd "), ("--help", "Usage:"), ("completion", "complete -")):
            with tempfile.TemporaryDirectory() as cache:
                done = self.run_herd(cache, argument, XDG_CACHE_HOME=cache)
                self.assertEqual(0, done.returncode, done.stdout)
                self.assertIn(said, done.stdout)
                self.assertEqual([], os.listdir(cache))


if __name__ == "__main__":
    unittest.main()
