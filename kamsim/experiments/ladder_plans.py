"""The plans of the regret ladder: each step a plan, with the problem it was made for and a bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kamsim.allocation import (
    AllocationProblem,
    Constraints,
    Plan,
    ValueCurves,
    build_problem,
    check_feasible,
    check_plan,
    find_policy,
    value_bound,
    value_of,
)
from kamsim.config import Scenario
from kamsim.coverage import value_by_team_size
from kamsim.experiments.ladder_rules import LadderRules

HABITS = ("revenue", "size", "equal")
"""Habits of the status quo (`dynamics.habit_weight`); each follows what the book shows."""
RULES = {2: "guide_ratios", 3: "balanced", 4: "marginal_value"}
"""Policies of the steps that solve no program."""
NAMES = {
    2: "guide_ratios", 3: "balanced", 4: "greedy", 5: "optimum_believed", 6: "optimum_true",
    7: "without_cap", 8: "without_limits", 9: "free_team", 10: "clairvoyant",
}  # fmt: skip
"""Names of the steps after the first, which is `status_quo_` and a habit."""
LARGEST_TEAM = 6
"""Teams are tried up to so many times the size there is."""
_EXACT = "profit_maximising"


@dataclass(frozen=True, eq=False)
class Made:
    """A plan with what it was made from.

    Attributes
    ----------
    problem : AllocationProblem
        Its curves are those that the plan was made by.
    plan : Plan
    team : DataFrame
        TEAM, whose hours are spent and paid.
    aes : int
        AEs whose hours these are.
    bound : float
        EUR by these curves that no plan exceeds; NaN where the step is no optimum.
    """

    problem: AllocationProblem
    plan: Plan
    team: pd.DataFrame
    aes: int
    bound: float = np.nan


@dataclass(frozen=True, eq=False)
class Rung:
    """A step of the ladder.

    Attributes
    ----------
    step : int
    name : str
    made : tuple of Made
        One, or one a witness where the step knows what the witness knows.
    """

    step: int
    name: str
    made: tuple[Made, ...]

    def of(self, witness: int) -> Made:
        """Return the plan that a witness plays."""
        return self.made[witness] if len(self.made) > 1 else self.made[0]


def status_quo_name(habit: str) -> str:
    """Name the row of a habit."""
    return f"status_quo_{habit}"


def believed_rungs(
    book: pd.DataFrame, team: pd.DataFrame, scenario: Scenario, rules: LadderRules
) -> list[Rung]:
    """Make the plans of steps 1 to 5, from what the book shows.

    Parameters
    ----------
    book, team : DataFrame
        BOOK and TEAM.
    scenario : Scenario
    rules : LadderRules

    Returns
    -------
    list of Rung

    Raises
    ------
    InfeasibleAllocationError
        When no plan meets the constraints.
    """
    problem = _problem(book, team, scenario, rules.all)
    check_feasible(problem)
    aes = _count(problem)
    rungs = []
    for habit in HABITS:
        own = replace(problem, habit=habit)
        plan = find_policy("status_quo").allocate(own)
        rungs.append(Rung(1, status_quo_name(habit), (Made(own, plan, team, aes),)))
    for step, policy in RULES.items():
        plan = find_policy(policy).allocate(problem)
        check_plan(problem, plan, policy)
        rungs.append(Rung(step, NAMES[step], (Made(problem, plan, team, aes),)))
    optimum = _optimum(problem, team, aes, [rung.made[0].plan for rung in rungs if rung.step > 1])
    return [*rungs, Rung(5, NAMES[5], (optimum,))]


def oracle_plans(
    book: pd.DataFrame,
    team: pd.DataFrame,
    scenario: Scenario,
    rules: LadderRules,
    curves: ValueCurves,
    known: Sequence[Plan],
) -> list[Made]:
    """Make the plans of steps 6 to 9 for one witness, by its true curves.

    Each looser problem also knows the plan of the tighter one before, so that what a step is worth by the
    curves never falls from 6 to 8.

    Parameters
    ----------
    book, team : DataFrame
    scenario : Scenario
    rules : LadderRules
    curves : ValueCurves
        True ones.
    known : sequence of Plan
        Plans that keep all constraints.

    Returns
    -------
    list of Made
        Of steps 6, 7, 8 and 9.
    """
    made: list[Made] = []
    plans = list(known)
    for constraints in (rules.all, rules.without_cap, rules.without_limits):
        if made and constraints is rules.without_limits and not rules.limits_bind:
            made.append(made[-1])
            break
        problem = replace(_problem(book, team, scenario, constraints), curves=curves)
        made.append(_optimum(problem, team, _count(problem), plans))
        plans = [made[-1].plan]
    return [*made, _with_free_team(book, scenario, rules, made[-1])]


def _problem(
    book: pd.DataFrame, team: pd.DataFrame, scenario: Scenario, constraints: Constraints
) -> AllocationProblem:
    """Build the problem; the cap is among the constraints, where it holds for every policy."""
    return build_problem(book, team, scenario.override({"allocation.disruption_cap": 1.0}), constraints)


def _count(problem: AllocationProblem) -> int:
    """Count the AEs who have hours."""
    return int((problem.capacity > 0).sum())


def _optimum(problem: AllocationProblem, team: pd.DataFrame, aes: int, known: Sequence[Plan]) -> Made:
    """Find the surrogate optimum with its bound; a known plan is taken where the solver ends below it."""
    found = find_policy(_EXACT).allocate(problem)
    best = max([found, *known], key=lambda plan: value_of(problem, plan))
    check_plan(problem, best, _EXACT)
    return Made(problem, best, team, aes, value_bound(problem, value_of(problem, best)))


def _with_free_team(book: pd.DataFrame, scenario: Scenario, rules: LadderRules, before: Made) -> Made:
    """Make the plan of the team size that is worth most after its cost."""
    there = _count(before.problem)
    count = best_count(book, before, scenario)
    if count == there:
        return before
    team = scale_team(before.team, count / there)
    problem = replace(_problem(book, team, scenario, rules.without_limits), curves=before.problem.curves)
    return _optimum(problem, team, count, [])


def best_count(book: pd.DataFrame, before: Made, scenario: Scenario) -> int:
    """Find the number of AEs that leaves most after their cost, by the curves of a plan's problem.

    An AE brings the hours with clients that one brings under that plan, wherever they are worth most
    (`coverage.value_by_team_size`), and costs the mean of the team. Teams whose hours do not cover the
    minimum under the plan's owners are left out.

    Parameters
    ----------
    book : DataFrame
        BOOK.
    before : Made
    scenario : Scenario

    Returns
    -------
    int
    """
    problem, plan = before.problem, before.plan
    able = problem.capacity > 0
    there = _count(problem)
    aes = before.team[before.team["role"] == "AE"]
    cost = float(aes["cost_eur_per_month"].sum()) / there
    least = problem.load(plan.owner, problem.minimum)[able] / problem.capacity[able]
    fewest = max(1, int(np.ceil(float(least.max(initial=0.0)) * there - 1e-9)))
    columns = dict(
        zip(("base_eur", "gain_eur", "half_hours", "exponent"), _columns(problem.curves), strict=True)
    )
    values = value_by_team_size(
        book.sort_values("account_id", ignore_index=True).assign(**columns),
        scenario.coverage.model_copy(update={"ae_cost_eur": cost}),
        scenario.experiment.months,
        counts=[float(n) for n in range(fewest, max(LARGEST_TEAM * there, fewest) + 1)],
        hours_per_ae=float(plan.hours.sum()) / there,
        pools=problem.pool_effort,
    )
    net = values["best_eur"] - values["cost_eur"]
    return int(values["aes"].iloc[int(net.to_numpy().argmax())])


def scale_team(team: pd.DataFrame, factor: float) -> pd.DataFrame:
    """Give every AE so many times his hours and his cost: a team of another size in the same places.

    Nobody is named who comes or goes, so no hand-over follows from the size itself.

    Examples
    --------
    >>> team = pd.DataFrame({"role": ["AE", "SE"], "capacity_hours": 65.0, "cost_eur_per_month": 1e4})
    >>> scale_team(team, 2.0)["capacity_hours"].tolist()
    [130.0, 65.0]
    """
    times = np.where(team["role"] == "AE", factor, 1.0)
    return team.assign(**{name: team[name] * times for name in ("capacity_hours", "cost_eur_per_month")})


def _columns(curves: ValueCurves) -> list[np.ndarray]:
    return [np.asarray(column) for column in vars(curves).values()]
