"""Profit-maximising: owners and hours together, by an exact program over hour levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kamsim.allocation.books import NOBODY
from kamsim.allocation.choice import Options, choose
from kamsim.allocation.levels import hour_levels
from kamsim.allocation.policy import Plan
from kamsim.allocation.polish import polish
from kamsim.allocation.problem import AllocationProblem, Floats, Indices
from kamsim.allocation.repair import keep_minimum
from kamsim.allocation.settle import settle_hours
from kamsim.errors import InfeasibleAllocationError


@dataclass(frozen=True)
class ProfitMaximising:
    """Maximise the believed value of the plan, less the cost of hand-overs.

    maximise sum over accounts i, AEs r, hour levels l of (V_i(h_il) - handover_i [r is not the owner]) x_irl
    subject to: each account one AE and one level; sum of h_il (1 + travel_ir) x_irl within the capacity of
    r; at most ``disruption_cap`` of the accounts leave an owner who is in the team. AEs considered for an
    account are its owner, the ``candidates_per_account`` nearest ones, and the one a plan with the fewest
    moves gives it. The capacity is paid for anyway, so its cost is no part of the choice.

    The gap is proven for that program: no plan on these levels and candidates is worth more than
    (1 + gap) times this one. Hours are refined within the books afterwards, which only adds value.

    Parameters
    ----------
    price_factors : tuple of float
        Hour levels: what an account wants at these multiples of the price of an hour that clears the
        team's capacity (`hour_levels`).
    """

    price_factors: tuple[float, ...] = (8.0, 4.0, 2.5, 1.6, 1.25, 1.0, 0.8, 0.63, 0.4, 0.25, 0.1)

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Solve the program, then refine the hours."""
        start = keep_minimum(problem, problem.owner)
        budget = _most_moves(problem, start)
        options = _options(problem, _candidates(problem, start), hour_levels(problem, self.price_factors))
        found = choose(
            options,
            problem.accounts,
            problem.capacity,
            budget=budget,
            time_limit_seconds=problem.settings.time_limit_seconds / 2,
            target_gap=problem.settings.target_gap,
        )
        chosen = _at_minimum(options, start) if found.options is None else found.options
        if _gap(options, chosen, found.bound) > problem.settings.target_gap:
            chosen = polish(
                options,
                chosen,
                problem.capacity,
                budget=budget,
                seconds=problem.settings.time_limit_seconds / 2,
                target_gap=problem.settings.target_gap,
            )
        owner = options.rep[chosen]
        hours = settle_hours(problem, owner, options.hours[chosen])
        return Plan(owner, hours, _gap(options, chosen, found.bound))


def _most_moves(problem: AllocationProblem, start: Indices) -> float:
    """Give how many accounts may leave an owner of the team; refuse if even the fewest moves are too many."""
    cap = problem.settings.disruption_cap
    allowed = int(cap * problem.accounts + 1e-9)
    needed = int((start != problem.owner)[problem.owner != NOBODY].sum())
    if needed > allowed:
        raise InfeasibleAllocationError(
            f"allocation.disruption_cap = {cap:g} lets {allowed} accounts change owner, and the minimum hours"
            f" need {needed} to"
        )
    return float(allowed) if cap < 1 else np.inf


def _candidates(problem: AllocationProblem, start: Indices) -> NDArray[np.bool_]:
    """Tell which AEs an account may go to, shape (accounts, reps).

    Equally near AEs (and all, where coordinates are unknown) are taken in turn from account to account,
    so that every AE is somebody's candidate.
    """
    accounts, reps = np.arange(problem.accounts), np.arange(problem.reps)
    turn = (reps[None, :] - accounts[:, None]) % problem.reps
    nearest = np.lexsort((turn, problem.distance_km), axis=1)[:, : problem.settings.candidates_per_account]
    candidates = np.zeros((problem.accounts, problem.reps), dtype=bool)
    np.put_along_axis(candidates, nearest, values=True, axis=1)
    owned = problem.owner != NOBODY
    candidates[accounts[owned], problem.owner[owned]] = True
    candidates[accounts, start] = True
    return candidates


def _options(problem: AllocationProblem, candidates: NDArray[np.bool_], levels: Floats) -> Options:
    """List every (account, candidate, level) that fits the AE's capacity by itself."""
    distinct = np.diff(levels, axis=1, prepend=-1.0) > 1e-9
    account, rep, level = np.nonzero(candidates[:, :, None] & distinct[:, None, :])
    hours = levels[account, level]
    load = hours * problem.hours_per_client_hour[account, rep]
    value = problem.curves.value(levels + problem.pool_effort[:, None])[account, level]
    moves = problem.owner[account] != rep
    value -= problem.handover_eur[account] * (problem.had_owner[account] & moves)
    counts = (moves & (problem.owner[account] != NOBODY)).astype(np.float64)
    fits = load <= problem.capacity[rep] + 1e-9
    return Options(account[fits], rep[fits], hours[fits], load[fits], value[fits], counts[fits])


def _at_minimum(options: Options, owner: Indices) -> Indices:
    """Find each account's option of fewest hours with a given owner."""
    order = np.lexsort((options.hours, options.rep != owner[options.account], options.account))
    first = np.flatnonzero(np.diff(options.account[order], prepend=-1))
    return np.asarray(order[first])


def _gap(options: Options, chosen: Indices, bound: float) -> float:
    """What the bound leaves open, (bound - value) / |value|."""
    value = float(options.value[chosen].sum())
    return max(0.0, bound - value) / max(abs(value), 1e-9)
