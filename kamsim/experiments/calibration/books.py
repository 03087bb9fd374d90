"""Simulated books on a design of parameters: what the moments would be if these were true.

Each book has its own luck, addressed by its number and not by its parameters. A round plays the same luck on
every try, so that nothing but the parameters moves; and as no two books share it, one book's luck is no
part of the answer: it averages out over the design, and what is left around the surface is how far chance
moves each moment of one such portfolio.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numba
import numpy as np
import pandas as pd
from scipy.stats import qmc

from kamsim.config import Scenario
from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError
from kamsim.experiments.calibration.moments import MOMENTS, measure_all
from kamsim.experiments.calibration.parameters import FreeParameter, values_of
from kamsim.experiments.calibration.traces import Traces, read_traces
from kamsim.portfolio import generate_past
from kamsim.streams import stream

Progress = Callable[[int, int], None]
"""Called with the books simulated and those wanted."""

Shelf = dict[str, Floats]
"""Moments of simulated designs, to be used again for portfolios of the same shape."""

_SEEDS = 2**31


def design(centre: Floats, half_width: Floats, books: int, rng: np.random.Generator) -> Floats:
    """Fill a box evenly with points: scrambled Sobol numbers (Owen 1998), shape (books, parameters)."""
    size = 1 << (books - 1).bit_length()
    numbers = qmc.Sobol(centre.size, rng=rng).random(size)[:books]
    return np.asarray(centre + (2 * numbers - 1) * half_width)


def simulate(
    points: Floats,
    parameters: Sequence[FreeParameter],
    shaped: Scenario,
    like: Traces,
    *,
    cutoff: pd.Timestamp,
    tell: Callable[[], None] | None = None,
    shelf: Shelf | None = None,
) -> Floats:
    """Measure all `MOMENTS` of one simulated book at each point.

    Parameters
    ----------
    points : array, shape (books, parameters)
        On the scale of the fit.
    parameters : sequence of FreeParameter
    shaped : Scenario
        From `shape_like`.
    like : Traces
        The portfolio: a book's record is cut to its months, and read as its record is.
    cutoff : Timestamp
    tell : callable, optional
        Called after each book.
    shelf : dict, optional
        Designs simulated before; the new one is put there.

    Returns
    -------
    array, shape (books, all moments)
        NaN where a book shows nothing, and in the whole row where no book can be made with the parameters.
    """
    key = _address(points, parameters, shaped, like)
    if shelf is not None and key in shelf:
        return shelf[key]
    seeds = stream(shaped.seed, "calibration", "books").integers(_SEEDS, size=len(points))
    rows = []
    with _one_thread():
        for point, seed in zip(points, seeds, strict=True):
            rows.append(_measure(point, int(seed), parameters, shaped, like, cutoff))
            if tell is not None:
                tell()
    seen = np.array(rows)
    if shelf is not None:
        shelf[key] = seen
    return seen


def _address(points: Floats, parameters: Sequence[FreeParameter], shaped: Scenario, like: Traces) -> str:
    """Name all that the moments of a design depend on."""
    told = [shaped.dump(), str([p.key for p in parameters]), str((like.months, like.contracts))]
    return hashlib.sha256("".join(told).encode() + points.tobytes()).hexdigest()


def _measure(
    point: Floats,
    seed: int,
    parameters: Sequence[FreeParameter],
    shaped: Scenario,
    like: Traces,
    cutoff: pd.Timestamp,
) -> Floats:
    try:
        book = generate_past(shaped.override({**values_of(parameters, point), "seed": seed}))
    except ConfigError:
        # A mix of segments bounds how concentrated revenue can be.
        return np.full(len(MOMENTS), np.nan)
    months = like.months if like.months else None
    traces = read_traces(book, cutoff=cutoff, months=months, contracts=like.contracts)
    return measure_all(list(MOMENTS.values()), traces, shaped.calibration.fewest)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Small books play faster on one thread; threads change no bit."""
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        yield
    finally:
        numba.set_num_threads(before)
