"""Why each account changes hands, and what that brings and costs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamsim.allocation.books import Books
from kamsim.allocation.bound import best_at_price
from kamsim.allocation.limits import split_families
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem, Floats, Indices
from kamsim.allocation.settle import hour_prices, settle_hours
from kamsim.allocation.status_quo import StatusQuo
from kamsim.schemas import MOVES, check

ROUNDING_EUR = 0.005


def explain_moves(problem: AllocationProblem, plan: Plan, policy: str) -> pd.DataFrame:
    """List the accounts that change hands, each with the first reason that holds.

    1. ``owner_gone``: no AE of the team owns it any more.
    2. ``constraint``: a constraint, named beside, bars the owner, or its family is to be in one hand.
    3. ``owner_overloaded``: the owner's book asks for more hours than count as balanced (`Books.room`), or
       his minimum hours do not fit his month, and hours are what the move brings.
    4. ``nearer``: the move is worth its hand-over, for the most part by travel.
    5. ``more_hours``: it is, for the most part since the new owner's hours are worth less elsewhere.
    6. ``makes_room``: it is not worth it by itself, and its former owner gets another account.
    7. ``rule``: none of these; the policy's own rule has it so.

    An account's worth with an AE is the largest V(h) - p (1 + travel) h, with p what an hour of the AE's
    month brings at the margin. Prices are the mean of those in today's books and in the plan's, hours at
    best in both: the first alone would count every move as if it were the only one, the second as if it were
    the last. So gains are estimates, which add up to about what all moves gain together.

    Parameters
    ----------
    problem : AllocationProblem
    plan : Plan
    policy : str
        Its name.

    Returns
    -------
    DataFrame
        MOVES. Its rows are those that ASSIGNMENT calls moved: an account that nobody owned is none.
    """
    moved = np.flatnonzero(problem.moved(plan.owner))
    before = StatusQuo().allocate(problem)
    travel, hours = _gains(problem, before, plan, moved)
    handover, former, new = problem.handover_eur[moved], problem.owner[moved], plan.owner[moved]
    known = former >= 0
    saved = problem.hours_per_client_hour[moved, np.maximum(former, 0)] - problem.rate(plan.owner)[moved]
    reasons = _reasons(problem, plan, moved, travel, hours)
    reps = np.array([*problem.rep_ids, None], dtype=object)
    frame = pd.DataFrame(
        {
            "policy": pd.Series([policy] * moved.size, dtype="str"),
            "account_id": pd.Series(np.array(problem.account_ids, dtype=object)[moved], dtype="str"),
            "from_rep": pd.Series(reps[former], dtype="str"),
            "to_rep": pd.Series(reps[new], dtype="str"),
            "reason": pd.Series([reason for reason, _ in reasons], dtype="str"),
            "constraint": pd.Series([name for _, name in reasons], dtype="str"),
            "hours_before": before.hours[moved],
            "hours_after": plan.hours[moved],
            "travel_saved_hours": np.where(known, plan.hours[moved] * saved, np.nan),
            "believed_gain_eur": np.where(known, travel + hours - handover, np.nan),
            "handover_eur": handover,
            "revenue_eur_per_month": problem.revenue[moved],
            "open_deals": problem.open_deals[moved].astype(np.int64),
        }
    )
    return check(frame, MOVES)


def _gains(problem: AllocationProblem, before: Plan, plan: Plan, moved: Indices) -> tuple[Floats, Floats]:
    """Split what moves are worth before their hand-over into travel and hours, in EUR, shape (moved,) each.

    Travel is the gain from the new owner's road at the former owner's price of an hour; hours is the rest.
    """
    today = settle_hours(problem, before.owner, np.maximum(before.hours, problem.minimum))
    first = hour_prices(problem, before.owner, today)
    last = hour_prices(problem, plan.owner, settle_hours(problem, plan.owner, plan.hours))
    price = (first + last) / 2
    former, new = np.maximum(problem.owner[moved], 0), plan.owner[moved]
    rate, capacity = problem.hours_per_client_hour, problem.capacity

    def worth(road_of: Indices, price_of: Indices) -> Floats:
        road = rate[moved, road_of]
        most = np.maximum(capacity[price_of] / road, problem.minimum[moved])
        return best_at_price(problem, moved, road * price[price_of], most)[0]

    stays, only_nearer, goes = worth(former, former), worth(new, former), worth(new, new)
    return only_nearer - stays, goes - only_nearer


def _reasons(
    problem: AllocationProblem, plan: Plan, moved: Indices, travel: Floats, hours: Floats
) -> list[tuple[str, str | None]]:
    """Give each move its reason, and the constraint if that is the reason."""
    owned = problem.owner >= 0
    owner = np.maximum(problem.owner, 0)
    able = problem.capacity > 0
    use, least = (
        np.divide(
            problem.load(owner, h * owned), problem.capacity, out=np.full(problem.reps, np.inf), where=able
        )
        for h in (problem.workload, problem.minimum)
    )
    too_much = (use > Books(problem).room) | (least > 1)
    gets = np.bincount(plan.owner[problem.moved(plan.owner)], minlength=problem.reps) > 0
    split = split_families(np.where(owned, problem.owner, plan.owner), problem.family)
    reasons: list[tuple[str, str | None]] = []
    for account, nearer, roomier in zip(moved.tolist(), travel.tolist(), hours.tolist(), strict=True):
        former = int(problem.owner[account])
        if former < 0:
            reasons.append(("owner_gone", None))
            continue
        barring = problem.limits.barring(account, former)
        if barring:
            reasons.append(("constraint", barring[0]))
        elif split[account] or not problem.eligible[account, former]:
            reasons.append(("constraint", "families"))
        elif least[former] > 1 and roomier >= nearer:
            reasons.append(("owner_overloaded", None))
        elif nearer + roomier - problem.handover_eur[account] > ROUNDING_EUR:
            by_hours = "owner_overloaded" if too_much[former] else "more_hours"
            reasons.append((by_hours if roomier > nearer else "nearer", None))
        else:
            reasons.append(("makes_room" if gets[former] else "rule", None))
    return reasons
