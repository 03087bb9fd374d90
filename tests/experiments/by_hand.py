"""Portfolios written by hand: a few accounts whose figures anybody can work out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kamsim.bundle import Portfolio
from kamsim.schemas import ACCOUNTS, HISTORY, OPPORTUNITIES, STAKEHOLDERS, TEAM, TRUTH, check, complete

CUTOFF = pd.Timestamp("2026-01-01")


def _frame(rows: Any, table: Any) -> pd.DataFrame:
    frame = complete(pd.DataFrame(rows), table)
    return check(frame.astype({n: c.dtype for n, c in table.columns.items()}), table)


def hand_made(
    revenue: Sequence[Sequence[float]],
    segments: Sequence[str],
    *,
    deals: Sequence[dict[str, Any]] = (),
    owners: Sequence[str] = (),
    reps: Sequence[str] = ("AE-1",),
    hours: Sequence[float] = (),
    potential: Sequence[float] = (),
    deciders: Sequence[int] = (),
    left_at_once: Sequence[int] = (),
) -> Portfolio:
    """Accounts A0, A1, … with their monthly revenue; what is not told is plain."""
    accounts, months = len(revenue), len(revenue[0])
    ids = [f"A{i}" for i in range(accounts)]
    calendar = pd.date_range(end=CUTOFF - pd.DateOffset(months=1), periods=months, freq="MS").as_unit("us")
    owners = owners or [reps[0]] * accounts
    account_rows = {"account_id": ids, "name": ids, "segment": list(segments), "owner_id": list(owners)}
    account_rows["revenue_eur_per_month"] = [float(own[-1]) for own in revenue]
    history = {
        "account_id": np.repeat(ids, months),
        "month": np.tile(calendar, accounts),
        "revenue_eur": np.concatenate([np.asarray(own, float) for own in revenue]),
        "ae_hours": np.repeat(np.asarray(hours or [1.0] * accounts), months),
        "churned": [i in left_at_once and m == 0 for i in range(accounts) for m in range(months)],
        **dict.fromkeys(("deals_opened", "deals_won", "deals_lost", "won_eur"), 0),
    }
    team = {
        "rep_id": list(reps), "name": list(reps), "role": "AE", "capacity_hours": 65.0,
        "cost_eur_per_month": 1e4,
    }  # fmt: skip
    opportunities = [
        {"opportunity_id": f"O{n}", "kind": "upsell", "amount_eur": 1.0, **deal}
        for n, deal in enumerate(deals)
    ]
    people = [
        {
            "stakeholder_id": f"S{i}-{n}", "account_id": ids[i], "name": "x", "title": "x",
            "decision_role": "end_user",
        }
        for i, count in enumerate(deciders)
        for n in range(count)
    ]  # fmt: skip
    return Portfolio(
        accounts=_frame(account_rows, ACCOUNTS),
        history=_frame(history, HISTORY),
        opportunities=_frame(opportunities, OPPORTUNITIES) if opportunities else OPPORTUNITIES.empty(),
        team=_frame(team, TEAM),
        stakeholders=_frame(people, STAKEHOLDERS) if people else None,
        truth=_truth(ids, potential) if potential else None,
    )


def _truth(ids: list[str], potential: Sequence[float]) -> pd.DataFrame:
    """The truth without DEALS: potentials are known, nothing can be played on."""
    rows = {
        name: ["AE-1"] * len(ids) if column.dtype == "str" else np.zeros(len(ids))
        for name, column in TRUTH.columns.items()
    }
    rows |= {"account_id": ids, "potential_36m_eur": list(potential), "business_units": np.ones(len(ids))}
    return _frame(rows, TRUTH)
