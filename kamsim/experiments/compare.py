"""Compares policies: the same accounts, the same months, the same luck, other owners and hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamsim import kpis
from kamsim.bundle import Portfolio
from kamsim.config import DynamicsSettings, Scenario
from kamsim.dynamics import (
    MONTHS_A_YEAR,
    State,
    compile_parameters,
    effective_hours,
    foresee,
    hand_over,
    state_from_tables,
)
from kamsim.dynamics.state import Counts
from kamsim.errors import ConfigError, SchemaError, unknown_name
from kamsim.experiments.outer import alike, scenarios_by_draw, states_by_draw
from kamsim.experiments.paired import paired_interval
from kamsim.experiments.periods import ALL_TIERS, WHOLE_HORIZON, Cohort, hours_cost, periods_of
from kamsim.schemas import ASSIGNMENT, BOOK, COMPARISON, PERIODS, SCORES, check
from kamsim.streams import luck_key
from kamsim.value import draw_states

Progress = Callable[[str, int, int], None]
"""Called with the policy, the replications done and those wanted."""

_CELLS_A_CHUNK = 1_500_000
"""Accounts x lanes played at once; bounds memory to some hundred MB whatever the replications."""


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
    """

    periods: pd.DataFrame
    comparison: pd.DataFrame
    truth_known: bool

    def frame(self) -> pd.DataFrame:
        """Return COMPARISON."""
        return self.comparison

    def summary(self) -> str:
        """Say in one line which policy brings most contribution, with its interval."""
        best = self.comparison.nlargest(1, "contribution_difference_eur").to_dict("records")[0]
        mean, low, high = (best[f"contribution_difference{end}_eur"] for end in ("", "_low", "_high"))
        return f"{best['policy']}: {mean:+,.0f} ({low:+,.0f} to {high:+,.0f}) against the baseline"


