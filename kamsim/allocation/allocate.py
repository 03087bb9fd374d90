"""From book and team to table ASSIGNMENT, under one policy or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import pandas as pd

from kamsim.allocation.constraints import Constraints
from kamsim.allocation.feasibility import check_feasible
from kamsim.allocation.kept import check_plan
from kamsim.allocation.moves import explain_moves
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem, build_problem
from kamsim.allocation.registry import find_policy
from kamsim.config import Scenario
from kamsim.schemas import ASSIGNMENT, MOVES, check


@dataclass(frozen=True, eq=False)
class AllocationResult:
    """Plans of several policies, with what is known of each.

    Attributes
    ----------
    assignment : DataFrame
        ASSIGNMENT, one row a policy and account.
    gaps : dict of str to float
        Proven optimality gap, of the policies that ran a solver.
    seconds : dict of str to float
        Wall time by policy.
    believed_eur : dict of str to float
        Believed value of each plan over the horizon, hand-overs taken off: what the exact policy
        maximises, and no forecast of the outcome, which the experiments give.
    load_cv : dict of str to float
        Spread between AEs of the workload their books ask for over their capacity: coefficient of
        variation (AEs without capacity are left out).
    broken : DataFrame
        Constraints that the status quo breaks: policy, constraint, account_id, rep_id, used, limit.
    problem : AllocationProblem
        What the policies read.
    plans : dict of str to Plan
        By policy.
    """

    assignment: pd.DataFrame
    gaps: dict[str, float]
    seconds: dict[str, float]
    believed_eur: dict[str, float]
    load_cv: dict[str, float]
    broken: pd.DataFrame
    problem: AllocationProblem
    plans: dict[str, Plan]

    def frame(self) -> pd.DataFrame:
        """Return ASSIGNMENT."""
        return self.assignment.copy()

    def moves(self) -> pd.DataFrame:
        """Return MOVES of all policies: every account that changes hands, with the reason."""
        served = [explain_moves(self.problem, plan, name) for name, plan in self.plans.items()]
        return check(pd.concat(served, ignore_index=True), MOVES)

    def summary(self) -> pd.DataFrame:
        """Return one row a policy: moves, hours, spread of load, believed value, gap and seconds."""
        groups = self.assignment.groupby("policy")
        hours = (
            groups[["ae_hours", "travel_hours", "moved"]].sum().rename(columns={"moved": "accounts_moved"})
        )
        columns = {
            "load_cv": self.load_cv,
            "believed_eur": self.believed_eur,
            "gap": self.gaps,
            "seconds": self.seconds,
        }
        for name, by_policy in columns.items():
            hours[name] = hours.index.map(by_policy)
        return hours.loc[list(self.seconds)].reset_index()


def allocate(
    book: pd.DataFrame,
    team: pd.DataFrame,
    scenario: Scenario,
    policies: Sequence[str] | None = None,
    constraints: Constraints | None = None,
) -> AllocationResult:
    """Give accounts and hours to the team's AEs under each policy.

    Parameters
    ----------
    book : DataFrame
        BOOK.
    team : DataFrame
        TEAM. Its AEs own accounts; SE and CSM hours are shared out as the book asks for them.
    scenario : Scenario
    policies : sequence of str, optional
        Names in `POLICIES`; by default ``allocation.policies`` of the scenario.
    constraints : Constraints, optional
        What no plan may do; the status quo, which proposes nothing, is listed where it does.

    Returns
    -------
    AllocationResult

    Raises
    ------
    ConfigError
        For an unknown policy, or a constraint on what is not there.
    InfeasibleAllocationError
        When no plan meets the constraints, with hours needed and available.
    SchemaError
        When a table breaks its contract.

    Examples
    --------
    >>> from kamsim.schemas import BOOK, TEAM
    >>> allocate(BOOK.empty(), TEAM.empty(), Scenario.load("saas_midmarket"), ["balanced"])
    Traceback (most recent call last):
    ...
    kamsim.errors.InfeasibleAllocationError: the team holds no AE: nobody can own the 0 accounts of the book
    """
    names = list(dict.fromkeys(scenario.allocation.policies if policies is None else policies))
    chosen = {name: find_policy(name) for name in names}
    problem = build_problem(book, team, scenario, constraints)
    check_feasible(problem)
    frames, broken, plans, gaps, seconds = [], [], {}, {}, {}
    believed, spread = {}, {}
    for name, policy in chosen.items():
        start = perf_counter()
        plan = policy.allocate(problem)
        seconds[name] = perf_counter() - start
        plans[name] = plan
        broken.append(check_plan(problem, plan, name).assign(policy=name))
        served = problem if plan.se_hours is None else problem.with_se_hours(plan.se_hours)
        frames.append(_rows(served, plan, name))
        believed[name] = served.value(plan.owner, plan.hours)
        spread[name] = _load_cv(problem, plan)
        if plan.gap is not None:
            gaps[name] = plan.gap
    assignment = check(pd.concat(frames, ignore_index=True), ASSIGNMENT)
    listed = pd.concat(broken, ignore_index=True)
    return AllocationResult(assignment, gaps, seconds, believed, spread, listed, problem, plans)


def _rows(problem: AllocationProblem, plan: Plan, name: str) -> pd.DataFrame:
    accounts = pd.Series(problem.account_ids, dtype="str")
    return pd.DataFrame(
        {
            "policy": pd.Series([name] * problem.accounts, dtype="str"),
            "account_id": accounts,
            "rep_id": pd.Series(problem.rep_ids, dtype="str").take(plan.owner).reset_index(drop=True),
            "ae_hours": plan.hours,
            "travel_hours": plan.hours * (problem.rate(plan.owner) - 1),
            "se_hours": problem.se_hours,
            "csm_hours": problem.csm_hours,
            "moved": problem.moved(plan.owner),
        }
    )


def _load_cv(problem: AllocationProblem, plan: Plan) -> float:
    able = problem.capacity > 0
    use = problem.load(plan.owner, problem.workload)[able] / problem.capacity[able]
    return float(np.std(use) / np.mean(use)) if use.size and use.any() else 0.0
