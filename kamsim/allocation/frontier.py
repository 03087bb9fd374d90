"""Gain against accounts moved: what the first moves bring, what the last, and what no plan can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kamsim.allocation.bound import BoundLine, bound_line, price, refine
from kamsim.allocation.levels import hour_levels
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem
from kamsim.allocation.profit_maximising import ProfitMaximising, list_options
from kamsim.allocation.repair import keep_minimum
from kamsim.allocation.status_quo import StatusQuo
from kamsim.errors import ConfigError
from kamsim.schemas import FRONTIER, check

STEPS = (1, 2, 5)
"""Caps rise as 1, 2, 5, 10, 20, 50 and so on: the first moves bring the most."""


@dataclass(frozen=True, eq=False)
class FrontierResult:
    """Plans with more and more moves allowed.

    Attributes
    ----------
    points : DataFrame
        FRONTIER. Gain rises with the moves allowed, and so does the bound.
    plans : tuple of Plan
        One a row of `points`.
    """

    points: pd.DataFrame
    plans: tuple[Plan, ...]

    def frame(self) -> pd.DataFrame:
        """Return FRONTIER."""
        return self.points.copy()

    def summary(self) -> pd.DataFrame:
        """Return one row: gain from hours and from moves, moves, and how many bring half and 80 %."""
        last = self.points.iloc[-1]
        reached = self.points["gain_moves_eur"] / max(float(last["gain_moves_eur"]), 1e-9)
        moves = {
            f"moves_for_{share:.0%}": self.points["accounts_moved"][reached >= share - 1e-9].min()
            for share in (0.5, 0.8)
        }
        head = {name: [last[name]] for name in ("gain_hours_eur", "gain_moves_eur", "gain_bound_eur")}
        return pd.DataFrame(
            head | {"accounts_moved": [last["accounts_moved"]]} | {k: [v] for k, v in moves.items()}
        )


def move_frontier(
    problem: AllocationProblem, caps: Sequence[int] | None = None, *, policy: ProfitMaximising | None = None
) -> FrontierResult:
    """Find the best plan at each number of moves, with a proven bound on any other.

    Hours are optimised anew at every point, the one of fewest moves included: what it gains over the status
    quo comes from hours alone, and what the others gain beyond it from moves. A plan counts for every larger
    cap too, so the gain never falls. Each cap's prices bound all caps at once (`bound_line`), and the lowest
    bound of all is taken, so the bound never falls either.

    Parameters
    ----------
    problem : AllocationProblem
        With the constraints that shall hold throughout.
    caps : sequence of int, optional
        Accounts that may leave an owner who is in the team. By default the fewest possible, then 1, 2, 5, 10,
        20, ... beyond them, up to what the plan without a cap moves.
    policy : ProfitMaximising, optional
        Finds the plans.

    Returns
    -------
    FrontierResult

    Raises
    ------
    ConfigError
        For a negative cap, or an empty sequence of caps.
    InfeasibleAllocationError
        When a cap is below the fewest moves that the constraints and the minimum hours need.
    """
    if caps is not None and (len(caps) == 0 or min(caps) < 0):
        raise ConfigError(f"caps must be one or more numbers >= 0, got {list(caps)}")
    policy = policy or ProfitMaximising()
    start = keep_minimum(problem, problem.owner)
    free = policy.allocate(capped(problem, np.inf))
    fewest = int(problem.leaves(start).sum())
    asked = rising_caps(fewest, int(problem.leaves(free.owner).sum())) if caps is None else sorted(set(caps))
    found = {
        cap: policy.allocate(capped(problem, cap))
        for cap in sorted({*asked, fewest})
        if cap < problem.accounts
    }
    plans = [_best_within(problem, [*found.values(), free], cap) for cap in asked]
    lines = bound_lines(problem, policy, asked, [value_of(problem, plan) for plan in plans])
    status_quo = value_of(problem, StatusQuo().allocate(problem))
    by_hours = value_of(problem, _best_within(problem, [*found.values(), free], fewest))
    rows = [
        _row(problem, cap, plan, lines, status_quo, by_hours) for cap, plan in zip(asked, plans, strict=True)
    ]
    points = pd.DataFrame(rows).astype({"moves_allowed": "int64", "accounts_moved": "int64"})
    return FrontierResult(check(points, FRONTIER), tuple(plans))


def capped(problem: AllocationProblem, moves: float) -> AllocationProblem:
    """Return the problem with so many changes of owner allowed, in place of ``allocation.disruption_cap``."""
    share = min(1.0, moves / max(problem.accounts, 1))
    return replace(problem, settings=problem.settings.model_copy(update={"disruption_cap": share}))


def value_of(problem: AllocationProblem, plan: Plan) -> float:
    """Believed value of a plan in EUR."""
    return problem.value(plan.owner, plan.hours)


def value_bound(
    problem: AllocationProblem, reached: float, *, policy: ProfitMaximising | None = None
) -> float:
    """Bound the value of every plan that keeps the problem's limits (Lagrangian dual, `bound_line`).

    SE and CSM pools are relaxed in it, as in the curves: their hours reach every account as they are dealt
    out, and nobody queues.

    Parameters
    ----------
    problem : AllocationProblem
        Caps stand in its limits; ``allocation.disruption_cap`` is not looked at.
    reached : float
        EUR that a plan is worth: the bound is searched from there upward.
    policy : ProfitMaximising, optional
        Whose hour levels the first prices come from.

    Returns
    -------
    float
        EUR.
    """
    levels = hour_levels(problem, (policy or ProfitMaximising()).price_factors)
    options = list_options(problem, keep_minimum(problem, problem.owner), levels)
    prices = refine(problem, price(problem, options, np.inf), np.inf, reached)
    return bound_line(problem, prices).at(np.inf)


def bound_lines(
    problem: AllocationProblem, policy: ProfitMaximising, caps: Sequence[float], reached: Sequence[float]
) -> list[BoundLine]:
    """Bound the value of plans, from the prices at each cap; every line holds for every number of moves."""
    start = keep_minimum(problem, problem.owner)
    options = list_options(problem, start, hour_levels(problem, policy.price_factors))
    lines = []
    for cap, value in zip([*caps, np.inf], [*reached, max(reached)], strict=True):
        prices = refine(problem, price(problem, options, cap), cap, value)
        lines.append(bound_line(problem, prices))
    return lines


def rising_caps(fewest: int, most: int) -> list[int]:
    """List caps from the fewest moves to the most, by 1, 2, 5, 10, ... beyond the fewest."""
    beyond = [step * 10**power for power in range(len(str(max(most, 1)))) for step in STEPS]
    return sorted({fewest, *(fewest + b for b in beyond if fewest + b < most), max(most, fewest)})


def _best_within(problem: AllocationProblem, plans: Sequence[Plan], cap: int) -> Plan:
    within = [plan for plan in plans if problem.leaves(plan.owner).sum() <= cap]
    return max(within, key=lambda plan: value_of(problem, plan))


def _row(
    problem: AllocationProblem,
    cap: int,
    plan: Plan,
    lines: list[BoundLine],
    status_quo: float,
    by_hours: float,
) -> dict[str, float]:
    leaves, value = problem.leaves(plan.owner), value_of(problem, plan)
    return {
        "moves_allowed": cap,
        "accounts_moved": int(leaves.sum()),
        "revenue_moved_eur_per_month": float(problem.revenue[leaves].sum()),
        "believed_eur": value,
        "gain_hours_eur": by_hours - status_quo,
        "gain_moves_eur": value - by_hours,
        "gain_eur": value - status_quo,
        "gain_bound_eur": min(line.at(cap) for line in lines) - status_quo,
    }
