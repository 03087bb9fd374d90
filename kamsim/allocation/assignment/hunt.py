"""The search for good assignments: penalties that rise and fall, then blocks of books dealt out anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kamsim.allocation.assignment import block_kernel, search_kernel
from kamsim.allocation.assignment.dual import Dual
from kamsim.allocation.assignment.options import rank_options
from kamsim.allocation.assignment.pairs import Indices, Pairs

_search: Any = search_kernel.search
_deal_blocks: Any = block_kernel.deal_blocks

NARROW, WIDE = 8, 20
"""Options an account where there are many accounts, and where there are few."""
MANY = 5_000
"""Accounts from which on most stay where they are cheapest."""
FIRST_PENALTY, RISE, FALL = 1.2, 1.3, 0.6
"""Penalties start just above the price of capacity, so that overload is undone where that costs least."""
FLOOR = 0.05
"""Least price that a penalty is a multiple of, as a share of the mean price."""
CORE, MOST_CORE, WIDER = 12, 100, 4
"""Changes into and out of a book that stay open where there are many accounts, and times more if too few."""
REACH, SWEEPS = 3, 5
"""Accounts that a chain moves; passes over all accounts in a round."""
ROUNDS_A_HIT, FIRST_ROUNDS = 40, 400
BLOCK_NODES = 20_000


@dataclass(eq=False)
class Incumbent:
    """The best assignment known so far.

    Attributes
    ----------
    pair : array of int, shape (accounts,), or None
    cost : float
        Infinite as long as there is none.
    bound : float
        Proven: no assignment costs less.
    over : float
        Load beyond the capacities in the nearest miss, as long as there is no assignment.
    """

    bound: float
    pair: Indices | None = None
    cost: float = np.inf
    over: float = np.inf

    def offer(self, pairs: Pairs, pair: Indices) -> bool:
        """Take an assignment if it keeps capacity and is the cheapest so far; tell whether it was taken."""
        cost = float(pairs.cost[pair].sum())
        if cost >= self.cost or not pairs.keeps_capacity(pair):
            return False
        self.pair, self.cost = pair, cost
        return True

    @property
    def closed(self) -> bool:
        """Whether the bound leaves nothing to be gained."""
        return self.pair is not None and self.cost - self.bound <= 1e-9 * max(1.0, abs(self.cost))


@dataclass
class Deadline:
    """A time limit, and whether it has cut something short."""

    seconds: float
    begun: float = field(default_factory=perf_counter)
    cut: bool = False

    @property
    def left(self) -> float:
        """Seconds left."""
        return self.seconds - (perf_counter() - self.begun)

    def passed(self, share: float = 1.0) -> bool:
        """Tell whether this share of the limit is used up, and remember it if so."""
        over = perf_counter() - self.begun > share * self.seconds
        self.cut = self.cut or over
        return over


class Hunt:
    """A search that can be continued: its table of options, its prices and its luck."""

    def __init__(self, pairs: Pairs, dual: Dual, incumbent: Incumbent, luck: int) -> None:
        self.pairs, self.dual, self.incumbent = pairs, dual, incumbent
        self.state = np.array([luck], dtype=np.uint64)
        self.core = CORE if pairs.accounts >= MANY else None
        self._lay_out(WIDE if self.core is None else NARROW)
        mean = float(dual.price.mean()) or float(np.abs(pairs.cost).mean() / max(pairs.load.mean(), 1e-300))
        self.floor = FLOOR * mean or 1.0

    def begin(self, hits: int) -> None:
        """Look for a first assignment from everybody's cheapest option; with more options if few fail."""
        self._search(FIRST_PENALTY, FIRST_ROUNDS, hits, REACH)
        while self.incumbent.pair is None and np.isfinite(self.table.beyond):
            self.core = self.core * WIDER if self.core and self.core < MOST_CORE else None
            self._lay_out(self.pairs.reps if self.core is None else NARROW)
            self._search(FIRST_PENALTY, FIRST_ROUNDS, hits, REACH)

    def focus(self, core: int | None) -> None:
        """Go on from the best assignment with the core of the options only, or with many again."""
        self.core = core
        self._lay_out(WIDE)

    def _lay_out(self, width: int) -> None:
        known = self.incumbent.pair
        self.table = rank_options(self.pairs, self.dual.price, width, self.core, known)
        taken = None if known is None else self.table.options_of(known)
        self.taken = np.zeros(self.table.account.size, dtype=np.int64) if taken is None else taken

    def go_on(self, hits: int) -> None:
        """Let the penalties swing further from where the search stands, through overloaded assignments."""
        self._search(FIRST_PENALTY, ROUNDS_A_HIT * hits, hits, REACH)

    def deal(self, size: int, times: int) -> None:
        """Deal out blocks of the best assignment anew."""
        if self.incumbent.pair is None or size > self.pairs.reps or not self.table.account.size:
            return
        taken = self.table.options_of(self.incumbent.pair)
        if taken is None:
            return
        scale = max(1.0, abs(self.incumbent.cost)) / self.pairs.accounts
        gain = 1 - 1e-6 if self.pairs.whole_costs else 1e-7 * scale
        table, pairs = self.table, self.pairs
        _deal_blocks(
            table.rep, table.cost, table.load, table.capacity, self.dual.price, taken, size, times,
            BLOCK_NODES, gain, self.state,
        )  # fmt: skip
        self.taken = taken
        self.incumbent.offer(pairs, table.pairs_of(taken))

    def _search(self, first: float, rounds: int, hits: int, reach: int) -> None:
        pairs, table = self.pairs, self.table
        room = pairs.capacity - pairs.used(table.pairs_of(self.taken))
        best: NDArray[np.int64] = np.zeros_like(self.taken)
        lost = _search(
            table.rep, table.paid, table.load, room, self.taken, self.dual.price, self.floor, first, RISE,
            FALL, rounds, hits, reach, SWEEPS, self.state, best,
        )  # fmt: skip
        if np.isfinite(lost):
            self.incumbent.offer(pairs, table.pairs_of(best))
        else:
            self.incumbent.over = min(self.incumbent.over, float(-room[room < 0].sum()))
