"""The runner: refuses before a kernel starts, and shows a result only when every cell has run."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from kamsim.errors import NotebookError
from kamsim.runs.faults import CellFailedError, KernelDiedError
from kamsim.runs.notebook import read_run, run_notebook
from kamsim.runs.versions import MIME
from tests.runs.conftest import Maker

BODY = """
import os, sys
if seed == 13:
    raise ValueError("bad luck")
if seed == 99:
    os.kill(os.getpid(), 9)
open("side.txt", "w").write(str(seed))
print(seed, name, sys.executable == os.environ["EXPECTED"])
"""


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
    assert sorted(manifest["files"]) == ["side.txt", "small.html", "small.ipynb"]
    assert done.page is not None
    page = done.page.read_text(encoding="utf-8")
    assert "<td>7</td><td>root of all luck</td>" in page
    again = read_run(out)
    assert (again.notebook, again.page, again.parameters) == (done.notebook, done.page, done.parameters)
    assert capfd.readouterr() == ("", "")


def test_failing_rerun_keeps_the_good_result(
    make_notebook: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPECTED", "")
    notebook, out = make_notebook(BODY), tmp_path / "out"
    run_notebook(notebook, {"seed": 7}, out)
    before = {p.name: p.read_bytes() for p in out.iterdir()}

    with pytest.raises(CellFailedError, match=r"small.ipynb: cell 3 failed: ValueError: bad luck"):
        run_notebook(notebook, {"seed": 13}, out)

    assert {p.name: p.read_bytes() for p in out.iterdir()} == before


def test_killed_kernel_leaves_nothing(make_notebook: Maker, tmp_path: Path) -> None:
    with pytest.raises(KernelDiedError, match=r"small.ipynb: cell 3: the kernel ended early"):
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

    with pytest.raises(CellFailedError, match=r"small.ipynb: cell 3 did not run to its end"):
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
def test_stage_of_a_run_folder_is_no_place_for_a_result(make_notebook: Maker, tmp_path: Path) -> None:
    stage = tmp_path / "scores"
    stage.mkdir()
    (stage / "manifest.json").write_text('{"files": {"scores.parquet": "0"}}')

    with pytest.raises(NotebookError, match=r"holds the manifest\.json of something else"):
        run_notebook(make_notebook(BODY), {}, stage)

    assert [p.name for p in stage.iterdir()] == ["manifest.json"]


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


def test_without_a_page(make_notebook: Maker, tmp_path: Path) -> None:
    done = run_notebook(make_notebook("1"), {}, tmp_path / "out", page=False)

    assert done.page is None
    assert read_run(tmp_path / "out").page is None
    assert files_in(tmp_path / "out") == {"small.ipynb", "manifest.json"}


@pytest.mark.usefixtures("no_kernel")
def test_out_that_is_a_link_is_refused(make_notebook: Maker, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(NotebookError, match="is a symbolic link"):
        run_notebook(make_notebook("1"), {}, tmp_path / "out")

    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("name", ["small.ipynb", "small.html", "manifest.json"])
def test_a_notebook_that_writes_what_its_result_has_is_refused(
    make_notebook: Maker, tmp_path: Path, name: str
) -> None:
    with pytest.raises(NotebookError, match=f"wrote a file {name}, a name that its result has"):
        run_notebook(make_notebook(f"open({name!r}, 'w').close()"), {}, tmp_path / "out")


def test_no_run_to_be_read(tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match="holds no finished run"):
        read_run(tmp_path / "absent")
    assert not (tmp_path / "absent").exists()
