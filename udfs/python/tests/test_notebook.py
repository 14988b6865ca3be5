import tempfile
import time
import unittest
from pathlib import Path

from jupyter_client.manager import start_new_kernel

SETUP = "import herd\nfrom tests.support import MODEL, frame\nrows = frame({count})"
CALL = """done = herd.generate(rows, MODEL, prompt_column="text", max_new_tokens=60, work_dir={work!r},
                     settings={{"run.checkpoint.rows": 5, "engine.slots": 16, "generate.ignore-eos": True}})
herd.report(done)"""


class NotebookTest(unittest.TestCase):
    """Cells of a real kernel, as Jupyter's pages run them."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = str(Path(folder.name) / "work")
        self.kernel, self.client = start_new_kernel()
        self.addCleanup(self.kernel.shutdown_kernel, now=True)
        self.addCleanup(self.client.stop_channels)

    def run_cell(self, code, watch=lambda: None):
        """What the cell shows, by the messages' types."""
        cell = self.client.execute(code)
        shown = []
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            watch()
            try:
                message = self.client.get_iopub_msg(timeout=0.2)
            except Exception:  # queue.Empty, in its own clothes: nothing was said
                continue
            if message["parent_header"].get("msg_id") != cell:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                return shown
            shown.append((kind, content))
        self.fail(f"the cell didn't end: {shown}")

    def test_cells_showProgressReportAndErrorsAndCanBeInterrupted(self):
        self.assertNotIn("error", dict(self.run_cell(SETUP.format(count=150))))
        call = CALL.format(work=self.work)

        shown = self.run_cell(call, self.interrupt_after_first_results())
        self.assertEqual("KeyboardInterrupt", dict(shown)["error"]["ename"])

        shown = dict(self.run_cell(call))
        self.assertIn("<progress value=", shown["display_data"]["data"]["text/html"])
        result = shown["execute_result"]["data"]
        self.assertIn("<iframe srcdoc=", result["text/html"])
        self.assertRegex(result["text/plain"], r"150 rows: \d+ generated, [1-9]\d* reused, 0 failed")

        error = dict(self.run_cell("herd.generate(rows, '/nowhere', '{{ text }}')"))["error"]
        self.assertEqual(1, len(error["traceback"]))
        self.assertRegex(error["traceback"][0], r"^HerdError: .*there is no folder")

    def interrupt_after_first_results(self):
        interrupted = []

        def watch():
            if not interrupted and list(Path(self.work, "results").glob("r*.jsonl")):
                interrupted.append(True)
                self.kernel.interrupt_kernel()

        return watch


if __name__ == "__main__":
    unittest.main()
