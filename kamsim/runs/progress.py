"""Where a run stands: one line a stage, and within a stage a share that only a terminal shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from kamsim.locale import Locale


class StageLines:
    r"""Writes ``[2/6] Scores … 1.2 s`` for each stage.

    Parameters
    ----------
    stages : int
        How many stages there are to come.
    locale : Locale
        Language of the lines.
    stream : text stream
        Where to write; only if it is a terminal does a line move while its stage runs.

    Examples
    --------
    >>> import io
    >>> stream = io.StringIO()
    >>> with StageLines(6, Locale("en"), stream).stage("scores"):
    ...     pass
    >>> stream.getvalue()
    '[1/6] Scores … 0.0 s\n'
    """

    def __init__(self, stages: int, locale: Locale, stream: TextIO) -> None:
        self._stages = stages
        self._locale = locale
        self._stream = stream
        self._moves = stream.isatty()
        self._number = 0

    @contextmanager
    def stage(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """Time one stage; give a callback that takes what is done and what there is to do."""
        self._number += 1
        clock = time.perf_counter()
        self._move(name, "")
        try:
            yield lambda done, total: self._move(name, self._locale.percent(done / total, 0))
        except BaseException:
            if self._moves:
                self._stream.write("\n")
            raise
        seconds = self._locale.number(time.perf_counter() - clock, 1)
        end = self._locale.text("cli.seconds", seconds=seconds)
        self._stream.write(f"{self._start_of_line}{self._text(name)} {end}\n")
        self._stream.flush()

    def _move(self, name: str, share: str) -> None:
        if self._moves:
            self._stream.write(f"{self._start_of_line}{self._text(name)} {share}")
            self._stream.flush()

    def _text(self, name: str) -> str:
        stage = self._locale.text(f"stage.{name}")
        return self._locale.text("cli.step", step=self._number, steps=self._stages, stage=stage)

    @property
    def _start_of_line(self) -> str:
        """Go back and wipe the line, in a terminal only."""
        return "\r\x1b[K" if self._moves else ""
