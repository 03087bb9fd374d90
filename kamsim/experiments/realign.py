"""One realignment of books during a run: by the compiled rule, or by a policy solved again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import pandas as pd

from kamsim.allocation import AllocationProblem, Policy, handover_cost
from kamsim.allocation import Plan as Allocation
from kamsim.allocation.limits import Budget
from kamsim.config import Scenario
from kamsim.dynamics import ExitRule, Rebalancing, Rules, State, hand_over
from kamsim.dynamics.state import Counts, Floats
from kamsim.experiments.quarters import QUARTER

RULE, PROGRESS_RULE = "rule", "rule_with_exit"
MONTHS_OF_POTENTIAL = 36
MOST_GAIN = 2.0
"""Times the gain once believed, for a client that left and leaves all of its wallet to be won again."""


@dataclass(frozen=True)
class Books:
    """Who owns each account in each lane, and with how many AE hours a month.

    Attributes
    ----------
    owner : array of int, shape (accounts, lanes)
    hours : array, shape (accounts, lanes)
    """

    owner: Counts
    hours: Floats


class Method(Protocol):
    """A way to start books and to realign them."""

    @property
    def name(self) -> str:
        """In tables."""
        ...

    def start(self, problem: AllocationProblem) -> Allocation:
        """Give the books at the cut-off."""
        ...

    def rules(self, problem: AllocationProblem, every: int, *, realigns: bool) -> Rules | None:
        """Give the rules of a piece of the run, at whose end books are realigned or not."""
        ...

    def after(
        self, problem: AllocationProblem, state: State, books: Books, months_left: int
    ) -> tuple[State, Books]:
        """Realign when the quarter has ended; the state has the new owners and their hand-overs."""
        ...


@dataclass(frozen=True)
class CompiledRule:
    """Accounts go from the most to the least loaded AE (`Rebalancing`); hours are the service level's.

    Books start as they are. Every account asks for its workload, all scaled by one factor so that the team
    as a whole has just these hours; an AE with too large a book serves all of it thinner, one with too
    small a book has hours left over.

    Parameters
    ----------
    scenario : Scenario
        `dynamics.rules.rebalancing_tolerance`, and `rebalancing_moves` a quarter, which add up between
        realignments, under `allocation.disruption_cap` of the accounts each time.
    by_progress : bool
        The exit rule is on, whatever the frequency: an account without progress weighs
        `dynamics.rules.exit_share` of its workload (D-EXIT-1), so that loads drift apart and realigning has
        work to do.
    """

    scenario: Scenario
    by_progress: bool = False

    @property
    def name(self) -> str:
        """In tables."""
        return PROGRESS_RULE if self.by_progress else RULE

    def start(self, problem: AllocationProblem) -> Allocation:
        """Keep the owners; an account that nobody owns goes to the AE with the least load."""
        owner, load = problem.owner.copy(), np.zeros(problem.reps)
        owned = owner >= 0
        np.add.at(load, owner[owned], problem.workload[owned])
        capacity = np.where(problem.capacity > 0, problem.capacity, np.nan)
        for account in np.flatnonzero(~owned).tolist():
            owner[account] = int(np.nanargmin(load / capacity))
            load[owner[account]] += problem.workload[account]
        asked = float(problem.workload @ problem.rate(owner))
        return Allocation(owner, problem.workload * (problem.capacity.sum() / asked if asked > 0 else 1.0))

    def rules(self, problem: AllocationProblem, every: int, *, realigns: bool) -> Rules | None:
        """Switch the compiled rule on, with the moves of as many quarters as have passed."""
        settings = self.scenario.dynamics.rules
        exits = ExitRule(settings.exit_after_months) if self.by_progress else None
        if not realigns:
            return Rules(exit=exits) if exits else None
        most = int(self.scenario.allocation.disruption_cap * problem.accounts + 1e-9)
        moves = min(settings.rebalancing_moves * every // QUARTER, most)
        return Rules(exit=exits, rebalancing=Rebalancing(settings.rebalancing_tolerance, moves))

    def after(
        self,
        problem: AllocationProblem,  # noqa: ARG002
        state: State,
        books: Books,
        months_left: int,  # noqa: ARG002
    ) -> tuple[State, Books]:
        """Read the new owners: the rule has acted in the run already."""
        return state, Books(state.owner, books.hours)


@dataclass(frozen=True)
class SolvedAgain:
    """A policy of the registry, solved anew in each lane on what is observed there.

    Parameters
    ----------
    policy : Policy
    book : DataFrame
        BOOK at the cut-off.
    scenario : Scenario
        `allocation.disruption_cap` holds for each realignment.
    name : str
        The policy's.
    """

    policy: Policy
    book: pd.DataFrame
    scenario: Scenario
    name: str

    def start(self, problem: AllocationProblem) -> Allocation:
        """Solve at the cut-off, on the book."""
        return self.policy.allocate(problem)

    def rules(
        self,
        problem: AllocationProblem,
        every: int,
        *,
        realigns: bool,
    ) -> None:
        """Nothing acts inside the run."""

    def after(
        self, problem: AllocationProblem, state: State, books: Books, months_left: int
    ) -> tuple[State, Books]:
        """Solve again lane by lane, and hand over what moves."""
        owner, hours = state.owner.copy(), books.hours.copy()
        moved = np.zeros(owner.shape, bool)
        for lane in range(state.lanes):
            seen = observed_problem(problem, self.book, state, lane, months_left, self.scenario)
            plan = self._solve(seen)
            moved[:, lane] = seen.moved(plan.owner)
            owner[:, lane], hours[:, lane] = plan.owner, plan.hours
        handed = hand_over(state, moved, self.scenario.dynamics)
        return replace(handed, owner=owner), Books(owner, hours)

    def _solve(self, seen: AllocationProblem) -> Allocation:
        """Solve under the cap, which most policies do not know by themselves."""
        plan = self.policy.allocate(seen)
        if seen.leaves(plan.owner).sum() <= seen.moves_allowed:
            return plan
        cap = Budget("allocation.disruption_cap", np.ones(seen.accounts), float(seen.moves_allowed))
        return self.policy.allocate(replace(seen, limits=replace(seen.limits, budgets=(cap,))))


def observed_problem(
    problem: AllocationProblem,
    book: pd.DataFrame,
    state: State,
    lane: int,
    months_left: int,
    scenario: Scenario,
) -> AllocationProblem:
    """Bring the problem of the cut-off up to what is observed of one lane: owners, revenue, progress.

    Value is what is left of it: curves and the cost of hand-overs by the months left. The believed gain goes
    with the room that is left (potential less revenue, against the cut-off's) and, for an account without
    progress for ``dynamics.rules.exit_after_months`` (D-EXIT-1), is cut to ``exit_share``. Nothing latent is
    read.

    Parameters
    ----------
    problem : AllocationProblem
        At the cut-off.
    book : DataFrame
        BOOK, for what hand-overs cost.
    state : State
        Owner, revenue and idle months are read.
    lane : int
    months_left : int
    scenario : Scenario

    Returns
    -------
    AllocationProblem
    """
    revenue, owner = state.revenue[:, lane], state.owner[:, lane].astype(np.intp)
    left = months_left / scenario.experiment.months
    attainable = problem.potential / MONTHS_OF_POTENTIAL
    room, before = np.maximum(attainable - revenue, 0.0), np.maximum(attainable - problem.revenue, 0.0)
    change = np.divide(room, before, out=np.ones_like(room), where=before > 0).clip(0.0, MOST_GAIN)
    rules = scenario.dynamics.rules
    active = np.where(state.idle[:, lane] >= rules.exit_after_months, rules.exit_share, 1.0)
    curves = replace(
        problem.curves, base=left * problem.curves.base, gain=left * change * active * problem.curves.gain
    )
    cost = left * handover_cost(book.assign(revenue_eur_per_month=revenue), scenario)
    return replace(
        problem, owner=owner, had_owner=owner >= 0, revenue=revenue, curves=curves, handover_eur=cost
    )


def with_rep_change_cost(scenario: Scenario, times: float) -> Scenario:
    """Multiply what a change of representative costs: at renewals (E-REP-1), and in goodwill.

    Below 0 a change makes renewals easier and leaves goodwill as it is, which cannot rise above itself. New
    sales under a new owner (E-REP-2, ``dynamics.newcomer_opening_effect``, of either sign) stay as they are.

    Parameters
    ----------
    scenario : Scenario
    times : float
        1 = as the scenario has it.

    Returns
    -------
    Scenario

    Examples
    --------
    >>> gain = with_rep_change_cost(Scenario.load("saas_midmarket"), -1).dynamics
    >>> gain.handover_churn_effect, gain.handover_goodwill
    (-0.8, 1.0)
    """
    settings = scenario.dynamics
    loss = max(times, 0.0) * (1 - settings.handover_goodwill)
    return scenario.override(
        {
            "dynamics.handover_churn_effect": times * settings.handover_churn_effect,
            "dynamics.handover_goodwill": max(0.0, 1 - loss),
        }
    )
