import contextlib
import io
import os
import signal
import tempfile
import threading
import time
import unittest
from pathlib import Path

import herd
from tests.support import MODEL, frame, guard, session

LABELS = [" positive", " negative"]
PROMPT = "Review: {{ text }}\nSentiment:"


class CallsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.work = str(Path(folder.name) / "work")

    def test_label_withAWorkDir_labelsAtOnceAndReports(self):
        with contextlib.redirect_stderr(io.StringIO()) as said:
            labelled = herd.label(frame(20), MODEL, LABELS, PROMPT, chat="off", work_dir=self.work)

        self.assertIn("20 of 20 rows, 100 %", said.getvalue())
        rows = labelled.collect()
        self.assertEqual(20, len(rows))
        self.assertLessEqual({row.label for row in rows}, {"positive", "negative"})
        report = herd.report(labelled)
        self.assertEqual(20, report.figures["rows_generated"])
        self.assertIn("20 rows: 20 generated", repr(report))
        self.assertIn("<iframe srcdoc=", report._repr_html_())
        self.assertIn("ran to the end", report.page)

    def test_label_again_generatesNothing(self):
        for generated in (10, 0):
            labelled = herd.label(frame(10), MODEL, LABELS, PROMPT, chat="off", work_dir=self.work, progress=False)
            self.assertEqual(generated, herd.report(labelled).figures["rows_generated"])

    def test_label_anEmptyWorkDir_isRefused(self):
        for empty in ("", " "):
            with self.assertRaisesRegex(herd.HerdError, "herd.run.work-dir: is blank"):
                herd.label(frame(1), MODEL, LABELS, PROMPT, chat="off", work_dir=empty)

    def test_generate_withoutAWorkDir_isLazy(self):
        unread = session().sql("SELECT string(raise_error('was read')) AS text")
        herd.generate(unread, MODEL, "{{ text }}", max_new_tokens=2)

        texts = herd.generate(frame(5), MODEL, prompt_column="text", max_new_tokens=2)

        self.assertEqual(["ok"] * 5, [row.status for row in texts.collect()])
        with self.assertRaisesRegex(herd.HerdError, "no report"):
            herd.report(texts)

    def test_generate_equalCalls_giveWhatTheSqlFunctionGives(self):
        spark = session()
        if spark.version < "4":
            return self.assert_that_sql_says_why_not(spark)
        spark.conf.set("spark.herd.model.path", MODEL)
        frame(5).createOrReplaceTempView("rows")
        query = "SELECT id, herd_generate(text, map('max-new-tokens', 4)).completion AS completion FROM rows"
        texts = herd.generate(frame(5), MODEL, prompt_column="text", max_new_tokens=4)

        self.assertEqual(
            {(row.id, row.completion) for row in texts.collect()},
            {(row.id, row.completion) for row in spark.sql(query).collect()},
        )

    def assert_that_sql_says_why_not(self, spark):
        with self.assertRaisesRegex(Exception, "herd_generate needs Spark 4.0 or later, and this is Spark 3"):
            spark.sql("SELECT herd_generate('a')").collect()

    def test_extract_aSchema_isAStructInItsOrder(self):
        schema = {"type": "object", "properties": {"b": {"enum": ["x", "y"]}, "a": {"type": "boolean"}},
                  "required": ["b", "a"], "additionalProperties": False}

        rows = herd.extract(frame(5), MODEL, schema, "{{ text }}", work_dir=self.work, progress=False).collect()

        for row in rows:
            self.assertEqual(["b", "a"], list(row.parsed.asDict()))
            self.assertIn(row.parsed.b, ("x", "y"))

    def test_moderate_ownCategories_areAllThatRowsCanHave(self):
        judged = herd.moderate(frame(5), guard(self.folder), "text", categories={"S7": "Praise.", "S9": "Blame."},
                               exclude=["S7"], threshold=0, work_dir=self.work, progress=False)

        self.assertEqual([(False, ["S9"])] * 5, [(row.safe, row.categories) for row in judged.collect()])

    def test_errors_ofACall_areHerdsOwnWordsAlone(self):
        wrong = {
            "there is no folder": lambda: herd.generate(frame(1), "/nowhere", "{{ text }}"),
            "Did you mean": lambda: herd.generate(frame(1), MODEL, "{{ text }}", settings={"engine.slot": 1}),
            "txt": lambda: herd.label(frame(1), MODEL, LABELS, "{{ txt }}", work_dir=self.work),
        }
        for text, call in wrong.items():
            with self.assertRaises(herd.HerdError) as raised:
                call()
            self.assertIn(text, str(raised.exception))
            self.assertIn("What to do", str(raised.exception))
            self.assertNotIn("\tat ", str(raised.exception))
            self.assertIsNone(raised.exception.__cause__)

    def test_errors_whileRowsAreDone_areHerdsOwn(self):
        rows = session().createDataFrame([(None,)], "text string")

        with self.assertRaises(herd.HerdError) as raised:
            herd.generate(rows.selectExpr("string(raise_error('broken input')) AS text"), MODEL, "{{ text }}",
                          work_dir=self.work)

        self.assertIn("broken input", str(raised.exception))
        self.assertNotIn("\tat ", str(raised.exception))

    def test_interrupt_ofACall_stopsItAndTheNextGoesOn(self):
        def interrupt():
            results = Path(self.work) / "results"
            while not list(results.glob("r*.jsonl")):
                time.sleep(0.05)
            os.kill(os.getpid(), signal.SIGINT)

        def call():
            return herd.generate(frame(150), MODEL, prompt_column="text", max_new_tokens=60, work_dir=self.work,
                                 progress=False, settings={"run.checkpoint.rows": 5, "engine.slots": 16,
                                                           "generate.ignore-eos": True})

        threading.Thread(target=interrupt, daemon=True).start()
        with self.assertRaises(KeyboardInterrupt):
            call()
        self.assertEqual([], session().sparkContext.statusTracker().getActiveJobsIds())

        figures = herd.report(call()).figures

        self.assertGreaterEqual(figures["rows_reused"], 5)
        self.assertGreater(figures["rows_generated"], 0)
        self.assertEqual(150, figures["rows_ok"])

    def test_start_again_givesTheSession(self):
        self.assertIs(session().sparkContext, herd.start().sparkContext)
        self.assertEqual("io.herd.udfs.metrics.HerdPlugin", session().conf.get("spark.plugins"))
        self.assertEqual("true", session().sparkContext.getConf().get("spark.io.encryption.enabled"))
        self.assertEqual("2g", session().sparkContext.getConf().get("spark.driver.memory"))

    def test_version_isTheJars(self):
        loader = session()._jvm.java.lang.Thread.currentThread().getContextClassLoader()
        loaded = loader.loadClass("io.herd.api.Herd")
        self.assertEqual(loaded.getPackage().getImplementationVersion(), herd.__version__)


if __name__ == "__main__":
    unittest.main()
