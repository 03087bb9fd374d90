"""A table of texts as a notebook shows it: read from the left, without row numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from kamsim.locale import ENGLISH, Locale

CELL = "text-align: left; vertical-align: top"


@dataclass(frozen=True)
class NotebookTable:
    """A table in HTML and in plain text; Jupyter and nbconvert take the HTML."""

    html: str
    plain: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.plain}


def show_table(table: pd.DataFrame, locale: Locale = ENGLISH) -> NotebookTable:
    """Lay out a table of texts for reading: sentences start at the left, and no column counts the rows.

    Parameters
    ----------
    table : DataFrame
        Texts, as the tables of this room are; what looks like markup in them is escaped.
    locale : Locale
        Language of the sentence that stands for a table without rows.

    Returns
    -------
    NotebookTable

    Examples
    --------
    >>> print(show_table(pd.DataFrame({"What": ["Call <Ada>"]})).plain)
    What
    Call <Ada>
    """
    if table.empty:
        absent = locale.text("review.empty.table")
        return NotebookTable(f"<p>{absent}</p>", absent)
    html = table.to_html(index=False, border=0, justify="left")
    html = html.replace("<td>", f'<td style="{CELL}">').replace("<th>", f'<th style="{CELL}">')
    lines = [[str(name) for name in table], *table.to_numpy().tolist()]
    width = [max(len(line[column]) for line in lines) for column in range(len(table.columns))]
    plain = "\n".join(
        "  ".join(text.ljust(size) for text, size in zip(line, width, strict=True)).rstrip() for line in lines
    )
    return NotebookTable(html, plain)
