"""The comparison notebook of a sweep: its table, and a plot whose title states the finding."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbformat import v4

from kamsim.runs.notebook import NotebookRun, run_notebook

NAME = "comparison"

_PARAMETERS = """\
results: str = "results.parquet"  # table of the sweep
measure: str = ""  # measure to compare; empty: the one stated first
lang: str = "en"  # language of tables and plots [en|fr]"""

_READ = """\
%matplotlib inline
import pandas as pd

from kamsim import reporting
from kamsim.locale import Locale

locale, table = Locale(lang), pd.read_parquet(results)
named = {"measure": measure or None, "locale": locale}
pd.set_option("display.max_colwidth", None)"""

_CELLS = (
    ("markdown", "# Points of a sweep compared", ()),
    ("code", _PARAMETERS, ("parameters",)),
    ("code", _READ, ()),
    ("markdown", "## The highest\n\nEach with its interval, where it has one.", ()),
    ("code", "reporting.sweep_overview_table(table, **named)", ()),
    (
        "markdown",
        "## Picture\n\nThe parameter that moves the measure most runs across; lines join means.",
        (),
    ),
    ("code", "reporting.show_plot(reporting.plot_sweep(table, **named), locale)", ()),
    ("markdown", "## Points that failed", ()),
    ("code", "reporting.failed_points_table(table, locale)", ()),
)


def write_comparison(results: Path, out: Path, lang: str = "en") -> NotebookRun:
    """Write the comparison notebook of a sweep, executed.

    Parameters
    ----------
    results : Path
        The sweep's table.
    out : Path
        Folder of the sweep; the notebook goes to ``comparison`` in it.
    lang : str

    Returns
    -------
    NotebookRun

    Raises
    ------
    NotebookError
        When it cannot be run or written.
    """
    makers: dict[str, Callable[..., Any]] = {"markdown": v4.new_markdown_cell, "code": v4.new_code_cell}
    cells = [
        makers[kind](source, metadata={"tags": list(tags)} if tags else {}) for kind, source, tags in _CELLS
    ]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"  # the same notebook each time
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"{NAME}.ipynb"
        nbformat.write(v4.new_notebook(cells=cells), source)
        return run_notebook(source, {"results": str(results.resolve()), "lang": lang}, out / NAME)
