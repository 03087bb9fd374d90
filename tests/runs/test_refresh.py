"""Committed notebooks run again: no difference when nothing changed, all or nothing when something did."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from kamsim.errors import NotebookError
from kamsim.runs.notebook_files import notebook_folder
from kamsim.runs.refresh import committed_notebooks, normalise, refresh_notebook
from tests.runs.conftest import Maker


def test_names_choose_and_none_means_all() -> None:
    assert [p.stem for p in committed_notebooks(["08_policy_comparison", "00_start_here.ipynb"])] == [
        "00_start_here",
        "08_policy_comparison",
    ]
    assert committed_notebooks() == sorted(notebook_folder().rglob("*.ipynb"))


def test_subfolders_count_and_checkpoints_do_not(tmp_path: Path) -> None:
    for name in ("b.ipynb", "training/a.ipynb", ".ipynb_checkpoints/c.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    assert [p.stem for p in committed_notebooks(folder=tmp_path)] == ["b", "a"]


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(NotebookError, match="did you mean '08_policy_comparison'"):
        committed_notebooks(["08_policy_comparisn"])


def test_nothing_differs_the_second_time(make_notebook: Maker) -> None:
    path = make_notebook("print(1)\nprint(2, flush=True)", "seed")
    raw = path.read_bytes()

    assert refresh_notebook(path, check=True)
    assert path.read_bytes() == raw
    assert refresh_notebook(path)
    executed = path.read_bytes()
    assert not refresh_notebook(path)

    assert path.read_bytes() == executed
    assert [
        c.execution_count for c in nbformat.reads(executed.decode(), 4).cells if c.cell_type == "code"
    ] == [1, 2, 3]
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("1 / 0", "cell 3 failed: ZeroDivisionError"),
        ("import sys; print('careful', file=sys.stderr)", "small.ipynb: a cell warns: careful"),
        ("object()", "small.ipynb: a cell shows a memory address"),
    ],
)
def test_a_notebook_that_cannot_be_committed_stays_as_it_was(
    make_notebook: Maker, body: str, why: str
) -> None:
    path = make_notebook(body)
    before = path.read_bytes()

    with pytest.raises(NotebookError, match=why):
        refresh_notebook(path)

    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_normal_form_drops_the_hour_and_keeps_the_words_of_pictures() -> None:
    picture = v4.new_output(
        "display_data",
        data={"image/png": "x"},
        metadata={"image/png": {"alt": "A bar", "width": 3}, "needs": {}},
    )
    pieces = [v4.new_output("stream", text=text) for text in ("a", "b")]
    cell = v4.new_code_cell(
        "1",
        outputs=[*pieces, picture],
        execution_count=9,
        metadata={"tags": ["t"], "execution": {"started": "now"}},
    )

    clean = normalise(
        v4.new_notebook(cells=[cell], metadata={"language_info": {"name": "python", "version": "3.11.7"}})
    )

    assert clean.metadata.language_info == {"name": "python"}
    assert clean.cells[0].metadata == {"tags": ["t"]}
    assert clean.cells[0].execution_count == 1
    assert [o.get("text") for o in clean.cells[0].outputs] == ["ab", None]
    assert clean.cells[0].outputs[1].metadata == {"image/png": {"alt": "A bar"}}
    assert cell.execution_count == 9


def test_what_is_edited_while_it_runs_is_not_written_over(make_notebook: Maker) -> None:
    path = make_notebook("1 + 1")

    def edit(*_: object) -> None:
        path.write_text("mine")

    with pytest.raises(NotebookError, match=r"small\.ipynb: was edited while it ran"):
        refresh_notebook(path, progress=edit)
    assert path.read_text() == "mine"
