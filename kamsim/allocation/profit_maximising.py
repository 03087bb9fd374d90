"""Profit-maximising: owners and hours together, by an exact program over hour levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kamsim.allocation.books import NOBODY
from kamsim.allocation.choice import Options
from kamsim.allocation.fewer_moves import take_back_moves
from kamsim.allocation.levels import hour_levels
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem, Floats, Indices
from kamsim.allocation.program import solve_program
from kamsim.allocation.repair import budget_counts, keep_minimum
from kamsim.allocation.settle import settle_hours
from kamsim.errors import InfeasibleAllocationError


@dataclass(frozen=True)
class ProfitMaximising:
    """Maximise the believed value of the plan, less the cost of hand-overs.

    maximise sum over accounts i, AEs r, hour levels l of (V_i(h_il) - handover_i [r is not the owner]) x_irl
    subject to: each account one AE and one level; sum of h_il (1 + travel_ir) x_irl within the capacity of
    r; the problem's limits: eligible AEs, one AE a family, caps on what changes hands; at most
    ``disruption_cap`` of the accounts leave an owner who is in the team. AEs considered for an account are
    its owner, the ``candidates_per_account`` nearest ones, and the one a plan with the fewest moves gives
    it, as far as they are eligible; for a family, those of all its members. The capacity is paid for anyway,
    so its cost is no part of the choice.

    The gap is proven for that program: no plan on these levels and candidates is worth more than
    (1 + gap) times this one. Hours are refined within the books afterwards, and moves that bring nothing are
    taken back, which only adds value.

    Parameters
    ----------
    price_factors : tuple of float
        Hour levels: what an account wants at these multiples of the price of an hour that clears the
        team's capacity (`hour_levels`).
    large_share : float
        An account that wants more than this share of an AE's month counts as large (`solve_program`).
    """

    price_factors: tuple[float, ...] = (4.0, 2.5, 1.6, 1.0, 0.63, 0.4, 0.25)
    large_share: float = 0.05

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Solve the program, then refine the hours."""
        start = keep_minimum(problem, problem.owner)
        budget = _most_moves(problem, start)
        levels = hour_levels(problem, self.price_factors)
        options = list_options(problem, start, levels)
        wants_much = np.median(levels, axis=1) > self.large_share * problem.capacity.mean()
        found = solve_program(
            options,
            problem.capacity,
            start,
            np.isin(problem.family, problem.family[wants_much]),
            budget=np.append(problem.limits.caps, budget),
            family=problem.limits.family,
            seconds=problem.settings.time_limit_seconds,
            target_gap=problem.settings.target_gap,
        )
        owner = options.rep[found.chosen]
        plan = Plan(owner, settle_hours(problem, owner, options.hours[found.chosen]), found.gap)
        return take_back_moves(problem, plan)


def _most_moves(problem: AllocationProblem, start: Indices) -> float:
    """Give how many accounts may leave an owner of the team; refuse if even the fewest moves are too many."""
    cap = problem.settings.disruption_cap
    allowed, needed = problem.moves_allowed, int(problem.leaves(start).sum())
    if needed > allowed:
        why = "the constraints and the minimum hours" if problem.limits.binds else "the minimum hours"
        raise InfeasibleAllocationError(
            f"allocation.disruption_cap = {cap:g} lets {allowed} accounts change owner, and {why} need"
            f" {needed} to",
            needed=needed,
            available=allowed,
            accounts=[problem.account_ids[i] for i in np.flatnonzero(problem.leaves(start))],
            constraints=["allocation.disruption_cap"],
        )
    return float(allowed) if cap < 1 else np.inf


def _candidates(problem: AllocationProblem, start: Indices) -> NDArray[np.bool_]:
    """Tell which AEs an account may go to, shape (accounts, reps).

    A family has the candidates of all its members. Equally near AEs (and all, where coordinates are unknown)
    are taken in turn from account to account, so that every AE is somebody's candidate.
    """
    accounts, reps = np.arange(problem.accounts), np.arange(problem.reps)
    turn = (reps[None, :] - accounts[:, None]) % problem.reps
    nearest = np.lexsort((turn, problem.distance_km, ~problem.eligible), axis=1)[
        :, : problem.settings.candidates_per_account
    ]
    candidates = np.zeros((problem.accounts, problem.reps), dtype=bool)
    np.put_along_axis(candidates, nearest, values=True, axis=1)
    owned = problem.owner != NOBODY
    candidates[accounts[owned], problem.owner[owned]] = True
    candidates[accounts, start] = True
    of_family = np.zeros((int(problem.family.max()) + 1, problem.reps), dtype=bool)
    np.logical_or.at(of_family, problem.family, candidates)
    return np.asarray(of_family[problem.family] & problem.eligible)


def list_options(problem: AllocationProblem, start: Indices, levels: Floats) -> Options:
    """List every (account, candidate, level) that fits the AE's capacity by itself.

    Counts are what it takes of each budget of the limits, and last whether the disruption cap counts it.
    """
    candidates = _candidates(problem, start)
    distinct = np.diff(levels, axis=1, prepend=-1.0) > 1e-9
    account, rep, level = np.nonzero(candidates[:, :, None] & distinct[:, None, :])
    hours = levels[account, level]
    load = hours * problem.hours_per_client_hour[account, rep]
    value = problem.curves.value(levels + problem.pool_effort[:, None])[account, level]
    moves = problem.owner[account] != rep
    value -= problem.handover_eur[account] * (problem.had_owner[account] & moves)
    counts = (moves & (problem.owner[account] != NOBODY)).astype(np.float64)[:, None]
    counts = np.hstack([budget_counts(problem, account, rep), counts])
    options = Options(account, rep, hours, load, value, counts)
    return options.part(np.flatnonzero(load <= problem.capacity[rep] + 1e-9))
