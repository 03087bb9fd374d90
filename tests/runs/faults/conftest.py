"""A folder with a good result, a notebook that can be told to fail, and a look at what a fault left."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat import v4

from kamsim.runs.notebook import read_run
from tests.runs.faults import sabotage

NAME = "stub.ipynb"
SIDE = "open('side.txt', 'w').write(str(run))"


def write_stub(folder: Path, *cells: str) -> Path:
    """Write a notebook with one parameter and these cells of code."""
    parameters = v4.new_code_cell("run: int = 0  # which run [0..]", metadata={"tags": ["parameters"]})
    body = [v4.new_code_cell(cell) for cell in (*cells, SIDE)]
    path = folder / NAME
    nbformat.write(v4.new_notebook(cells=[v4.new_markdown_cell("# Stub"), parameters, *body]), path)
    return path


def kernels_of(out: Path) -> list[psutil.Process]:
    """Return the kernels whose own files stand in a folder."""
    place = str(out.resolve())
    every = psutil.process_iter(["cmdline"])
    return [p for p in every if any(place in word for word in p.info["cmdline"] or ())]


@pytest.fixture(scope="session")
def good_result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result of run 1, made once. Copy it, never write to it."""
    folder = tmp_path_factory.mktemp("good")
    words = ["notebook", "run", str(write_stub(folder)), "-p", "run=1", "--out", str(folder / "out")]
    ended, said = sabotage.Started(words).finish()
    assert ended == 0, said
    return folder / "out"


class Bench:
    """Runs the stub over a good result, and says what stands there afterwards."""

    def __init__(self, folder: Path, good_result: Path) -> None:
        self.folder = folder
        self.out = folder / "out"
        shutil.copytree(good_result, self.out)

    def start(self, *more: str, how: tuple[str, ...] = ()) -> sabotage.Started:
        """Start run 2."""
        words = ["notebook", "run", str(self.folder / NAME), "-p", "run=2", "--out", str(self.out), *more]
        return sabotage.Started(words, *how)

    def standing(self) -> int:
        """Return which run stands in the folder; an error if none or a mix of two does."""
        run = int(read_run(self.out).parameters["run"])
        assert (self.out / "side.txt").read_text() == str(run)
        return run

    def kernels_left(self, seconds: float = 5) -> list[psutil.Process]:
        end = time.monotonic() + seconds
        while (left := kernels_of(self.out)) and time.monotonic() < end:
            time.sleep(0.05)
        return left


@pytest.fixture
def bench(tmp_path: Path, good_result: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, good_result)
    yield made
    for process in kernels_of(made.out):
        process.kill()
