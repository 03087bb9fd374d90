"""Each account's most promising pairs as rows of equal width: what the compiled search works on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kamsim.allocation.assignment import dual_kernel
from kamsim.allocation.assignment.dual import Dual
from kamsim.allocation.assignment.pairs import Floats, Indices, Pairs

_rank_pairs: Any = dual_kernel.rank_pairs


@dataclass(frozen=True, eq=False)
class OptionTable:
    """Options by account, cheapest at the dual prices first; arrays shaped (accounts, width).

    Attributes
    ----------
    pair : array of int
        Positions in `Pairs`; -1 pads.
    rep : array of int32
        -1 pads.
    cost, load : array
    paid : array
        How much dearer than the account's cheapest option, at the dual prices; 0 in the first column.
    """

    pair: Indices
    rep: NDArray[np.int32]
    cost: Floats
    load: Floats
    paid: Floats

    def pairs_of(self, taken: Indices) -> Indices:
        """Return the pair of each account that takes these options, shape (accounts,)."""
        return np.take_along_axis(self.pair, taken[:, None], axis=1)[:, 0]

    def options_of(self, pair: Indices) -> Indices | None:
        """Return the option of each account that holds its pair; None where the table lacks one."""
        same = self.pair == pair[:, None]
        return np.argmax(same, axis=1) if same.any(axis=1).all() else None


def rank_options(pairs: Pairs, dual: Dual, width: int) -> OptionTable:
    """Take the `width` cheapest pairs of each account at the dual prices."""
    width = min(width, int(np.diff(pairs.start).max()))
    near = np.empty((pairs.accounts, width), np.int64)
    least = _rank_pairs(pairs.start, pairs.rep, pairs.cost, pairs.load, dual.price, width, near)
    absent = near < 0
    rep = pairs.rep[near]
    rep[absent] = -1
    cost, load = pairs.cost[near], pairs.load[near]
    paid = cost + dual.price[rep] * load - least[:, None]
    return OptionTable(near, rep, cost, load, paid)
