"""Hour levels: the few amounts of hours that the exact program chooses from, account by account."""

from __future__ import annotations

import numpy as np

from kamsim.allocation.problem import AllocationProblem, Floats

GRID = 160  # steps of the grid on which demand is read, each a few per cent of the hours
SMALLEST = 1e-3  # of the team's mean hours an account: the finest start of the grid
BISECTIONS = 60


def hour_levels(problem: AllocationProblem, price_factors: tuple[float, ...]) -> Floats:
    """Give for each account its minimum and its best hours at several prices of an hour.

    At a price p of an AE hour, an account wants the hours h that maximise V(h) - p h (with the travel of
    its nearest AE added to h). One price makes the wants of all accounts add up to the team's capacity;
    the levels are the wants at multiples of it. So they lie where the optimum can lie: close together
    around the market's price and wide enough for books where hours are scarcer or more plentiful.

    Parameters
    ----------
    problem : AllocationProblem
    price_factors : tuple of float
        Multiples of the price that clears the team's capacity.

    Returns
    -------
    array, shape (accounts, 1 + len(price_factors))
        Hours a month with the client, rising; equal neighbours where two prices give the same hours.
    """
    rate = problem.hours_per_client_hour.min(axis=1)
    grid = _grid(problem, rate)
    value = problem.curves.value(grid + problem.pool_effort[:, None])
    price = _clearing_price(value, grid * rate[:, None], float(problem.capacity.sum()))
    wants = [_demand(value, grid * rate[:, None], grid, price * factor) for factor in price_factors]
    return np.sort(np.stack([problem.minimum, *wants], axis=1), axis=1)


def _grid(problem: AllocationProblem, rate: Floats) -> Floats:
    """Hours from the minimum to an AE's whole capacity, finer where few; shape (accounts, GRID + 1)."""
    most = np.maximum(problem.capacity.max() / rate, problem.minimum)
    start = SMALLEST * problem.capacity.sum() / problem.accounts
    first = np.maximum(problem.minimum, np.minimum(start, most))
    share = np.linspace(0, 1, GRID)[None, :]
    ratio = np.divide(most, first, out=np.ones_like(most), where=first > 0)
    grid = first[:, None] * ratio[:, None] ** share
    return np.concatenate([problem.minimum[:, None], np.minimum(grid, most[:, None])], axis=1)


def _demand(value: Floats, load: Floats, grid: Floats, price: float) -> Floats:
    best = np.argmax(value - price * load, axis=1)
    return np.asarray(grid[np.arange(grid.shape[0]), best])


def _clearing_price(value: Floats, load: Floats, capacity: float) -> float:
    """Find the price at which all accounts together want the team's capacity."""
    slope = np.diff(value, axis=1) / np.maximum(np.diff(load, axis=1), 1e-12)
    high = 2 * max(float(slope.max()), 1e-9)
    low = high * 1e-12
    for _ in range(BISECTIONS):
        price = float(np.sqrt(low * high))
        if _demand(value, load, load, price).sum() > capacity:
            low = price
        else:
            high = price
    return high
