"""An orderly end on Ctrl-C, on SIGTERM and when the terminal goes, with an exit code that says so."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import typer

ENDINGS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def orderly_end() -> Iterator[None]:
    """Let what is under way tidy up when the process is told to end; a second call does not disturb that.

    The exit code is 128 and the number of the signal: 130 for Ctrl-C, 143 for SIGTERM.
    """
    before: dict[int, Any] = {number: signal.signal(number, _end) for number in ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _: FrameType | None) -> None:
    for each in ENDINGS:
        signal.signal(each, signal.SIG_IGN)
    typer.echo("interrupted" if number == signal.SIGINT else "terminated", err=True)
    raise SystemExit(128 + number)