@dataclass(frozen=True)
class _Lanes:
    """Where every lane starts, and what it stands for."""

    start: State
    per_start: int
    draw: Counts
    replication: Counts
    dynamics: tuple[DynamicsSettings, ...]
    """By draw, or one for all."""


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
        ASSIGNMENT of two policies or more, `scenario.experiment.baseline` among them.
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
        With fewer than two policies, without the baseline, or with fewer draws of the parameters than of the
        latent state.
    SchemaError
        When the book is not of this portfolio, or a policy drops an account, covers a stranger or names
        somebody who is no AE of the team.
    """
    book, assignment = check(book, BOOK), check(assignment, ASSIGNMENT)
    policies = _policies(assignment, scenario)
    lanes = _lanes(portfolio, check(scores, SCORES), scenario, cutoff, parameters)
    if lanes.start.account_ids != book["account_id"].tolist():
        raise SchemaError("the book and the portfolio must hold the same accounts")
    parts = []
    for policy in policies:
        plan = assignment[assignment["policy"] == policy].reset_index(drop=True)
        _check_coverage(plan, book, portfolio.team, policy)
        cohort = _cohort(portfolio, book, plan, scenario, cutoff)
        parts += _play_policy(plan, policy, lanes, cohort, scenario, cutoff, progress)
    periods = check(pd.concat(parts, ignore_index=True), PERIODS)
    comparison = _comparison(periods, assignment, book, portfolio.team, scenario, dict(gaps or {}))
    truth_known = portfolio.truth is not None and parameters is None
    return ComparisonResult(periods, check(comparison, COMPARISON), truth_known)


def _policies(assignment: pd.DataFrame, scenario: Scenario) -> list[str]:
    """Policies in the order of the scenario, the baseline first."""
    baseline = scenario.experiment.baseline
    there = assignment["policy"].unique().tolist()
    if baseline not in there:
        raise ConfigError(f"experiment.baseline: {unknown_name('policy', baseline, there)}")
    if len(there) < 2:
        raise ConfigError(f"a comparison wants two policies or more, got {there[0]!r} alone")
    order = [*scenario.allocation.policies, *there]
    return sorted(there, key=lambda name: (name != baseline, order.index(name)))


def _check_coverage(plan: pd.DataFrame, book: pd.DataFrame, team: pd.DataFrame, policy: str) -> None:
    wanted, got = set(book["account_id"]), set(plan["account_id"])
    for problem, ids in (("drops", wanted - got), ("covers a stranger,", got - wanted)):
        if ids:
            raise SchemaError(f"policy {policy!r} {problem} account {min(ids)!r} ({len(ids)} in all)")
    nobody = set(plan["rep_id"]) - set(team.loc[team["role"] == "AE", "rep_id"])
    if nobody:
        raise SchemaError(f"policy {policy!r} gives accounts to {min(nobody)!r}, who is no AE of the team")


def _lanes(
    portfolio: Portfolio,
    scores: pd.DataFrame,
    scenario: Scenario,
    cutoff: pd.Timestamp,
    parameters: pd.DataFrame | None,
) -> _Lanes:
    settings = scenario.experiment
    dynamics: tuple[DynamicsSettings, ...] = (scenario.dynamics,)
    if portfolio.truth is not None and portfolio.deals is not None and parameters is None:
        start = state_from_tables(portfolio.accounts, portfolio.truth, portfolio.deals)
        zeros = np.zeros(settings.replications, np.int64)
        return _Lanes(start, settings.replications, zeros, np.arange(settings.replications), dynamics)
    per_draw = max(1, -(-settings.replications // settings.draws))
    tables = portfolio.accounts, portfolio.opportunities, scores
    if parameters is None:
        start = draw_states(*tables, scenario, settings.draws, cutoff=cutoff)
    else:
        own = scenarios_by_draw(scenario, parameters, settings.draws)
        start, dynamics = states_by_draw(*tables, own, cutoff=cutoff), tuple(s.dynamics for s in own)
    draw = np.repeat(np.arange(settings.draws), per_draw)
    return _Lanes(start, per_draw, draw, np.arange(settings.draws * per_draw), dynamics)


def _cohort(
    portfolio: Portfolio, book: pd.DataFrame, plan: pd.DataFrame, scenario: Scenario, cutoff: pd.Timestamp
) -> Cohort:
    history = portfolio.history
    last_year = history[(history["month"] >= cutoff - pd.DateOffset(years=1)) & (history["month"] < cutoff)]
    if last_year["month"].nunique() == MONTHS_A_YEAR:
        before = last_year.groupby("account_id")["revenue_eur"].sum()
    else:
        # Too short a history for a year's sum: the current monthly revenue stands in for every month of it.
        before = MONTHS_A_YEAR * portfolio.accounts.set_index("account_id")["revenue_eur_per_month"]
    before = before.reindex(book["account_id"], fill_value=0.0)
    return Cohort(
        tier=book["tier"].to_numpy(),
        revenue_before=before.to_numpy(),
        hours_cost=hours_cost(plan, portfolio.team, scenario.coverage),
        team_cost=float(portfolio.team["cost_eur_per_month"].sum()),
        margin=scenario.coverage.margin,
    )


def _play_policy(
    plan: pd.DataFrame,
    policy: str,
    lanes: _Lanes,
    cohort: Cohort,
    scenario: Scenario,
    cutoff: pd.Timestamp,
    progress: Progress | None,
) -> list[pd.DataFrame]:
    """Play one policy in chunks of starting states; the chunks change nothing but the memory needed."""
    ae, se, csm = (plan[column].to_numpy() for column in ("ae_hours", "se_hours", "csm_hours"))
    moved, key = plan["moved"].to_numpy(), luck_key(scenario.seed, "simulation")
    wanted = lanes.draw.size
    chunk = max(1, _CELLS_A_CHUNK // len(plan))
    origin = np.arange(wanted) // lanes.per_start
    parts = []
    for first in range(0, wanted, chunk):
        last = min(first + chunk, wanted)
        for some, dynamics in alike(lanes.dynamics, lanes.draw, first, last):
            start = lanes.start if lanes.start.lanes == 1 else lanes.start.pick(origin[some])
            years = foresee(
                hand_over(start, moved, dynamics),
                effective_hours(ae, se, csm, dynamics),
                compile_parameters(dynamics),
                key=key,
                first_month=(cutoff.year - 1970) * 12 + cutoff.month - 1,
                months=scenario.experiment.months,
                replications=lanes.replication[some],
            )
            parts.append(periods_of(years, cohort, policy, lanes.draw[some], lanes.replication[some]))
        if progress is not None:
            progress(policy, last, wanted)
    return parts


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
    truth_known = bool((baseline["draw"] == 0).all())
    cluster = baseline["replication" if truth_known else "draw"].to_numpy()
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
