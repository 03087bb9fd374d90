"""The verbs on notebooks: what they say, what they leave, and the code they end with."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4

from kamsim.cli.signals import ENDINGS, orderly_end
from kamsim.runs import faults
from tests.cli.conftest import Kamsim

CAUSES = [f for f in vars(faults).values() if isinstance(f, type) and f.__module__ == faults.__name__]


@pytest.fixture
def notebooks(kamsim_: Kamsim) -> Path:
    """A folder of notebooks in the one that the command line is called from."""
    folder = Path("notebooks")
    folder.mkdir()
    for name in ("a", "b"):
        cells = [
            v4.new_markdown_cell(f"# Title {name}"),
            v4.new_code_cell("seed: int = 1  # root of all luck [0..]", metadata={"tags": ["parameters"]}),
            v4.new_code_cell("print(seed)"),
        ]
        nbformat.write(v4.new_notebook(cells=cells), folder / f"{name}.ipynb")
    return folder.resolve()


@pytest.mark.usefixtures("notebooks")
def test_a_run_says_where_its_result_is_and_nothing_else(kamsim_: Kamsim) -> None:
    done = kamsim_("notebook", "run", "a", "-p", "seed=3", "--lang", "fr")

    assert done.exit_code == 0
    assert done.stderr == ""
    first, second = done.stdout.splitlines()
    assert first.startswith(f"Notebook\N{NO-BREAK SPACE}: {Path('runs/a/a.ipynb')} (")
    assert second == f"Page web\N{NO-BREAK SPACE}: {Path('runs/a/a.html')}"
    assert sorted(p.name for p in Path("runs/a").iterdir()) == ["a.html", "a.ipynb", "manifest.json"]


def test_refresh_tells_what_changed_and_check_ends_with_1(kamsim_: Kamsim, notebooks: Path) -> None:
    raw = (notebooks / "a.ipynb").read_bytes()

    check = kamsim_("notebook", "refresh", "a", "--check")
    assert (check.exit_code, check.stdout) == (1, "a: changed\n")
    assert (notebooks / "a.ipynb").read_bytes() == raw
    assert kamsim_("notebook", "refresh", "a").stdout == "a: changed\n"

    check = kamsim_("notebook", "refresh", "--check")
    assert (check.exit_code, check.stdout) == (1, "a: as before\nb: changed\n")
    assert kamsim_("notebook", "refresh", "a", "--check").exit_code == 0


@pytest.mark.usefixtures("notebooks")
@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_ends_with_its_code(
    kamsim_: Kamsim, monkeypatch: pytest.MonkeyPatch, cause: type[faults.NotebookError]
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise cause("why it failed")

    monkeypatch.setattr("kamsim.runs.notebook.run_notebook", fail)

    done = kamsim_("notebook", "run", "a")

    assert (done.exit_code, done.stderr) == (cause.exit_code, "error: why it failed\n")


@pytest.mark.usefixtures("notebooks")
def test_options_reach_the_runner(kamsim_: Kamsim, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def note(*_: Any, **options: Any) -> None:
        seen.update(options)
        raise faults.TimedOutError("enough")

    monkeypatch.setattr("kamsim.runs.notebook.run_notebook", note)

    kamsim_("notebook", "run", "a", "--no-html", "--cell-timeout", "5", "--timeout", "7.5")

    assert seen["page"] is False
    assert (seen["limits"].cell_seconds, seen["limits"].run_seconds) == (5, 7.5)


@pytest.mark.parametrize("number", ENDINGS)
def test_an_ending_is_orderly_and_not_disturbed(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    before = {each: signal.getsignal(each) for each in ENDINGS}
    tidied = []

    def work() -> None:
        with orderly_end():
            try:
                os.kill(os.getpid(), number)
            finally:
                os.kill(os.getpid(), signal.SIGTERM)
                tidied.append(True)

    with pytest.raises(SystemExit) as ended:
        work()

    assert ended.value.code == 128 + number
    assert tidied
    assert {each: signal.getsignal(each) for each in ENDINGS} == before
    assert capsys.readouterr().err == ("interrupted\n" if number == signal.SIGINT else "terminated\n")
