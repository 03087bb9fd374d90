"""The smallest set of moves that brings a given gain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamsim.allocation.bound import BoundLine
from kamsim.allocation.fewer_moves import take_back_moves
from kamsim.allocation.frontier import bound_lines, capped, rising_caps, value_of
from kamsim.allocation.moves import explain_moves
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem
from kamsim.allocation.profit_maximising import ProfitMaximising
from kamsim.allocation.repair import keep_minimum
from kamsim.errors import AllocationNotFoundError, ConfigError, InfeasibleAllocationError

TRIES = 5
"""Programs solved with one move less allowed than the plan so far has."""


@dataclass(frozen=True, eq=False)
class FewestMoves:
    """A plan with few moves that reaches a gain.

    Attributes
    ----------
    plan : Plan
    moves : DataFrame
        MOVES, under the name "fewest_moves": each with its reason.
    count, at_least : int
        Accounts that leave an owner in the team, and the proven least number for this gain.
    gain_eur, wanted_eur : float
        Reached and wanted gain from moves, over the best hours with the fewest moves possible.
    """

    plan: Plan
    moves: pd.DataFrame
    count: int
    at_least: int
    gain_eur: float
    wanted_eur: float

    def frame(self) -> pd.DataFrame:
        """Return MOVES."""
        return self.moves.copy()

    def summary(self) -> pd.DataFrame:
        """Return one row: moves, their proven least number, gain reached and wanted."""
        names = ("count", "at_least", "gain_eur", "wanted_eur")
        return pd.DataFrame({name: [getattr(self, name)] for name in names})


def fewest_moves(
    problem: AllocationProblem, *, gain_eur: float | None = None, share: float | None = None
) -> FewestMoves:
    """Find few moves whose gain is at least what is asked, with a proven least number.

    From the plan without a cap, moves that the target can spare are taken back, the cheapest first. Then the
    exact program is solved with one move less allowed, its spare moves are taken back too, and so on, until
    it no longer reaches the target. The least number is proven for all plans, at any hours and with any
    eligible AE, by the bounds of `move_frontier`.

    Parameters
    ----------
    problem : AllocationProblem
    gain_eur : float, optional
        Gain from moves, in EUR over the horizon, over the best hours with the fewest moves possible.
    share : float, optional
        The same as a share of what the best plan found gains; one of the two must be given.

    Returns
    -------
    FewestMoves

    Raises
    ------
    ConfigError
        When not exactly one of the two is given, or out of its range.
    InfeasibleAllocationError
        When the bound proves that no plan gains so much.
    AllocationNotFoundError
        When none was found that does, and none is proven not to exist.
    """
    if (gain_eur is None) == (share is None):
        raise ConfigError("fewest_moves wants either gain_eur or share")
    if gain_eur is not None and not gain_eur > 0:
        raise ConfigError(f"gain_eur must be > 0, got {gain_eur}")
    if share is not None and not 0 < share <= 1:
        raise ConfigError(f"share must be > 0 and <= 1, got {share}")
    policy = ProfitMaximising()
    start = keep_minimum(problem, problem.owner)
    forced = int(problem.leaves(start).sum())
    base = policy.allocate(capped(problem, forced))
    free = policy.allocate(capped(problem, np.inf))
    by_hours, best = value_of(problem, base), max(value_of(problem, free), value_of(problem, base))
    wanted = (best - by_hours) * share if share is not None else float(gain_eur or 0.0)
    target = by_hours + wanted
    moves = int(problem.leaves(free.owner).sum())
    caps = rising_caps(forced, moves)
    lines = bound_lines(problem, policy, caps, [target] * len(caps))
    _refuse_too_much(wanted, lines, problem.accounts, by_hours, best)
    least = _least(lines, target)
    chosen = _shrink(problem, policy, free, target - 1e-9 * abs(target), max(least, forced))
    return FewestMoves(
        chosen,
        explain_moves(problem, chosen, "fewest_moves"),
        int(problem.leaves(chosen.owner).sum()),
        least,
        value_of(problem, chosen) - by_hours,
        wanted,
    )


def _shrink(
    problem: AllocationProblem, policy: ProfitMaximising, plan: Plan, target: float, least: int
) -> Plan:
    """Take moves back while the target allows, and solve anew with fewer allowed, down to the least."""
    plan = take_back_moves(problem, plan, target)
    for _ in range(TRIES):
        count = int(problem.leaves(plan.owner).sum())
        if count <= least:
            break
        fewer = policy.allocate(capped(problem, count - 1))
        if value_of(problem, fewer) < target:
            break
        plan = take_back_moves(problem, fewer, target)
    return plan


def _refuse_too_much(
    wanted: float, lines: list[BoundLine], accounts: int, by_hours: float, best: float
) -> None:
    bound = min(line.at(accounts) for line in lines) - by_hours
    if wanted > bound:
        raise InfeasibleAllocationError(
            f"no plan gains {wanted:.0f} EUR by moves: at most {bound:.0f}, which is proven",
            needed=wanted,
            available=bound,
        )
    if by_hours + wanted > best + 1e-9 * abs(best):
        raise AllocationNotFoundError(
            f"no plan was found that gains {wanted:.0f} EUR by moves: the best gains {best - by_hours:.0f},"
            f" and none gains more than {bound:.0f}"
        )


def _least(lines: list[BoundLine], target: float) -> int:
    """Give the least number of moves at which no line lies below the target."""
    needed = [(target - line.fixed) / line.move for line in lines if line.move > 0]
    return max(0, *(int(np.ceil(n - 1e-6)) for n in needed), 0)
