"""Robust: the plan that is worth most where the beliefs about value turn out badly (CVaR)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem, Floats
from kamsim.allocation.profit_maximising import ProfitMaximising
from kamsim.dynamics import entity_uniforms
from kamsim.streams import entity_keys, luck_key


@dataclass(frozen=True)
class Robust:
    """Maximise the mean value over the worst share of cases, owners and hours together.

    Cases are possible gains of effort, drawn around the believed ones with their spread (`draw_gains`).
    The mean of the worst cases, the conditional value at risk of Rockafellar and Uryasev (2000), is the
    smallest mean over all ways to weigh the cases with at most 1 / (worst_share * cases) each. So plan and
    weights are found in turn, by fictitious play: the exact program answers the weights so far, and the
    worst cases of its plan are averaged into them. The plan with the best worst cases is kept; the first
    answers equal weights, so no more is lost than the rounds' shares of the solver's time limit.

    Parameters
    ----------
    worst_share : float
        Share of the cases whose mean counts.
    cases : int
    shared : float
        Share of the variance of the beliefs' errors that all accounts have in common: errors of the model
        and not of one account's data. VALUES tells the spread of each account and not this.
    rounds : int
        Plans tried.
    """

    worst_share: float = 0.2
    cases: int = 60
    shared: float = 0.5
    rounds: int = 3

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Solve for the weights, weigh the worst cases more, and again."""
        gains = draw_gains(problem, self.cases, self.shared)
        limit = problem.settings.time_limit_seconds / self.rounds
        settings = problem.settings.model_copy(update={"time_limit_seconds": limit})
        weight = np.full(self.cases, 1 / self.cases)
        found: list[tuple[float, Plan]] = []
        for past in range(1, self.rounds + 1):
            curves = replace(problem.curves, gain=gains @ weight)
            plan = ProfitMaximising().allocate(replace(problem, curves=curves, settings=settings))
            values = case_values(problem, plan, gains)
            worst = np.argsort(values, kind="stable")[: self._worst()]
            found.append((float(values[worst].mean()), Plan(plan.owner, plan.hours)))
            answer = np.bincount(worst, minlength=self.cases) / worst.size
            weight = weight + (answer - weight) / (past + 1)
        return max(found, key=lambda pair: pair[0])[1]

    def _worst(self) -> int:
        return max(1, round(self.worst_share * self.cases))


def draw_gains(problem: AllocationProblem, cases: int, shared: float) -> Floats:
    """Draw what the gains of effort may be, in EUR, shape (accounts, cases).

    Gain and spread are those of VALUES; errors are normal, cut where the gain would be negative. The part
    that accounts share takes the midpoints of equally likely slices, each account's own part is addressed by
    its id.
    """
    common = ndtri((np.arange(cases) + 0.5) / cases)
    key = luck_key(problem.seed, "allocation robust")
    own = ndtri(entity_uniforms(key, entity_keys(problem.account_ids), cases))
    error = np.sqrt(shared) * common + np.sqrt(1 - shared) * own
    return np.asarray(np.maximum(problem.curves.gain[:, None] + problem.gain_sd[:, None] * error, 0.0))


def case_values(problem: AllocationProblem, plan: Plan, gains: Floats) -> Floats:
    """Value of a plan in each case in EUR, hand-overs taken off, shape (cases,)."""
    flat = replace(problem.curves, base=np.zeros(problem.accounts), gain=np.ones(problem.accounts))
    reached = flat.value(plan.hours + problem.pool_effort)
    lost = problem.handover_eur[problem.moved(plan.owner)].sum()
    return np.asarray(problem.curves.base.sum() + reached @ gains - lost)
