"""The runner: refuses before a kernel starts, and shows a result only when every cell has run."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4

from kamsim.errors import NotebookError
from kamsim.runs.execution import check_executed
from kamsim.runs.notebook import run_notebook
from kamsim.runs.notebook_files import find_notebook, list_notebooks, read_notebook
from kamsim.runs.versions import MIME

PARAMETERS = "seed: int = 1  # root of all luck [0..]\nname: str = 'x'  # who"
BODY = """
import os, sys
if seed == 13:
    raise ValueError("bad luck")
if seed == 99:
    os.kill(os.getpid(), 9)
open("side.txt", "w").write(str(seed))
print(seed, name, sys.executable == os.environ["EXPECTED"])
"""

Maker = Callable[..., Path]


@pytest.fixture
def make_notebook(tmp_path: Path) -> Maker:
    def make(*bodies: str, name: str = "small", parameters: str = PARAMETERS) -> Path:
        cells = [
            v4.new_markdown_cell("# A small title"),
            v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
            *(v4.new_code_cell(body) for body in bodies),
        ]
        path = tmp_path / "notebooks" / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        nbformat.write(v4.new_notebook(cells=cells), path)
        return path

    return make


@pytest.fixture
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a kernel was started")

    monkeypatch.setattr("kamsim.runs.notebook.execute", refuse)


def files_in(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*")}


def test_run_moves_the_whole_result_into_place(
    make_notebook: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EXPECTED", __import__("sys").executable)
    notebook, out = make_notebook(BODY), tmp_path / "out {account}"

    done = run_notebook(notebook, {"seed": "7"}, out)

    assert files_in(out) == {"small.ipynb", "small.html", "manifest.json", "side.txt"}
    assert (out / "side.txt").read_text() == "7"
    executed = nbformat.read(done.notebook, as_version=4)
    assert executed.cells[-1].outputs[0].text == "7 x True\n"
    assert str(tmp_path) not in done.notebook.read_text(encoding="utf-8")
    manifest = json.loads(done.manifest.read_text(encoding="utf-8"))
    assert manifest["parameters"] == {"seed": 7, "name": "x"}
    assert manifest["versions"]["papermill"]
    assert capfd.readouterr() == ("", "")


def test_failing_rerun_keeps_the_good_result(
    make_notebook: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPECTED", "")
    notebook, out = make_notebook(BODY), tmp_path / "out"
    run_notebook(notebook, {"seed": 7}, out)
    before = {p.name: p.read_bytes() for p in out.iterdir()}

    with pytest.raises(NotebookError, match=r"small.ipynb: cell 3 failed: ValueError: bad luck"):
        run_notebook(notebook, {"seed": 13}, out)

    assert {p.name: p.read_bytes() for p in out.iterdir()} == before


def test_killed_kernel_leaves_nothing(make_notebook: Maker, tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match=r"small.ipynb: cell 3: the kernel ended early"):
        run_notebook(make_notebook(BODY), {"seed": 99}, tmp_path / "deep" / "out")

    assert not (tmp_path / "deep").exists()


def test_papermill_s_word_is_not_trusted(
    make_notebook: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has been seen to call every cell of a notebook completed that ended in the middle."""

    def half(content: Any, _: None, **__: Any) -> Any:
        content.cells[1].execution_count = 1
        content.metadata["papermill"] = {"exception": None}
        return content

    monkeypatch.setattr("papermill.execute_notebook", half)

    with pytest.raises(NotebookError, match=r"small.ipynb: cell 3 did not run to its end"):
        run_notebook(make_notebook(BODY), {}, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"sed": "1"}, "did you mean 'seed'"),
        ({"seed": "1,5"}, "a whole number"),
        ({"seed": -1}, ">= 0, got -1"),
    ],
)
def test_bad_parameter_is_refused_before_a_kernel_starts(
    make_notebook: Maker, tmp_path: Path, given: dict[str, object], why: str
) -> None:
    with pytest.raises(NotebookError, match=why):
        run_notebook(make_notebook(BODY), given, tmp_path / "out")

    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("no_kernel")
def test_result_never_overwrites_its_source(make_notebook: Maker) -> None:
    notebook = make_notebook(BODY)

    with pytest.raises(NotebookError, match="would overwrite the notebook itself"):
        run_notebook(notebook, {}, notebook.parent)


@pytest.mark.usefixtures("no_kernel")
def test_out_that_is_a_file_is_refused(make_notebook: Maker, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")

    with pytest.raises(NotebookError, match="cannot be written"):
        run_notebook(make_notebook(BODY), {}, tmp_path / "taken")

    assert (tmp_path / "taken").read_text() == "mine"


def test_stated_provenance_reaches_the_manifest(make_notebook: Maker, tmp_path: Path) -> None:
    stated = f"{{'{MIME}': {{'scenario': 's', 'seed': seed}}}}"
    body = f"from IPython.display import display\ndisplay({stated}, raw=True)"

    done = run_notebook(make_notebook(body), {"seed": 5}, tmp_path / "out")

    manifest = json.loads(done.manifest.read_text(encoding="utf-8"))
    assert (manifest["scenario"], manifest["seed"], manifest["data"]) == ("s", 5, None)


def test_notebooks_are_found_by_name_and_by_path(make_notebook: Maker) -> None:
    path = make_notebook("1", name="00_first")
    folder = path.parent

    assert find_notebook("00_first", folder) == find_notebook(path) == path
    with pytest.raises(NotebookError, match="did you mean '00_first'"):
        find_notebook("00_frist", folder)
    with pytest.raises(NotebookError, match="no such notebook"):
        find_notebook(folder / "absent.ipynb")


def test_notebooks_are_listed_with_title_and_parameters(make_notebook: Maker) -> None:
    folder = make_notebook("1", name="b").parent
    make_notebook("1", name="a")

    listed = list_notebooks(folder)

    assert [n.name for n in listed] == ["a", "b"]
    assert listed[0].title == "A small title"
    assert list(listed[0].parameters) == ["seed", "name"]


def test_notebook_without_parameters_cell_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bare.ipynb"
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell("1")]), path)

    with pytest.raises(NotebookError, match="must have one cell tagged 'parameters', got 0"):
        read_notebook(path)


@pytest.mark.parametrize("text", ["", "{", '{"cells": []}', "[]"])
def test_broken_notebook_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text(text)

    with pytest.raises(NotebookError):
        read_notebook(path)


def test_cell_that_did_not_run_is_seen() -> None:
    ran = v4.new_code_cell("1", execution_count=1)
    idle = v4.new_code_cell("2")
    blank = v4.new_code_cell(" ")

    check_executed(v4.new_notebook(cells=[ran, blank]), "n")
    with pytest.raises(NotebookError, match="n: cell 2 did not run"):
        check_executed(v4.new_notebook(cells=[ran, idle]), "n")
