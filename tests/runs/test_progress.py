import io

import pytest

from kamsim.locale import Locale
from kamsim.runs.progress import StageLines


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
