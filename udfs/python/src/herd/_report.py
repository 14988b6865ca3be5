"""The report of a call."""
from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any, Dict, Union


class Report:
    """The report of a call: a page in a notebook's cell, and figures for programs.

    :ivar page: the report as a whole page of HTML
    :ivar figures: its values, by the names that ``run.json`` has
    """

    def __init__(self, page: str, figures: str) -> None:
        self.page = page
        self.figures: Dict[str, Any] = json.loads(figures)

    def save(self, path: Union[str, Path]) -> None:
        """Writes the page to a file."""
        Path(path).write_text(self.page, encoding="utf-8")

    def __repr__(self) -> str:
        at = self.figures
        return (
            f"herd: {at['outcome']}, {at['rows_in']:,} rows: {at['rows_generated']:,} generated,"
            f" {at['rows_reused']:,} reused, {at['rows_failed']:,} failed;"
            f" {at['tokens_per_second']:,.0f} tokens/s, {at['seconds']:.1f} s"
        )

    def _repr_html_(self) -> str:
        """Renders in a separate frame, so that styles of page and cell don't mix."""
        page = html.escape(self.page, quote=True)
        return f'<iframe srcdoc="{page}" title="Herd\'s report" style="width:100%;height:40em;border:0"></iframe>'
