"""Small assignment problems, and the judge that tries every assignment."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

Judge = Callable[[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]], float]


def cheapest_of_all(
    cost: NDArray[np.float64], load: NDArray[np.float64], capacity: NDArray[np.float64]
) -> float:
    """Return the least cost over every assignment that keeps capacity; infinite if none does."""
    accounts, reps = cost.shape
    rows = np.arange(accounts)
    best = np.inf
    for choice in product(range(reps), repeat=accounts):
        who = np.array(choice, dtype=np.int64)
        used = np.bincount(who, load[rows, who], reps)
        if (used <= capacity * (1 + 1e-9)).all():
            best = min(best, float(cost[rows, who].sum()))
    return best


@pytest.fixture(scope="session")
def judge() -> Judge:
    return cheapest_of_all
