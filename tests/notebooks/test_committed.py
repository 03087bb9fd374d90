"""The notebooks as committed: executed, thin, of one shape, and clean."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from kamsim.runs import check_executed, read_notebook

from .guard import CHECKS, Check

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.rglob("*.ipynb"))


def test_there_are_notebooks() -> None:
    assert [p.stem for p in NOTEBOOKS if p.stem == "00_start_here"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_committed_notebook_passes(check: Check, notebook: Path) -> None:
    assert check(nbformat.read(notebook, as_version=4)) == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_runner_takes_it_for_executed_and_typed(notebook: Path) -> None:
    check_executed(nbformat.read(notebook, as_version=4), notebook.name)

    assert read_notebook(notebook).parameters
