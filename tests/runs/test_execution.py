"""A notebook carried out: told where it is, held to its time, and not believed before it is seen whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import v4

from kamsim.errors import NotebookError
from kamsim.runs.execution import Limits, Watch, check_executed, execute
from kamsim.runs.faults import CellFailedError, KernelDiedError, KernelMissingError, TimedOutError


def test_cell_that_did_not_run_is_seen() -> None:
    ran = v4.new_code_cell("1", execution_count=1)
    idle = v4.new_code_cell("2")
    blank = v4.new_code_cell(" ")

    check_executed(v4.new_notebook(cells=[ran, blank]), "n")
    with pytest.raises(CellFailedError, match="n: cell 2 did not run"):
        check_executed(v4.new_notebook(cells=[ran, idle]), "n")


def test_progress_names_cell_and_heading(tmp_path: Path) -> None:
    cells = [
        v4.new_markdown_cell("# Title"),
        v4.new_code_cell("seed: int = 1", metadata={"tags": ["parameters"]}),
        v4.new_markdown_cell("Words only"),
        v4.new_markdown_cell("## Result"),
        v4.new_code_cell("seed"),
    ]
    seen: list[tuple[int, int, str]] = []

    done = execute(
        v4.new_notebook(cells=cells),
        "n",
        {"seed": 2},
        tmp_path,
        tmp_path,
        Limits(),
        lambda *at: seen.append(at),
    )

    assert seen == [
        (1, 5, "Title"),
        (2, 5, "Title"),
        (2, 5, "Title"),
        (3, 5, "Title"),
        (4, 5, "Result"),
        (5, 5, "Result"),
    ]
    assert done.cells[-1].outputs[0].data["text/plain"] == "2"
    assert "papermill" not in done.metadata


def test_a_parameter_may_have_the_name_of_a_command_of_ipython(tmp_path: Path) -> None:
    """`run: int = 1` alone in its cell is `%run` to an IPython left to itself."""
    cell = v4.new_code_cell("run: int = 1", metadata={"tags": ["parameters"]})

    done = execute(
        v4.new_notebook(cells=[cell, v4.new_code_cell("run")]), "n", {}, tmp_path, tmp_path, Limits()
    )

    assert done.cells[1].outputs[0].data["text/plain"] == "1"


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 1e9])
def test_a_limit_that_is_none_is_refused(seconds: float) -> None:
    with pytest.raises(NotebookError, match="cell_seconds must be > 0 and <= 1000000, got"):
        Limits(cell_seconds=seconds)


class TestWatch:
    def watch(self, cell: float, run: float, monkeypatch: pytest.MonkeyPatch) -> Watch:
        self.now = 100.0
        monkeypatch.setattr("kamsim.runs.execution.time.monotonic", lambda: self.now)
        watch = Watch("n.ipynb", 2, Limits(cell, run), None)
        watch.start(v4.new_code_cell("1"))
        return watch

    def test_a_cell_may_take_what_is_left(self, monkeypatch: pytest.MonkeyPatch) -> None:
        watch = self.watch(10, 15, monkeypatch)
        assert watch.allowance(None) == 10
        self.now = 108.0
        assert watch.allowance(None) == 7
        self.now = 200.0
        assert 0 < watch.allowance(None) < 0.1

    def test_which_limit_was_reached_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        watch = self.watch(10, 15, monkeypatch)
        self.now = 110.0
        assert str(watch.timed_out()) == "n.ipynb: cell 1 took longer than the 10 s it may"
        self.now = 115.0
        assert str(watch.timed_out()) == "n.ipynb: the notebook, at cell 1, took longer than the 15 s it may"
        assert isinstance(watch.timed_out(), TimedOutError)

    def test_a_kernel_that_never_came_is_not_one_that_died(self, monkeypatch: pytest.MonkeyPatch) -> None:
        never = Watch("n", 2, Limits(), None)
        assert isinstance(never.stopped(RuntimeError("x")), KernelMissingError)
        assert isinstance(self.watch(1, 1, monkeypatch).stopped(RuntimeError("x")), KernelDiedError)

    def test_it_is_at_its_end_when_the_last_cell_ran(self, monkeypatch: pytest.MonkeyPatch) -> None:
        watch = self.watch(1, 1, monkeypatch)
        watch.complete()
        assert not watch.at_its_end
        watch.start(v4.new_code_cell("1"))
        assert not watch.at_its_end
        watch.complete()
        assert watch.at_its_end

    @pytest.mark.parametrize("last", [v4.new_markdown_cell("words"), v4.new_code_cell(" ")])
    def test_a_last_cell_may_have_nothing_to_run(self, last: object) -> None:
        watch = Watch("n", 1, Limits(), None)
        watch.start(last)
        assert watch.at_its_end
