"""Compares policies: the same accounts, the same months, the same luck, other owners and hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from kamsim import kpis
from kamsim.allocation import rules_of
from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError, SchemaError, unknown_name
from kamsim.experiments.cohorts import cohort_of, has_year_before
from kamsim.experiments.game import Game, Progress, play_plans
from kamsim.experiments.key_figures import clusters, key_figures
from kamsim.experiments.paired import paired_interval
from kamsim.experiments.periods import ALL_TIERS, WHOLE_HORIZON
from kamsim.experiments.replications import Precision
from kamsim.experiments.selection import Selection
from kamsim.experiments.starts import clusters_wanted, find_starts, with_fresh_luck
from kamsim.experiments.verdict import (
    Playing,
    Reestimate,
    facts_of,
    reach_precision,
    reestimate,
    select,
)
from kamsim.experiments.world import World, check_covers
from kamsim.schemas import ASSIGNMENT, BOOK, COMPARISON, KEY_FIGURES, PERIODS, SCORES, SELECTION, check


@dataclass(frozen=True, eq=False)
class ComparisonResult:
    """The figures of each policy, and what they rest on.

    Attributes
    ----------
    periods : DataFrame
        PERIODS.
    comparison : DataFrame
        COMPARISON.
    truth_known : bool
        False where the latent state was drawn from scores and priors.
    key_figures : DataFrame
        KEY_FIGURES.
    selection : Selection or None
        Which policy is best, or why none is named; None where one policy was played alone.
    winner : Reestimate or None
        The leader's value on fresh luck; None with too few replications, or of one policy alone.
    precision : Precision or None
        None where no precision was asked for, or there is no difference to be precise about.
    remarks : tuple of str
        What restricts the figures: "alone" where there is nothing to compare with, "short_history" where the
        year before is not recorded.
    released : DataFrame
        One row a policy that carries rules: policy; accounts_released, those that stand released when the
        horizon ends; hours_freed, AE hours a month that frees. Means over the lanes.
    """

    periods: pd.DataFrame
    comparison: pd.DataFrame
    truth_known: bool
    key_figures: pd.DataFrame
    selection: Selection | None
    winner: Reestimate | None
    precision: Precision | None
    remarks: tuple[str, ...]
    released: pd.DataFrame

    def facts(self) -> dict[str, Any]:
        """Return the verdict, and what rules released, in the form in which a manifest keeps it."""
        verdict = facts_of(self.selection, self.winner, self.precision)
        return {**verdict, "remarks": list(self.remarks), "released": self.released.to_dict("records")}

    def frame(self) -> pd.DataFrame:
        """Return COMPARISON."""
        return self.comparison

    def summary(self) -> str:
        """Say in one line which policy brings most contribution, with its interval."""
        if self.selection is None:
            only = self.comparison.to_dict("records")[0]
            return f"{only['policy']} alone: {only['contribution_eur']:,.0f} of contribution"
        best = self.comparison.nlargest(1, "contribution_difference_eur").to_dict("records")[0]
        mean, low, high = (best[f"contribution_difference{end}_eur"] for end in ("", "_low", "_high"))
        return f"{best['policy']}: {mean:+,.0f} ({low:+,.0f} to {high:+,.0f}) against the baseline"


def compare_policies(
    portfolio: Portfolio,
    book: pd.DataFrame,
    scores: pd.DataFrame,
    assignment: pd.DataFrame,
    scenario: Scenario,
    *,
    cutoff: pd.Timestamp,
    gaps: Mapping[str, float] | None = None,
    parameters: pd.DataFrame | None = None,
    progress: Progress | None = None,
) -> ComparisonResult:
    """Play every policy forward and compare it with the baseline, in pairs.

    Parameters
    ----------
    portfolio : Portfolio
        Its truth is played where there is one; else latent states are drawn, `scenario.experiment.draws`
        of them, so that intervals carry that doubt too.
    book, scores : DataFrame
        BOOK and SCORES.
    assignment : DataFrame
        ASSIGNMENT of the policies, `scenario.experiment.baseline` among them. One alone gets its figures with
        their intervals, and no verdict.
    scenario : Scenario
    cutoff : Timestamp
        First day of the horizon.
    gaps : mapping, optional
        Proven optimality gap by policy, where a solver ran.
    parameters : DataFrame, optional
        CALIBRATION_DRAWS. Each draw of the latent state then has its own parameters, the same for every
        policy, so that intervals carry their doubt as well; latent states are drawn even where there is a
        truth.
    progress : callable, optional

    Returns
    -------
    ComparisonResult

    Raises
    ------
    ConfigError
        Without the baseline, or with fewer draws of the parameters than of the latent state.
    SchemaError
        When the book is not of this portfolio, or a policy drops an account, covers a stranger or names
        somebody who is no AE of the team.
    """
    book, assignment = check(book, BOOK), check(assignment, ASSIGNMENT)
    policies = _policies(assignment, scenario)
    scores = check(scores, SCORES)
    plans = {policy: assignment[assignment["policy"] == policy].reset_index(drop=True) for policy in policies}
    for policy, plan in plans.items():
        check_covers(plan, book, portfolio.team, policy)
    find = partial(find_starts, portfolio, scores, cutoff=cutoff, parameters=parameters)
    # One lane is enough to see whether the book is that of the portfolio, before anything is played.
    one = find(scenario, clusters=(0, 1))
    if one.start.account_ids != book["account_id"].tolist():
        raise SchemaError("the book and the portfolio must hold the same accounts")
    cohorts = {policy: cohort_of(portfolio, book, plan, scenario, cutoff) for policy, plan in plans.items()}
    with_rules = [name for name in policies if rules_of(name, scenario.dynamics.rules) is not None]
    world = World.of(portfolio.team, scenario.coverage) if with_rules else None
    tally = {policy: np.zeros(3) for policy in with_rules}

    def play(some: Sequence[str], first: int, last: int, scenario: Scenario = scenario) -> pd.DataFrame:
        team = None if world is None else world.team
        starts = find(scenario, team=team, clusters=(first, last))
        done = play_plans(plans, cohorts, some, Game(starts, world, scenario, cutoff), progress)
        for policy, played in done:
            if policy in tally:
                tally[policy] += played.released
        return pd.concat([played.periods for _, played in done], ignore_index=True)

    settings = scenario.experiment
    wanted, budget = clusters_wanted(portfolio, scenario, parameters)
    playing = Playing(play, policies)
    precision = reach_precision(playing, settings, wanted, budget)
    periods = check(pd.concat(playing.parts, ignore_index=True), PERIODS)
    played = playing.played
    selection = winner = None
    if len(policies) > 1:
        selection = select(playing, settings, played, max(budget, played))
        check(selection.trace, SELECTION)
        fresh = Playing(partial(play, scenario=with_fresh_luck(scenario)), policies)
        winner = reestimate(selection, fresh, playing.contributions(played), played, settings.confidence)
    comparison = _comparison(periods, assignment, book, portfolio.team, scenario, dict(gaps or {}))
    figures = key_figures(periods, settings.baseline, settings.confidence)
    remarks = {"alone": len(policies) == 1, "short_history": not has_year_before(portfolio, cutoff)}
    return ComparisonResult(
        periods=periods,
        comparison=check(comparison, COMPARISON),
        truth_known=one.truth_known,
        key_figures=check(figures, KEY_FIGURES),
        selection=selection,
        winner=winner,
        precision=precision,
        remarks=tuple(remark for remark, holds in remarks.items() if holds),
        released=_released_table(tally),
    )


def _released_table(tally: Mapping[str, Floats]) -> pd.DataFrame:
    """Means over the lanes, from sums of accounts, of hours, and the number of lanes."""
    rows = [(policy, *(sums[:2] / sums[2])) for policy, sums in tally.items()]
    frame = pd.DataFrame(rows, columns=["policy", "accounts_released", "hours_freed"])
    return frame.astype({"policy": "str", "accounts_released": "float64", "hours_freed": "float64"})


def _policies(assignment: pd.DataFrame, scenario: Scenario) -> list[str]:
    """Policies in the order of the scenario, the baseline first."""
    baseline = scenario.experiment.baseline
    there = assignment["policy"].unique().tolist()
    if baseline not in there:
        raise ConfigError(f"experiment.baseline: {unknown_name('policy', baseline, there)}")
    order = [*scenario.allocation.policies, *there]
    return sorted(there, key=lambda name: (name != baseline, order.index(name)))


def _comparison(
    periods: pd.DataFrame,
    assignment: pd.DataFrame,
    book: pd.DataFrame,
    team: pd.DataFrame,
    scenario: Scenario,
    gaps: dict[str, float],
) -> pd.DataFrame:
    settings = scenario.experiment
    whole = periods[(periods["tier"] == ALL_TIERS) & (periods["year"] == WHOLE_HORIZON)]
    baseline = whole[whole["policy"] == settings.baseline]
    cluster = clusters(baseline)
    rows = []
    for policy, own in whole.groupby("policy", sort=True):
        plan = assignment[assignment["policy"] == policy]
        row = {
            "policy": policy,
            "is_baseline": policy == settings.baseline,
            "replications": len(own),
            "workload_cv": _workload_cv(plan, book, team),
            "accounts_moved": int(plan["moved"].sum()),
            "gap": gaps.get(str(policy), np.nan),
        }
        for measure in ("revenue_eur", "contribution_eur", "nrr", "grr", "logo_retention"):
            row[measure] = own[measure].mean()
        for measure, name in (("revenue_eur", "difference"), ("contribution_eur", "contribution_difference")):
            pair = paired_interval(
                own[measure].to_numpy(), baseline[measure].to_numpy(), cluster, settings.confidence
            )
            row |= {f"{name}_eur": pair.mean, f"{name}_low_eur": pair.low, f"{name}_high_eur": pair.high}
        rows.append(row)
    return pd.DataFrame(rows).astype({"policy": "str"})


def _workload_cv(plan: pd.DataFrame, book: pd.DataFrame, team: pd.DataFrame) -> float:
    """Spread of standard workload over capacity between AEs; the workload is what the tiers ask for."""
    aes = team[(team["role"] == "AE") & (team["capacity_hours"] > 0)].set_index("rep_id")
    owner = plan.set_index("account_id")["rep_id"]
    workload = book.set_index("account_id")["workload_hours"].groupby(owner).sum()
    return kpis.coefficient_of_variation(
        (workload.reindex(aes.index, fill_value=0.0) / aes["capacity_hours"]).to_numpy()
    )
