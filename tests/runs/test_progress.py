import io
import time

import pytest

from kamsim.locale import Locale
from kamsim.runs.progress import CellLine, StageLines


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_pipe_gets_one_line_a_stage() -> None:
    stream = io.StringIO()
    lines = StageLines(2, Locale("en"), stream)

    for stage in ("scores", "simulation"):
        with lines.stage(stage) as progress:
            progress(1, 2)

    assert [line.rsplit(" ", 2)[0] for line in stream.getvalue().splitlines()] == [
        "[1/2] Scores …",
        "[2/2] Simulation …",
    ]


def test_terminal_sees_the_share_done() -> None:
    stream = Terminal()

    with StageLines(1, Locale("fr"), stream).stage("simulation") as progress:
        progress(1, 4)

    assert "[1/1] Simulation … 25" in stream.getvalue()
    assert stream.getvalue().endswith("\N{NO-BREAK SPACE}s\n")


def test_failure_ends_the_line_in_a_terminal_and_is_silent_in_a_pipe() -> None:
    for stream, written in ((Terminal(), "\n"), (io.StringIO(), "")):
        with pytest.raises(ValueError, match="x"), StageLines(1, Locale("en"), stream).stage("scores"):
            raise ValueError("x")
        assert stream.getvalue().endswith(written)
        assert "s\n" not in stream.getvalue()


def test_cell_line_moves_in_a_terminal_and_is_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CellLine, "TICK_SECONDS", 0.001)
    monkeypatch.setenv("COLUMNS", "40")
    stream = Terminal()

    with CellLine(Locale("en"), stream, "00_start") as line:
        line.start(3, 21, "Result")
        while "[3/21]" not in stream.getvalue():
            time.sleep(0.001)
        line.start(4, 21, "A heading that is longer than the line is wide")
        while "[4/21]" not in stream.getvalue():
            time.sleep(0.001)

    shown = stream.getvalue().split("\r\x1b[K")
    assert "00_start [3/21] Result … 0 s" in shown
    assert max(map(len, shown)) == 39
    assert shown[-1] == ""


def test_cell_line_is_silent_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CellLine, "TICK_SECONDS", 0.001)
    stream = io.StringIO()

    with CellLine(Locale("en"), stream) as line:
        line.start(3, 21, "Result")
        time.sleep(0.02)

    assert stream.getvalue() == ""
