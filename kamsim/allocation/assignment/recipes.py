"""Instances of the generalised assignment problem by the recipes of the literature."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from kamsim.allocation.assignment.gap_format import GapInstance
from kamsim.errors import AssignmentError, unknown_name
from kamsim.streams import stream

Floats = NDArray[np.float64]


def _independent(luck: np.random.Generator, shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Loads U(5, 25) and costs U(10, 50), whole numbers that know nothing of each other."""
    load = luck.integers(5, 25, shape, endpoint=True).astype(np.float64)
    return luck.integers(10, 50, shape, endpoint=True).astype(np.float64), load


def _inverse(luck: np.random.Generator, shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Loads U(1, 100), costs 111 - load + U(-10, 10)."""
    load = luck.integers(1, 100, shape, endpoint=True).astype(np.float64)
    return 111 - load + luck.integers(-10, 10, shape, endpoint=True), load


def _steep(luck: np.random.Generator, shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Loads 1 - 10 ln U(0, 1), costs 1000 / load - 10 U(0, 1), rounded."""
    load = np.rint(1 - 10 * np.log(1 - luck.random(shape)))
    return np.rint(1000 / load - 10 * luck.random(shape)), load


def _loose(cost: Floats, load: Floats) -> Floats:
    """Capacity 0.6 (n / m) 15 + 0.4 R, where R is the largest book if everybody goes where he is cheapest."""
    accounts, reps = cost.shape
    cheapest = np.argmin(cost, axis=1)
    largest = np.bincount(cheapest, load[np.arange(accounts), cheapest], reps).max()
    return np.full(reps, np.floor(0.6 * accounts / reps * 15 + 0.4 * largest))


def _tight(cost: Floats, load: Floats) -> Floats:
    """Capacity 0.8 of a representative's mean share of all loads with him."""
    return np.asarray(np.floor(0.8 * load.sum(axis=0) / cost.shape[1]))


RECIPES: dict[str, tuple[Callable[..., tuple[Floats, Floats]], Callable[[Floats, Floats], Floats]]] = {
    "A": (_independent, _loose),
    "B": (_independent, lambda cost, load: np.floor(0.7 * _loose(cost, load))),
    "C": (_independent, _tight),
    "D": (_inverse, _tight),
    "E": (_steep, _tight),
}
"""Costs with loads, and capacities: A to D of Martello & Toth (1990) and Chu & Beasley (1997), E of Laguna et
al. (1995)."""


def draw_gap(kind: str, reps: int, accounts: int, seed: int = 0) -> GapInstance:
    """Draw an instance to minimise, of whole numbers.

    Parameters
    ----------
    kind : str
        "A" to "E", from loose to tight and from independent to inverse costs and loads.
    reps, accounts : int
    seed : int

    Returns
    -------
    GapInstance

    Raises
    ------
    AssignmentError
        For an unknown recipe.

    Examples
    --------
    >>> draw_gap("D", 5, 20).load.shape
    (20, 5)
    """
    if kind not in RECIPES:
        raise AssignmentError(unknown_name("recipe", kind, RECIPES))
    pairs, room = RECIPES[kind]
    cost, load = pairs(stream(seed, "assignment recipe", kind, reps, accounts), (accounts, reps))
    return GapInstance(cost, load, room(cost, load))
