"""Where a sweep stands: points done, how fast, and how many failed."""

from __future__ import annotations

import time
from typing import TextIO

from kamsim.locale import Locale


class PointLine:
    r"""Writes ``12/500 points · 3.1 a second``: a line that moves in a terminal, and only its end elsewhere.

    Parameters
    ----------
    locale : Locale
        Language of the line.
    stream : text stream

    Examples
    --------
    >>> import io
    >>> stream = io.StringIO()
    >>> with PointLine(Locale("en"), stream) as line:
    ...     line.tell(1, 2, 0)
    ...     stream.getvalue()
    ''
    >>> stream.getvalue().startswith("1/2 points · ")
    True
    """

    def __init__(self, locale: Locale, stream: TextIO) -> None:
        self._locale = locale
        self._stream = stream
        self._moves = stream.isatty()
        self._clock = time.perf_counter()
        self._text = ""

    def __enter__(self) -> PointLine:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the line as it stands; none where nothing was run."""
        if self._text:
            self._stream.write("\n" if self._moves else f"{self._text}\n")
            self._stream.flush()

    def tell(self, done: int, total: int, failed: int) -> None:
        """Take where the sweep stands."""
        rate = done / max(time.perf_counter() - self._clock, 1e-9)
        text = {"done": self._locale.number(done), "total": self._locale.number(total)}
        self._text = self._locale.text("sweep.progress", **text, rate=self._locale.number(rate, 2))
        if failed:
            self._text += self._locale.text("sweep.progress_failed", failed=self._locale.number(failed))
        if self._moves:
            self._stream.write(f"\r\x1b[K{self._text}")
            self._stream.flush()
