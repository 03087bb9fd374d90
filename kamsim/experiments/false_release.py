"""What the exit rule gives away: accounts released that would have brought more than their hours elsewhere.

The same accounts meet the same luck three times: under continued effort, under the rule with the freed hours
unused, and under the rule with these hours on the other accounts of the same book. Nothing else differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.allocation import AllocationProblem, build_problem
from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.dynamics import (
    Parameters,
    State,
    compile_parameters,
    effective_hours,
    hand_over,
    play,
)
from kamsim.dynamics.state import Counts, Floats
from kamsim.errors import ConfigError, SchemaError, unknown_name
from kamsim.experiments.paired import paired_interval
from kamsim.experiments.quarters import quarter_ends, spans
from kamsim.experiments.starts import Starts, find_starts, first_month
from kamsim.experiments.world import check_covers
from kamsim.schemas import ASSIGNMENT, BOOK, FALSE_RELEASE, SCORES, check
from kamsim.streams import luck_key

Flags = NDArray[np.bool_]
CRITERIA = ("progress", "budget", "sponsor", "mismatch", "any")
"""D-EXIT-1: no progress for months; the client buys less than a quarter ago; no sponsor; a misfit; any."""
THRESHOLDS = (3, 6, 9, 12)


@dataclass(frozen=True, eq=False)
class FalseReleaseResult:
    """What exit criteria free and cost.

    Attributes
    ----------
    table : DataFrame
        FALSE_RELEASE.
    """

    table: pd.DataFrame

    def frame(self) -> pd.DataFrame:
        """Return FALSE_RELEASE."""
        return self.table.copy()

    def summary(self) -> pd.DataFrame:
        """Return the rows of the whole portfolio, highest net first."""
        whole = self.table[self.table["tier"] == 0]
        return whole.sort_values("net_eur", ascending=False, ignore_index=True)

    @property
    def best_months(self) -> int | None:
        """Months without progress after which releasing brings most; None where no threshold surely pays."""
        tried = self.summary()
        pays = tried[(tried["criterion"] == "progress") & (tried["net_low_eur"] > 0)]
        return int(pays["months"].iloc[0]) if len(pays) else None


@dataclass(frozen=True)
class _Trial:
    """What all criteria are tried on."""

    starts: Starts
    state: State
    hours: Floats
    owner: Counts
    reuse: Floats
    pool_effort: Floats
    tier: Counts
    mismatch: Flags
    parameters: Parameters
    scenario: Scenario
    first_month: int
    continued: Floats


def false_release(
    portfolio: Portfolio,
    book: pd.DataFrame,
    scores: pd.DataFrame,
    assignment: pd.DataFrame,
    scenario: Scenario,
    *,
    cutoff: pd.Timestamp,
    policy: str | None = None,
    months: Sequence[int] = THRESHOLDS,
    criteria: Sequence[str] = ("progress",),
    mismatch: pd.Series | None = None,
) -> FalseReleaseResult:
    """Measure what the exit rule frees, loses and wrongly gives away (D-EXIT-1).

    At every quarter's end an account that meets the criterion keeps ``dynamics.rules.exit_share`` of its AE
    hours until it meets it no more. What is freed goes to the other accounts of the same AE, in proportion
    to hours x believed marginal value. Loss is what accounts bring less than under continued effort when the
    freed hours are left unused, worth what the freed hours then bring. An account is **falsely released**
    where, over the lanes in which it is released, its loss is larger than its freed hours times the mean
    worth of a freed hour. Whether it is one is told by one half of the lanes and measured on the other, and
    the reverse, so that picking the dearest does not make them dearer.

    Parameters
    ----------
    portfolio, book, scores, assignment
        As for `compare_policies`.
    scenario : Scenario
    cutoff : Timestamp
        First day of the horizon.
    policy : str, optional
        Whose plan is continued or released from; the baseline by default.
    months : sequence of int
        Months without progress to try.
    criteria : sequence of str
        Of `CRITERIA`. "any" is all of them together.
    mismatch : Series of bool, indexed by account_id, optional
        Accounts whose needs the offer does not meet, such as those with few points of the ICP grid.

    Returns
    -------
    FalseReleaseResult

    Raises
    ------
    ConfigError
        For no months or criteria, months below 1, an unknown criterion or policy, or "mismatch" without one
        given.
    SchemaError
        When the book is not of this portfolio, or the plan does not give its accounts to AEs of the team.
    """
    _check(months, criteria, mismatch)
    trial = _prepare(
        portfolio, check(book, BOOK), check(scores, SCORES), check(assignment, ASSIGNMENT), scenario, cutoff,
        policy, mismatch,
    )  # fmt: skip
    rows: list[dict[str, object]] = []
    for criterion in criteria:
        for threshold in months if criterion in ("progress", "any") else [0]:
            rows += _try(trial, criterion, int(threshold))
    table = pd.DataFrame(rows).astype({"criterion": "str"})
    return FalseReleaseResult(check(table, FALSE_RELEASE))


def _check(months: Sequence[int], criteria: Sequence[str], mismatch: pd.Series | None) -> None:
    for what, given in (("months", months), ("criteria", criteria)):
        if not len(given):
            raise ConfigError(f"{what} must name one or more, got none")
    for number in months:
        if number < 1:
            raise ConfigError(f"months must be >= 1, got {number}")
    for name in criteria:
        if name not in CRITERIA:
            raise ConfigError(unknown_name("criterion", name, CRITERIA))
        if name == "mismatch" and mismatch is None:
            raise ConfigError("criterion 'mismatch' wants to be told which accounts do not fit")


def _prepare(
    portfolio: Portfolio,
    book: pd.DataFrame,
    scores: pd.DataFrame,
    assignment: pd.DataFrame,
    scenario: Scenario,
    cutoff: pd.Timestamp,
    policy: str | None,
    mismatch: pd.Series | None,
) -> _Trial:
    name = scenario.experiment.baseline if policy is None else policy
    if name not in set(assignment["policy"]):
        raise ConfigError(unknown_name("policy", name, assignment["policy"].unique()))
    plan = assignment[assignment["policy"] == name].reset_index(drop=True)
    starts = find_starts(portfolio, scores, scenario, cutoff)
    if starts.start.account_ids != book["account_id"].tolist():
        raise SchemaError("the book and the portfolio must hold the same accounts")
    check_covers(plan, book, portfolio.team, name)
    problem = build_problem(book, portfolio.team, scenario)
    hours = plan["ae_hours"].to_numpy()
    se, csm = (plan[f"{role}_hours"].to_numpy() for role in ("se", "csm"))
    pool_effort = effective_hours(np.zeros(len(plan)), se, csm, scenario.dynamics)
    state = hand_over(starts.spread_out(), plan["moved"].to_numpy(), scenario.dynamics)
    unfit = pd.Series(False, index=book["account_id"]) if mismatch is None else mismatch
    trial = _Trial(
        starts=starts,
        state=state,
        hours=hours,
        owner=pd.Index(problem.rep_ids).get_indexer(pd.Index(plan["rep_id"])).astype(np.int64),
        reuse=_reuse(problem, hours, pool_effort),
        pool_effort=pool_effort,
        tier=book["tier"].to_numpy(),
        mismatch=np.asarray(unfit.reindex(book["account_id"], fill_value=False).to_numpy(), np.bool_),
        parameters=compile_parameters(scenario.dynamics),
        scenario=scenario,
        first_month=first_month(cutoff),
        continued=np.zeros(state.wallet.shape),
    )
    return replace(trial, continued=_play_with_exits(trial, "nothing", 0, reuse=False)[0])


def _reuse(problem: AllocationProblem, hours: Floats, pool_effort: Floats) -> Floats:
    """Weigh the accounts that freed hours go to: the one-step rule of the policy marginal_value (E-RUL-1)."""
    weight = hours * problem.curves.marginal(hours + pool_effort)
    return np.asarray(weight if weight.any() else np.ones_like(weight))


def _try(trial: _Trial, criterion: str, months: int) -> list[dict[str, object]]:
    """Play the criterion without and with reuse of the freed hours; both beside continued effort."""
    wasted, freed = _play_with_exits(trial, criterion, months, reuse=False)
    reused, freed_again = _play_with_exits(trial, criterion, months, reuse=True)
    margin = trial.scenario.coverage.margin
    loss, brought = margin * (trial.continued - wasted), margin * (reused - wasted).sum(axis=0)
    hourly = float(brought.sum() / freed_again.sum()) if freed_again.any() else 0.0
    released, beyond = freed > 0, loss - hourly * freed
    false = _false(beyond, released, trial.starts.cluster)
    rows = []
    for tier in (0, *np.unique(trial.tier).tolist()):
        some = np.ones(trial.tier.size, bool) if tier == 0 else trial.tier == tier
        # Over all tiers the worth is what the hours did bring; a tier's is its share of it by hours.
        worth = brought if tier == 0 else hourly * freed[some].sum(axis=0)
        figures = _figures(
            trial, released[some], freed[some], loss[some], worth, np.where(false, beyond, 0.0)[some],
            false[some],
        )  # fmt: skip
        rows.append({"criterion": criterion, "months": months, "tier": int(tier), **figures})
    return rows


def _figures(
    trial: _Trial, released: Flags, freed: Floats, loss: Floats, worth: Floats, cost: Floats, false: Flags
) -> dict[str, object]:
    confidence, cluster = trial.scenario.experiment.confidence, trial.starts.cluster
    lost, nothing = loss.sum(axis=0), np.zeros(trial.starts.lanes)
    net = paired_interval(worth, lost, cluster, confidence)
    wrong = paired_interval(cost.sum(axis=0), nothing, cluster, confidence)
    ever, wrongly = released.sum(axis=0).mean(), false.sum(axis=0).mean()
    return {
        "released": float(ever),
        "released_share": float(released.mean()) if released.size else np.nan,
        "hours_freed": float(freed.sum(axis=0).mean() / trial.scenario.experiment.months),
        "loss_eur": float(lost.mean()),
        "worth_eur": float(worth.mean()),
        "net_eur": net.mean,
        "net_low_eur": net.low,
        "net_high_eur": net.high,
        "false_released": float(wrongly),
        "false_share": float(wrongly / ever) if ever > 0 else np.nan,
        "false_cost_eur": wrong.mean,
        "false_cost_low_eur": wrong.low,
        "false_cost_high_eur": wrong.high,
    }


def _false(beyond: Floats, released: Flags, cluster: Counts) -> Flags:
    """Tell by the one half of the clusters which accounts are falsely released in the other half."""
    half = np.unique(cluster, return_inverse=True)[1] % 2 == 0
    false = np.zeros(beyond.shape, bool)
    for told, measured in ((half, ~half), (~half, half)):
        total = np.where(released, beyond, 0.0)[:, told].sum(axis=1)
        false[:, measured] = (total > 0)[:, None]
    return false & released


def _play_with_exits(trial: _Trial, criterion: str, months: int, *, reuse: bool) -> tuple[Floats, Floats]:
    """Play quarter by quarter; revenue over the horizon and AE hours freed, (accounts, lanes)."""
    horizon, scenario = trial.scenario.experiment.months, trial.scenario
    state, kept = trial.state, scenario.dynamics.rules.exit_share
    revenue, freed = np.zeros_like(trial.continued), np.zeros_like(trial.continued)
    hours, less = np.repeat(trial.hours[:, None], trial.starts.lanes, axis=1), np.zeros_like(revenue)
    before = state.revenue
    for begin, end in spans(quarter_ends(trial.first_month, horizon), horizon):
        years, state = play(
            state, hours + trial.pool_effort[:, None], trial.parameters,
            key=luck_key(scenario.seed, "simulation"), first_month=trial.first_month + begin,
            months=end - begin, replications=trial.starts.replication,
        )  # fmt: skip
        revenue += years.revenue.sum(axis=0)
        freed += less * (end - begin)
        out = _meets(trial, state, before, criterion, months)
        less = np.where(out, (1 - kept) * trial.hours[:, None], 0.0)
        hours = trial.hours[:, None] - less + (_given(trial, out, less) if reuse else 0.0)
        before = state.revenue
    return revenue, freed


def _meets(trial: _Trial, state: State, before: Floats, criterion: str, months: int) -> Flags:
    """Tell which accounts meet a criterion, by what is observed at a quarter's end."""
    signs: dict[str, Flags] = {
        "progress": state.idle >= months,
        "budget": (state.revenue > 0) & (state.revenue < before),
        "sponsor": state.sponsorless > 0,
        "mismatch": np.repeat(trial.mismatch[:, None], trial.starts.lanes, axis=1),
    }
    if criterion == "nothing":
        return np.zeros(state.idle.shape, bool)
    if criterion == "any":
        return np.asarray(np.any(list(signs.values()), axis=0))
    return signs[criterion]


def _given(trial: _Trial, out: Flags, less: Floats) -> Floats:
    """Share the hours that each AE's releases free among the accounts he keeps.

    Where an AE keeps none, his freed hours are lost.
    """
    reps = int(trial.owner.max(initial=-1)) + 1
    pot, weight = np.zeros((reps, trial.starts.lanes)), np.zeros((reps, trial.starts.lanes))
    stay = np.where(out, 0.0, trial.reuse[:, None])
    np.add.at(pot, trial.owner, less)
    np.add.at(weight, trial.owner, stay)
    price = np.divide(pot, weight, out=np.zeros_like(pot), where=weight > 0)
    return np.asarray(stay * price[trial.owner])
