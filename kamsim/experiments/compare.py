"""Compares policies: the same accounts, the same months, the same luck, other owners and hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamsim import kpis
from kamsim.allocation import rules_of
from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.dynamics import (
    MONTHS_A_YEAR,
    NEUTRAL,
    Plan,
    State,
    compile_parameters,
    effective_hours,
    foresee,
    hand_over,
    play,
)
from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError, SchemaError, unknown_name
from kamsim.experiments.paired import paired_interval
from kamsim.experiments.periods import ALL_TIERS, WHOLE_HORIZON, Cohort, hours_cost, periods_of
from kamsim.experiments.reuse import play_with_reuse
from kamsim.experiments.starts import Starts, find_starts, first_month
from kamsim.experiments.world import World, client_share_of, plan_of, start_with
from kamsim.schemas import ASSIGNMENT, BOOK, COMPARISON, PERIODS, SCORES, check
from kamsim.streams import luck_key

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
    released : DataFrame
        One row a policy that carries rules: policy; accounts_released, those that stand released when the
        horizon ends; hours_freed, AE hours a month that frees. Means over the lanes.
    """

    periods: pd.DataFrame
    comparison: pd.DataFrame
    truth_known: bool
    released: pd.DataFrame

    def frame(self) -> pd.DataFrame:
        """Return COMPARISON."""
        return self.comparison

    def summary(self) -> str:
        """Say in one line which policy brings most contribution, with its interval."""
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
    progress: Progress | None = None,
) -> ComparisonResult:
    """Play every policy forward and compare it with the baseline, in pairs.

    One comparison has one world. Usually that is the accounts alone: every planned hour reaches its account.
    Where a policy carries rules that act during the run (`kamsim.allocation.rules_of`), all policies,
    the baseline too, are played with the portfolio's team instead: AEs who leave and ramp, SE and CSM pools.
    Rules apart, the two sides of a pair then still meet the same people and the same luck. Hours that the
    exit rule frees go to the rest of the book (`play_with_reuse`); with dynamic books, to accounts pulled.

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
    progress : callable, optional

    Returns
    -------
    ComparisonResult

    Raises
    ------
    ConfigError
        With fewer than two policies, or without the baseline.
    SchemaError
        When the book is not of this portfolio, or a policy drops an account, covers a stranger or names
        somebody who is no AE of the team.
    """
    book, assignment = check(book, BOOK), check(assignment, ASSIGNMENT)
    policies = _policies(assignment, scenario)
    with_rules = [name for name in policies if rules_of(name, scenario.dynamics.rules) is not None]
    world = World.of(portfolio.team, scenario.coverage) if with_rules else None
    team = None if world is None else world.team
    starts = find_starts(portfolio, check(scores, SCORES), scenario, cutoff, team)
    if starts.start.account_ids != book["account_id"].tolist():
        raise SchemaError("the book and the portfolio must hold the same accounts")
    game, parts, released = _Game(starts, world, scenario, cutoff, progress), [], {}
    for policy in policies:
        plan = assignment[assignment["policy"] == policy].reset_index(drop=True)
        _check_coverage(plan, book, portfolio.team, policy)
        cohort = _cohort(portfolio, book, plan, scenario, cutoff)
        played, released[policy] = _play_policy(plan, policy, cohort, game)
        parts += played
    periods = check(pd.concat(parts, ignore_index=True), PERIODS)
    comparison = _comparison(periods, assignment, book, portfolio.team, scenario, dict(gaps or {}))
    return ComparisonResult(
        periods,
        check(comparison, COMPARISON),
        portfolio.truth is not None,
        _released_table(with_rules, released),
    )


def _released_table(policies: list[str], released: dict[str, tuple[float, float]]) -> pd.DataFrame:
    rows = [(policy, *released[policy]) for policy in policies]
    frame = pd.DataFrame(rows, columns=["policy", "accounts_released", "hours_freed"])
    return frame.astype({"policy": "str", "accounts_released": "float64", "hours_freed": "float64"})


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


@dataclass(frozen=True)
class _Game:
    """All that the plans of a comparison have in common."""

    starts: Starts
    world: World | None
    scenario: Scenario
    cutoff: pd.Timestamp
    progress: Progress | None


def _play_policy(
    plan: pd.DataFrame, policy: str, cohort: Cohort, game: _Game
) -> tuple[list[pd.DataFrame], tuple[float, float]]:
    """Play one policy in chunks of starting states; the chunks change nothing but the memory needed.

    Also the accounts that stand released when the horizon ends, and the AE hours a month that frees: means
    over the lanes.
    """
    scenario, starts, world = game.scenario, game.starts, game.world
    effort: Floats | Plan
    if world is None:
        ae, se, csm = (plan[column].to_numpy() for column in ("ae_hours", "se_hours", "csm_hours"))
        effort = effective_hours(ae, se, csm, scenario.dynamics)
        start, around = hand_over(starts.start, plan["moved"].to_numpy(), scenario.dynamics), NEUTRAL
    else:
        effort, start = plan_of(plan), start_with(starts.start, plan, world, scenario.dynamics)
        around = world.surround(client_share_of(plan, world), rules_of(policy, scenario.dynamics.rules))
    parameters, key = compile_parameters(scenario.dynamics), luck_key(scenario.seed, "simulation")
    chunk = max(1, _CELLS_A_CHUNK // len(plan))
    parts, released = [], np.zeros(2)
    for first in range(0, starts.lanes, chunk):
        some = slice(first, min(first + chunk, starts.lanes))
        here, own = starts.of_lanes(start, some), starts.replication[some]
        month, months = first_month(game.cutoff), scenario.experiment.months
        if around.rules is None:
            years = foresee(
                here, effort, parameters, key=key, first_month=month, months=months, replications=own,
                surroundings=around,
            )  # fmt: skip
        else:
            # With a pool, accounts are pulled into freed hours; without, the rest of the book gets them.
            run = play if around.rules.books is not None else play_with_reuse
            years, after = run(
                here, plan_of(plan), parameters, key=key, first_month=month, months=months, replications=own,
                surroundings=around,
            )  # fmt: skip
            released += _released(after, plan, scenario) / starts.lanes
        parts.append(periods_of(years, cohort, policy, starts.draw[some], own))
        if game.progress is not None:
            game.progress(policy, some.stop, starts.lanes)
    return parts, (float(released[0]), float(released[1]))


def _released(after: State, plan: pd.DataFrame, scenario: Scenario) -> Floats:
    """Accounts that nobody or little is left for, and the AE hours a month that frees, summed over lanes."""
    pooled, exited = after.owner < 0, (after.owner >= 0) & (after.exited > 0)
    freed = pooled + (1 - scenario.dynamics.rules.exit_share) * exited
    return np.array([(pooled | exited).sum(), (plan["ae_hours"].to_numpy() @ freed).sum()])


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
