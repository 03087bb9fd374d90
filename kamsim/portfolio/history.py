"""Plays the past under the historical policy and writes it down as HISTORY and OPPORTUNITIES."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamsim.config import Scenario
from kamsim.dynamics import (
    LOST,
    MONTHS_A_YEAR,
    WON,
    Recording,
    State,
    compile_parameters,
    effective_hours,
    habit_weight,
    play,
    record,
)
from kamsim.dynamics.state import Floats
from kamsim.portfolio.accounts import InitialPortfolio
from kamsim.portfolio.team import habitual_hours
from kamsim.schemas import SEGMENTS
from kamsim.streams import luck_key

_STAGES = np.array(["proof of concept", "endorsement", "budget approval", "signature"], dtype=object)


@dataclass(frozen=True)
class Past:
    """The state at the cut-off, the tables of the past, and the effort of its last months."""

    state: State
    history: pd.DataFrame
    opportunities: pd.DataFrame
    last_effort: Floats


def month_number(day: pd.Timestamp) -> int:
    """Count months since January 1970."""
    return (day.year - 1970) * MONTHS_A_YEAR + day.month - 1


def play_past(initial: InitialPortfolio, owner: pd.Series, team: pd.DataFrame, scenario: Scenario) -> Past:
    """Fill the pipeline with revenue frozen, then record the history, effort planned anew each year."""
    settings = scenario.portfolio
    parameters = compile_parameters(scenario.dynamics)
    key = luck_key(scenario.seed, "history")
    cutoff = month_number(pd.Timestamp(settings.cutoff))
    first = cutoff - settings.history_months
    state = initial.state
    hours = _role_hours(state, initial.facts, owner, team, scenario)
    if settings.burn_in_months:
        effort = effective_hours(*hours, scenario.dynamics)
        start = first - settings.burn_in_months
        _, state = play(
            state,
            effort,
            parameters,
            key=key,
            first_month=start,
            months=settings.burn_in_months,
            revenue_frozen=True,
            precision="float64",
        )
    open_at_start = state
    recordings: list[Recording] = []
    plans: list[tuple[Floats, ...]] = []
    for month in range(first, cutoff, MONTHS_A_YEAR):
        months = min(MONTHS_A_YEAR, cutoff - month)
        hours = _role_hours(state, initial.facts, owner, team, scenario)
        effort = effective_hours(*hours, scenario.dynamics)
        recording, state = record(state, effort, parameters, key=key, first_month=month, months=months)
        recordings.append(recording)
        plans += [hours] * months
    whole = _chain(recordings)
    ids = np.array(state.account_ids, dtype=object)
    history = _history_table(whole, plans, ids, first)
    opportunities = _opportunity_table(whole, open_at_start, state, ids, owner, first)
    return Past(state, history, opportunities, effort)


def _chain(recordings: list[Recording]) -> Recording:
    """Put recordings of following months in one."""
    fields = zip(*(vars(r).values() for r in recordings), strict=True)
    return Recording(*(np.concatenate(parts, axis=1) for parts in fields))


def _role_hours(
    state: State, facts: pd.DataFrame, owner: pd.Series, team: pd.DataFrame, scenario: Scenario
) -> tuple[Floats, Floats, Floats]:
    """AE hours by habit; SE and CSM hours by the service level of the segment, within their pools."""
    firm_revenue = facts["firm_revenue_eur"].to_numpy()
    weight = habit_weight(scenario.portfolio.historical_habit, state.revenue[:, 0], firm_revenue)
    ae = habitual_hours(weight, owner, team)
    by_segment = [getattr(scenario.coverage, name) for name in SEGMENTS]
    se = np.array([s.se_hours for s in by_segment])[state.segment] * facts["technical_complexity"].to_numpy()
    csm = np.array([s.csm_hours for s in by_segment])[state.segment]
    pools = team.groupby("role")["capacity_hours"].sum()
    se = se * min(1.0, pools.get("SE", 0.0) / max(se.sum(), 1e-9))
    csm = csm * min(1.0, pools.get("CSM", 0.0) / max(csm.sum(), 1e-9))
    return ae, se, csm


def _dates(months: np.ndarray) -> np.ndarray:
    return np.asarray(months, dtype="datetime64[M]").astype("datetime64[us]")


def _history_table(
    whole: Recording, plans: list[tuple[Floats, ...]], ids: np.ndarray, first: int
) -> pd.DataFrame:
    accounts, months = whole.revenue.shape
    ae, se, csm = (np.stack([plan[role] for plan in plans], axis=1) for role in range(3))
    won = whole.closed == WON
    return pd.DataFrame(
        {
            "account_id": pd.Series(np.repeat(ids, months), dtype="str"),
            "month": np.tile(_dates(np.arange(first, first + months)), accounts),
            "revenue_eur": whole.revenue.ravel(),
            "ae_hours": ae.ravel(),
            "se_hours": se.ravel(),
            "csm_hours": csm.ravel(),
            "deals_opened": (whole.opened > 0).sum(axis=2).ravel(),
            "deals_won": won.sum(axis=2).ravel(),
            "deals_lost": (whole.closed == LOST).sum(axis=2).ravel(),
            "won_eur": (whole.closed_amount * won).sum(axis=2).ravel() * MONTHS_A_YEAR,
        }
    )


def _opportunity_table(
    whole: Recording, before: State, after: State, ids: np.ndarray, owner: pd.Series, first: int
) -> pd.DataFrame:
    """Pair openings with closings: a slot holds one opportunity at a time, so they alternate.

    Amounts are a year's worth, as a CRM states them.
    """
    old_account, old_slot = np.nonzero(before.milestones_passed[:, 0, :] >= 0)
    new_account, new_month, new_slot = np.nonzero(whole.opened > 0)
    opened = pd.DataFrame(
        {
            "account": np.concatenate([old_account, new_account]),
            "slot": np.concatenate([old_slot, new_slot]),
            "opened": np.concatenate([-before.age[old_account, 0, old_slot] - 1, new_month]),
            "amount": np.concatenate(
                [before.amount[old_account, 0, old_slot], whole.opened[new_account, new_month, new_slot]]
            ),
        }
    ).sort_values(["account", "slot", "opened"], ignore_index=True)
    closed_account, closed_month, closed_slot = np.nonzero(whole.closed)
    closed = pd.DataFrame(
        {
            "account": closed_account,
            "slot": closed_slot,
            "closed": closed_month,
            "outcome": whole.closed[closed_account, closed_month, closed_slot],
        }
    ).sort_values(["account", "slot", "closed"], ignore_index=True)
    keys = ["account", "slot"]
    opened["turn"] = opened.groupby(keys).cumcount()
    closed["turn"] = closed.groupby(keys).cumcount()
    table = opened.merge(closed, on=[*keys, "turn"], how="left").sort_values(
        ["account", "opened", "slot"], ignore_index=True
    )
    is_open = table["closed"].isna().to_numpy()
    stage = np.where(is_open, after.milestones_passed[table["account"], 0, table["slot"]], 0)
    outcome = np.where(table["outcome"] == WON, "won", "lost")
    was_customer = np.concatenate([before.revenue > 0, whole.revenue > 0], axis=1)
    kind = np.where(was_customer[table["account"], table["opened"].clip(lower=-1) + 1], "expansion", "new")
    closed_on = pd.Series(_dates(first + table["closed"].fillna(0).to_numpy(np.int64)))
    return pd.DataFrame(
        {
            "opportunity_id": pd.Series([f"O{i:06d}" for i in range(1, len(table) + 1)], dtype="str"),
            "account_id": pd.Series(ids[table["account"]], dtype="str"),
            "owner_id": owner.iloc[table["account"]].reset_index(drop=True),
            "product": pd.Series("platform", index=table.index, dtype="str"),
            "kind": pd.Series(kind, dtype="str"),
            "stage": pd.Series(np.where(is_open, _STAGES[stage], "closed"), dtype="str"),
            "status": pd.Series(np.where(is_open, "open", outcome), dtype="str"),
            "opened_on": _dates(first + table["opened"].to_numpy()),
            "closed_on": closed_on.where(~is_open),
            "amount_eur": table["amount"] * MONTHS_A_YEAR,
        }
    )
