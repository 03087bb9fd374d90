"""The notebooks as committed: executed, thin, of one shape, and clean."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import nbformat
import pytest

from kamsim.runs.notebook import check_executed, read_notebook
from kamsim.runs.parameters import MOST

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.rglob("*.ipynb"))
PARTS = [
    "The question",
    "Parameters",
    "Scenario",
    "Run",
    "Result",
    "Picture",
    "How to read this",
    "Exercise",
    "Provenance",
]
"""The ten parts are a title, which begins with `# `, and these headings, which begin with `## `."""
MOST_CODE_LINES = 60
MOST_TABLE_ROWS = 12


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture
def cells(notebook: Path) -> list[Any]:
    return list(nbformat.read(notebook, as_version=4).cells)


@pytest.fixture
def code(cells: list[Any]) -> list[Any]:
    return [c for c in cells if c.cell_type == "code"]


def parse(cell: Any) -> ast.Module:
    """Parse a cell's Python; `%matplotlib inline` and its like are IPython's own."""
    return ast.parse("\n".join(line for line in cell.source.splitlines() if not line.startswith("%")))


def test_there_are_notebooks() -> None:
    assert [p.stem for p in NOTEBOOKS if p.stem == "00_start_here"]


def test_it_was_run_from_top_to_bottom(notebook: Path, code: list[Any]) -> None:
    check_executed(nbformat.read(notebook, as_version=4), notebook.name)

    assert [c.execution_count for c in code] == list(range(1, len(code) + 1))


def test_it_neither_fails_nor_warns(code: list[Any]) -> None:
    outputs = [o for c in code for o in c.outputs]

    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]


def test_it_has_the_ten_parts_in_order(cells: list[Any]) -> None:
    prose = "\n".join(c.source for c in cells if c.cell_type == "markdown").splitlines()

    assert prose[0].startswith("# ")
    assert [line.removeprefix("## ") for line in prose if line.startswith("## ")] == PARTS


def test_its_parameters_are_few_literals(notebook: Path, code: list[Any]) -> None:
    assert 1 <= len(read_notebook(notebook).parameters) <= MOST
    assert "parameters" in code[0].metadata["tags"]


def test_only_the_scenario_cell_reads_the_parameters(notebook: Path, code: list[Any]) -> None:
    names = set(read_notebook(notebook).parameters)
    readers = [
        number
        for number, cell in enumerate(code[1:], start=1)
        if names & {n.id for n in ast.walk(parse(cell)) if isinstance(n, ast.Name)}
    ]

    assert readers == [1]


def test_its_code_is_thin(code: list[Any]) -> None:
    trees = [parse(c) for c in code]
    banned = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While)

    assert sum(len(c.source.splitlines()) for c in code) <= MOST_CODE_LINES
    assert not [node for tree in trees for node in ast.walk(tree) if isinstance(node, banned)]
    assert not [c.source for c in code if c.source.rstrip().endswith(";")]


def test_its_headline_is_checked(code: list[Any]) -> None:
    headlines = [c for c in code if "# NBVAL_CHECK_OUTPUT" in c.source]

    assert headlines
    assert all(o.output_type == "stream" for c in headlines for o in c.outputs)


def test_its_tables_are_short(code: list[Any]) -> None:
    html = [o.data["text/html"] for c in code for o in c.outputs if "text/html" in o.get("data", {})]

    assert html
    assert all(text.count("<tr") - 1 <= MOST_TABLE_ROWS for text in html)


def test_it_shows_a_picture(code: list[Any]) -> None:
    assert [o for c in code for o in c.outputs if "image/png" in o.get("data", {})]


def test_its_exercise_has_a_folded_solution(cells: list[Any]) -> None:
    exercise = next(c.source for c in cells if c.cell_type == "markdown" and "## Exercise" in c.source)

    assert "<details>" in exercise


def test_it_keeps_no_metadata_of_a_machine(notebook: Path, cells: list[Any]) -> None:
    content = nbformat.read(notebook, as_version=4)

    assert set(content.metadata) == {"kernelspec", "language_info"}
    assert content.metadata.language_info == {"name": "python"}
    assert all(set(c.metadata) <= {"tags"} for c in cells)
