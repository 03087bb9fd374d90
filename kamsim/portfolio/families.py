"""Families: accounts that belong to a parent account, one level deep."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.config import PortfolioSettings, Scenario
from kamsim.dynamics import entity_uniforms
from kamsim.dynamics.state import Counts
from kamsim.portfolio.texts import numbered
from kamsim.schemas import SEGMENTS
from kamsim.streams import entity_keys, luck_key

ID_DIGITS = 7

REACH = 1000
"""A parent is among this many account numbers before its child: so families stay small however long the list
grows, and a block of accounts needs only a few of the numbers before it."""

_GOLDEN = 0.6180339887498949
_SMALLEST_PARENT = SEGMENTS.index("mid_market")


def account_ids(numbers: Counts) -> list[str]:
    """Write the ids of account numbers.

    Examples
    --------
    >>> account_ids(np.array([0, 41]))
    ['A0000001', 'A0000042']
    """
    ids: list[str] = numbered("A", numbers + 1, ID_DIGITS).to_pylist()
    return ids


def account_number(ids: pd.Series) -> Counts:
    """Read account numbers back from ids.

    Examples
    --------
    >>> account_number(pd.Series(["A0000042"], dtype="str"))
    array([41])
    """
    return np.asarray(ids.str.slice(1).to_numpy().astype(np.int64) - 1)


def segments_of(numbers: Counts, settings: PortfolioSettings) -> Counts:
    """Spread the segments evenly over the account numbers, so that a longer list only appends.

    Returns
    -------
    array of int, shape as `numbers`
        Position in `SEGMENTS`.
    """
    bounds = np.cumsum([getattr(settings, name).share for name in SEGMENTS])
    golden = ((numbers + 1) * _GOLDEN) % 1.0
    return np.minimum(np.searchsorted(bounds, golden, side="right"), len(SEGMENTS) - 1).astype(np.int64)


def draw_parents(
    first: int, last: int, scenario: Scenario, entities: NDArray[np.uint64] | None = None
) -> Counts:
    """Draw who belongs to whom.

    An account other than a strategic one is a subsidiary with chance `family_share`. Its parent is a larger
    account (strategic, or mid-market for a small one) with a lower number that is no subsidiary itself; where
    there is none within `REACH`, it stays alone. So a longer list changes no family that there is.

    Parameters
    ----------
    first, last : int
        Account numbers from `first` up to `last`.
    scenario : Scenario
    entities : array of uint64, shape (last - first,), optional
        Of these accounts, where they are at hand: saves hashing their ids.

    Returns
    -------
    array of int, shape (last - first,)
        Number of the parent; -1 = none.

    Examples
    --------
    >>> scenario = Scenario.load("base", {"portfolio.family_share": 0.5})
    >>> parents = draw_parents(0, 200, scenario)
    >>> bool((parents < np.arange(200)).all()), bool((parents[parents[parents >= 0]] == -1).all())
    (True, True)
    """
    numbers = np.arange(max(0, first - REACH), last)
    segment = segments_of(numbers, scenario.portfolio)
    if scenario.portfolio.family_share == 0:
        return np.full(last - first, -1, np.int64)
    before = entity_keys(account_ids(numbers[numbers < first]))
    own_keys = entity_keys(account_ids(np.arange(first, last))) if entities is None else entities
    drawn = entity_uniforms(luck_key(scenario.seed, "families"), np.append(before, own_keys), 2)
    wishes = (drawn[:, 0] < scenario.portfolio.family_share) & (segment > 0)
    own = numbers >= first
    parents = np.full(numbers.size, -1, np.int64)
    for size in range(1, len(SEGMENTS)):
        heads = numbers[~wishes & (segment < size) & (segment <= _SMALLEST_PARENT)]
        rows = wishes & own & (segment == size)
        parents[rows] = _pick(heads, numbers[rows], drawn[rows, 1])
    return parents[own]


def _pick(heads: Counts, children: Counts, u: NDArray[np.float64]) -> Counts:
    """Pick one of the heads within reach below each child."""
    low, high = np.searchsorted(heads, children - REACH), np.searchsorted(heads, children)
    chosen = low + np.floor(u * (high - low)).astype(np.int64)
    return np.where(high > low, np.append(heads, -1)[np.minimum(chosen, heads.size)], -1)
