"""The exact program of owners and hours in two stages: large accounts first, then all."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from kamsim.allocation.choice import Options, choose, largest_of_each
from kamsim.allocation.problem import Floats, Indices

AT_ONCE = 3000
"""Options up to which all accounts count as large and one stage does."""


@dataclass(frozen=True, eq=False)
class Solution:
    """One option for each account, and a bound on the value of any choice.

    Attributes
    ----------
    chosen : array of int, shape (accounts,)
        Positions in the options.
    value, bound : float
        Of this choice, and proven for all.
    """

    chosen: Indices
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """What the bound leaves open, as a share of the value."""
        return max(0.0, self.bound - self.value) / max(abs(self.value), 1e-9)


def solve_program(
    options: Options,
    capacity: Floats,
    start: Indices,
    large: NDArray[np.bool_],
    *,
    budget: float | Floats,
    family: Indices | None = None,
    seconds: float,
    target_gap: float,
) -> Solution:
    """Choose an option for each account, exactly where time allows, and with a bound always.

    Whom the few accounts go to that want a good part of an AE's month is the hard part; the many small
    ones fill what is left. So the first stage chooses for the large accounts with the small ones
    divisible, which is a relaxation: its bound holds for every choice. The second stage leaves the large
    accounts with the AEs found and chooses all hours and all other owners. In trials with 600
    accounts and 12 AEs, a single stage ended at the same time limit 1 to 3 % lower.

    Parameters
    ----------
    options : Options
    capacity : array, shape (reps,)
    start : array of int, shape (accounts,)
        Owners with whom everybody can have the option of fewest hours: what is left if time runs out.
    large : array of bool, shape (accounts,)
        Accounts that the first stage may not divide.
    budget : float or array, shape (budgets,)
        Largest sum of ``options.counts``.
    family : array of int, shape (accounts,), optional
        Accounts of one number get one AE; `large` must be the same for all of them.
    seconds : float
        Time limit of both stages together; half of it for the first where a second follows.
    target_gap : float
        Proven gap at which the program counts as solved; each stage may leave half of it.

    Returns
    -------
    Solution
    """
    accounts = start.size
    if large.all() or options.account.size <= AT_ONCE:
        only = choose(
            options, accounts, capacity, budget=budget, family=family, seconds=seconds, target_gap=target_gap
        )
        return _solution(options, only.options, start, only.bound)
    begun = perf_counter()
    first = choose(
        options,
        accounts,
        capacity,
        whole=large,
        budget=budget,
        family=family,
        seconds=seconds / 2,
        target_gap=target_gap / 2,
    )
    rep = start if first.options is None else options.rep[first.options]
    stays = (options.rep == rep[options.account]) | (options.rep == start[options.account])
    kept = np.flatnonzero(stays | ~large[options.account])
    second = choose(
        options.part(kept),
        accounts,
        capacity,
        budget=budget,
        family=family,
        seconds=max(seconds - (perf_counter() - begun), seconds / 4),
        target_gap=target_gap / 2,
    )
    chosen = None if second.options is None else kept[second.options]
    return _solution(options, chosen, start, first.bound)


def _solution(options: Options, chosen: Indices | None, start: Indices, bound: float) -> Solution:
    """Value a choice; where the solver found none, everybody is at the fewest hours with the first owner."""
    if chosen is None:
        is_start = options.rep == start[options.account]
        chosen = largest_of_each(np.where(is_start, -options.hours, -np.inf), options.account)
    return Solution(chosen, float(options.value[chosen].sum()), bound)
