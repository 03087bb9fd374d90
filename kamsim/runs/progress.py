"""Where a run stands: a line a stage, with its share in a terminal; a line for the cell of a notebook."""

from __future__ import annotations

import shutil
import threading
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


class CellLine:
    r"""Shows ``[3/21] Result … 12 s`` while a notebook runs, in a terminal only, and wipes it at the end.

    Parameters
    ----------
    locale : Locale
        Language of the line.
    stream : text stream
    name : str
        What to put before it, where several notebooks run.

    Examples
    --------
    >>> import io
    >>> stream = io.StringIO()
    >>> with CellLine(Locale("en"), stream) as line:
    ...     line.start(3, 21, "Result")
    >>> stream.getvalue()
    ''
    """

    TICK_SECONDS = 1.0

    def __init__(self, locale: Locale, stream: TextIO, name: str = "") -> None:
        self._locale = locale
        self._stream = stream
        self._name = f"{name} " if name else ""
        self._clock = time.perf_counter()
        self._place: tuple[int, int, str] | None = None
        self._ended = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True) if stream.isatty() else None

    def __enter__(self) -> CellLine:
        if self._ticker is not None:
            self._ticker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._ticker is not None:
            self._ticker.join()
            self._write("")

    def start(self, cell: int, cells: int, heading: str) -> None:
        """Take note that a cell starts."""
        self._place = (cell, cells, heading)

    def _tick(self) -> None:
        while not self._ended.wait(self.TICK_SECONDS):
            if self._place is not None:
                cell, cells, heading = self._place
                seconds = self._locale.number(time.perf_counter() - self._clock, 0)
                text = self._locale.text("cli.cell", cell=cell, cells=cells, heading=heading, seconds=seconds)
                self._write(self._name + text)

    def _write(self, text: str) -> None:
        columns = shutil.get_terminal_size().columns - 1
        self._stream.write("\r\x1b[K" + text[:columns])
        self._stream.flush()
