"""What is shown, without Spark."""
import contextlib
import io
import sys
import types
import unittest
from unittest.mock import patch

from herd import HerdError, Report
from herd._progress import Progress

STATE = ('{"rows":1000,"done":478,"failed":2,"reused":30,"tokens_per_second":1887.0,"rows_per_second":9.5,'
         '"left_seconds":127.0}')
LINE = "478 of 1,000 rows, 47 %, 30 reused, 2 failed, 1,887 tokens/s, left 2:07"


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Cell:
    """A notebook's: what was displayed, in its order."""

    def __init__(self):
        self.shown = []

    def display(self, value, display_id):
        self.shown.append(value)
        return self

    def update(self, value):
        self.shown.append(value)


class ShownTest(unittest.TestCase):
    def test_progress_onATerminal_isOneLineWrittenOver(self):
        with contextlib.redirect_stderr(Terminal()) as said:
            progress = Progress()
            progress.show("")
            progress.show(STATE)
            progress.show(STATE, last=True)
        self.assertEqual(f"\r\033[K{LINE}\r\033[K{LINE}\n", said.getvalue())

    def test_progress_inALog_isALineAtTheEnd(self):
        with contextlib.redirect_stderr(io.StringIO()) as said:
            progress = Progress()
            progress.show(STATE)
            progress.show(STATE, last=True)
        self.assertEqual(LINE + "\n", said.getvalue())

    def test_progress_inANotebook_isABarThatIsUpdated(self):
        cell = Cell()
        ipython = types.SimpleNamespace(get_ipython=lambda: types.SimpleNamespace(kernel=object()))
        display = types.SimpleNamespace(display=cell.display)
        with patch.dict(sys.modules, {"IPython": ipython, "IPython.display": display}):
            progress = Progress()
            progress.show(STATE)
            progress.show(STATE, last=True)
        self.assertEqual([LINE, LINE], [repr(value) for value in cell.shown])
        self.assertEqual(f'<progress value="478" max="1000"></progress> {LINE}', cell.shown[0]._repr_html_())

    def test_progress_notWanted_isNone(self):
        with contextlib.redirect_stderr(io.StringIO()) as said:
            Progress(shown=False).show(STATE, last=True)
        self.assertEqual("", said.getvalue())

    def test_report_inANotebook_isAFrameThatCantEndEarly(self):
        report = Report('<p title="a">x</p>', '{"rows": 1}')
        self.assertIn('srcdoc="&lt;p title=&quot;a&quot;&gt;x&lt;/p&gt;"', report._repr_html_())

    def test_error_inANotebook_isItsMessageAlone(self):
        self.assertEqual(["HerdError: wrong\n  What to do: mend it."],
                         HerdError("wrong\n  What to do: mend it.")._render_traceback_())


if __name__ == "__main__":
    unittest.main()
