"""A small notebook that states what it saw, and the task that runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from kamsim.runs.sweeps import Grid, task_of
from kamsim.runs.sweeps.measures import MIME
from kamsim.runs.sweeps.tasks import NotebookTask

PARAMETERS = 'seed: int = 1  # root of all luck [0..]\nrun: str = ""  # folder of a run'
BODY = f"""\
import json, os
import matplotlib.pyplot as plt
fresh = not hasattr(json, "marked")
json.marked = True
plt.plot([1, seed])
rows = {{"alone": 1.0 * fresh, "seed": 1.0 * seed, "parent": 1.0 * os.getppid()}}
shown = [{{"item": None, "measure": m, "value": v, "low": None, "high": None}} for m, v in rows.items()]
display({{"{MIME}": shown}}, raw=True)"""

Maker = Callable[..., Path]


@pytest.fixture
def make_notebook(tmp_path: Path) -> Maker:
    def make(body: str = BODY, parameters: str = PARAMETERS) -> Path:
        cells = [
            v4.new_markdown_cell("# Small"),
            v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
            v4.new_code_cell(f"%matplotlib inline\n{body}"),
        ]
        path = tmp_path / "small.ipynb"
        nbformat.write(v4.new_notebook(cells=cells), path)
        return path

    return make


def task_for(notebook: Path, data: Path | None = None) -> NotebookTask:
    task = task_of(Grid(str(notebook), None, data, False, {}, [{"seed": 1}]))
    assert isinstance(task, NotebookTask)
    return task
