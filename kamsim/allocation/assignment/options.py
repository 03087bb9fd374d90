"""Each account's most promising pairs as rows of equal width: what the compiled search works on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kamsim.allocation.assignment import dual_kernel
from kamsim.allocation.assignment.pairs import Floats, Indices, Pairs

_core_limits: Any = dual_kernel.core_limits
_rank_pairs: Any = dual_kernel.rank_pairs


@dataclass(frozen=True, eq=False)
class OptionTable:
    """Options of the accounts still open, cheapest at the dual prices first; matrices shaped (open, width).

    Attributes
    ----------
    account : array of int, shape (open,)
        The accounts that have a row; all others stay with their cheapest pair.
    cheapest : array of int, shape (accounts,)
        Every account's cheapest pair at the dual prices.
    pair : array of int
        Positions in `Pairs`; -1 pads.
    rep : array of int32
        -1 pads.
    cost, load : array
    paid : array
        How much dearer than the account's cheapest option, at the dual prices; 0 in the first column.
    capacity : array, shape (reps,)
        What the other accounts leave.
    beyond : float
        Every pair that the table leaves out, but for the cheapest ones, is dearer by at least this much.
    """

    account: Indices
    cheapest: Indices
    pair: Indices
    rep: NDArray[np.int32]
    cost: Floats
    load: Floats
    paid: Floats
    capacity: Floats
    beyond: float

    def pairs_of(self, taken: Indices) -> Indices:
        """Return the pair of every account if the open ones take these options, shape (accounts,)."""
        pair = self.cheapest.copy()
        pair[self.account] = np.take_along_axis(self.pair, taken[:, None], axis=1)[:, 0]
        return pair

    def options_of(self, pair: Indices) -> Indices | None:
        """Return the option of each open account that holds its pair; None where the table lacks one."""
        same = self.pair == pair[self.account, None]
        taken = np.argmax(same, axis=1)
        return taken if (self.pairs_of(taken) == pair).all() else None

    def as_pairs(self) -> Pairs:
        """Return the problem that the table leaves: open accounts, their options, the capacity for them."""
        given = self.rep >= 0
        start = np.concatenate([[0], np.cumsum(given.sum(axis=1))])
        return Pairs(start, self.rep[given], self.cost[given], self.load[given], self.capacity, self.account)


def rank_options(
    pairs: Pairs, price: Floats, width: int, core: int | None = None, known: Indices | None = None
) -> OptionTable:
    """Take the `width` cheapest pairs of each account at the dual prices.

    With `core`, only about so many changes from the cheapest pair into each book and as many out of it, those
    that cost the least, and only the accounts that have such changes: what Balas & Zemel (1980) call the
    core of a knapsack. The pairs of a `known` assignment stay in it.
    """
    width = min(width, int(np.diff(pairs.start).max()))
    near = np.empty((pairs.accounts, width), np.int64)
    least = _rank_pairs(pairs.start, pairs.rep, pairs.cost, pairs.load, price, width, near)
    more = np.diff(pairs.start) > width
    rep = pairs.rep[near]
    rep[near < 0] = -1
    paid = pairs.cost[near] + price[rep] * pairs.load[near] - least[:, None]
    beyond = float(paid[more, -1].min(initial=np.inf))
    cheapest = near[:, 0].copy()
    account = np.arange(pairs.accounts)
    if core is not None:
        enter, leave = np.empty(pairs.reps), np.empty(pairs.reps)
        _core_limits(rep, paid, core, enter, leave)
        kept = (rep >= 0) & (paid <= np.maximum(enter[rep], leave[rep[:, :1]]))
        if known is not None:
            kept |= near == known[:, None]
        kept[:, 0] = True
        beyond = min(beyond, float(paid[(rep >= 0) & ~kept].min(initial=np.inf)))
        account = np.flatnonzero(kept[:, 1:].any(axis=1))
        near, rep, paid = _compact(kept, account, near, rep, paid)
    closed = np.ones(pairs.accounts, dtype=bool)
    closed[account] = False
    capacity = pairs.capacity - pairs.used(cheapest[closed])
    return OptionTable(
        account, cheapest, near, rep, pairs.cost[near], pairs.load[near], paid, capacity, beyond
    )


def _compact(
    kept: NDArray[np.bool_], account: Indices, near: Indices, rep: NDArray[np.int32], paid: Floats
) -> tuple[Indices, NDArray[np.int32], Floats]:
    """Move what is kept of each open account's row to its front."""
    kept = kept[account]
    width = int(kept.sum(axis=1).max(initial=1))
    front = np.argsort(~kept, axis=1, kind="stable")[:, :width]
    gone = ~np.take_along_axis(kept, front, axis=1)
    near = np.take_along_axis(near[account], front, axis=1)
    rep = np.take_along_axis(rep[account], front, axis=1)
    near[gone], rep[gone] = -1, -1
    return near, rep, np.take_along_axis(paid[account], front, axis=1)
