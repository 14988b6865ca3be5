"""Shows a call's progress: in a notebook's cell, on a terminal, or as a line at intervals."""
from __future__ import annotations

import json
import sys
import time
from typing import Any, Dict, Optional

_PLAIN_SECONDS = 10.0


def line(at: Dict[str, Any]) -> str:
    """Formats the values of :meth:`HerdRun.progress` as one line."""
    rows, done = at["rows"], at["done"]
    parts = [f"{done:,} of {rows:,} rows, {100 * done // max(1, rows)} %"]
    if at["reused"]:
        parts.append(f"{at['reused']:,} reused")
    if at["failed"]:
        parts.append(f"{at['failed']:,} failed")
    if at["tokens_per_second"]:
        parts.append(f"{at['tokens_per_second']:,.0f} tokens/s")
    left = at.get("left_seconds")
    if left is not None:
        parts.append(f"left {int(left) // 60}:{int(left) % 60:02d}")
    return ", ".join(parts)


class Progress:
    """Shows lines in the place that suits the environment."""

    def __init__(self, shown: bool = True) -> None:
        self._shown = shown
        self._terminal = sys.stderr.isatty()
        self._handle: Optional[Any] = None
        self._printed = time.monotonic()

    def show(self, state: str, last: bool = False) -> None:
        """
        :param state: as the JVM gives it: JSON, or empty before rows are generated
        :param last: whether the call has ended
        """
        if not self._shown or not state:
            return
        at = json.loads(state)
        if in_notebook():
            self._in_cell(at)
        else:
            self._on_stream(line(at), last)

    def _in_cell(self, at: Dict[str, Any]) -> None:
        from IPython.display import display  # type: ignore[import-not-found,unused-ignore]

        if self._handle is None:
            self._handle = display(_Cell(at), display_id=True)  # type: ignore[no-untyped-call,unused-ignore]
        else:
            self._handle.update(_Cell(at))

    def _on_stream(self, text: str, last: bool) -> None:
        if self._terminal:
            sys.stderr.write("\r\033[K" + text + ("\n" if last else ""))
        elif last or time.monotonic() - self._printed >= _PLAIN_SECONDS:
            self._printed = time.monotonic()
            sys.stderr.write(text + "\n")
        sys.stderr.flush()


class _Cell:
    """Returns a cell's content: a bar and a line, or the line alone."""

    def __init__(self, at: Dict[str, Any]) -> None:
        self._at = at

    def __repr__(self) -> str:
        return line(self._at)

    def _repr_html_(self) -> str:
        done, rows = self._at["done"], max(1, self._at["rows"])
        return f'<progress value="{done}" max="{rows}"></progress> {line(self._at)}'


def in_notebook() -> bool:
    """Returns whether output goes to a notebook's cell."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and getattr(shell, "kernel", None) is not None
