"""A line that moves in a terminal, and its end alone anywhere else."""

from __future__ import annotations

import io

from kamsim.locale import Locale
from kamsim.runs.sweeps import PointLine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def write(stream: io.StringIO, lang: str = "en") -> str:
    with PointLine(Locale(lang), stream) as line:
        line.tell(1, 1200, 0)
        line.tell(2, 1200, 1)
    return stream.getvalue()


def test_a_pipe_gets_the_last_line_alone() -> None:
    written = write(io.StringIO())

    assert written.startswith("2/1,200 points · ")
    assert written.endswith("a second · 1 failed\n")
    assert written.count("\n") == 1


def test_a_terminal_sees_it_move() -> None:
    written = write(Terminal())

    assert written.count("\r\x1b[K") == 2
    assert "1/1,200" in written


def test_nothing_is_said_where_nothing_was_run() -> None:
    stream = io.StringIO()
    with PointLine(Locale("fr"), stream):
        pass

    assert stream.getvalue() == ""
