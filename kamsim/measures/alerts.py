"""Alerts: what changed at a client and in its industry, as the CRM saw it (D-ORG-1, D-SEC-1)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kamsim import kpis

INDUSTRY_KINDS = ("merger", "budget_cut", "reorganisation", "appointment")
"""Events that tell of an industry when many of its firms meet them (D-SEC-1)."""

ALERT_COLUMNS = [
    "account_id", "event_id", "kind", "happened_on", "seen_on", "person", "decision_role", "settled",
]  # fmt: skip
INDUSTRY_COLUMNS = [
    "industry", "kind", "accounts", "hit", "share", "low", "high", "elsewhere", "unusual",
]  # fmt: skip


def account_alerts(
    events: pd.DataFrame | None,
    stakeholders: pd.DataFrame | None,
    history: pd.DataFrame,
    account_ids: Sequence[str],
    *,
    cutoff: pd.Timestamp,
    months: int = 12,
) -> pd.DataFrame:
    """List what the CRM saw at the clients and in the team, newest first, and whether it was answered.

    What happened and was not seen yet is left out. A leaving on the day of an appointment is the same piece
    of news: the appointment stands for both. An alert counts as settled when what it asks for has been done:
    the person appointed is engaged (or gone again), the role of the one who left is engaged, there is a
    champion again; of the others, a review was held in a month after it was seen.

    Parameters
    ----------
    events, stakeholders : DataFrame or None
        EVENTS and STAKEHOLDERS.
    history : DataFrame
        HISTORY.
    account_ids : sequence of str
    cutoff : Timestamp
        First day that nothing is known of.
    months : int
        How far back to look.

    Returns
    -------
    DataFrame
        account_id, event_id, kind, happened_on, seen_on, person (name, position), decision_role, settled;
        by account, newest first. Empty without EVENTS.

    Examples
    --------
    >>> from kamsim.schemas import EVENTS, HISTORY
    >>> account_alerts(EVENTS.empty(), None, HISTORY.empty(), ["a"], cutoff=pd.Timestamp("2026-01-01")).empty
    True
    """
    if events is None:
        return pd.DataFrame(columns=ALERT_COLUMNS)
    begin = cutoff - pd.DateOffset(months=months)
    recent = events["seen_on"].between(begin, cutoff, inclusive="left")
    seen = events[events["account_id"].isin(list(account_ids)) & recent]
    appointed = pd.MultiIndex.from_frame(
        seen.loc[seen["kind"] == "appointment", ["account_id", "happened_on"]]
    )
    same_day = pd.MultiIndex.from_frame(seen[["account_id", "happened_on"]]).isin(appointed)
    seen = seen[~((seen["kind"] == "stakeholder_left") & same_day)]
    told = _with_people(seen, stakeholders)
    told = told.assign(settled=_settled(told, stakeholders, history))
    order = ["account_id", "seen_on", "event_id"]
    return told.sort_values(order, ascending=[True, False, True], ignore_index=True)[ALERT_COLUMNS]


def _with_people(seen: pd.DataFrame, stakeholders: pd.DataFrame | None) -> pd.DataFrame:
    """Name the person whom each event concerns, with what the chart says of him."""
    if stakeholders is None:
        return seen.assign(person=None, decision_role=None, engaged=False, gone=False)
    people = stakeholders.assign(
        person=stakeholders["name"] + ", " + stakeholders["title"],
        engaged=stakeholders["engaged"].fillna(False).astype(bool),
        gone=stakeholders["left_on"].notna(),
    )[["stakeholder_id", "person", "decision_role", "engaged", "gone"]]
    told = seen.merge(people, on="stakeholder_id", how="left")
    flags = told[["engaged", "gone"]].astype("boolean").fillna(False).astype(bool)
    return told.assign(engaged=flags["engaged"], gone=flags["gone"])


def _settled(told: pd.DataFrame, stakeholders: pd.DataFrame | None, history: pd.DataFrame) -> np.ndarray:
    there = None if stakeholders is None else stakeholders[stakeholders["left_on"].isna()]
    settled = []
    for alert in told.to_dict("records"):
        account, kind = alert["account_id"], alert["kind"]
        if kind == "appointment":
            settled.append(bool(alert["engaged"] or alert["gone"]))
        elif kind in ("stakeholder_left", "sponsor_left"):
            people = told.iloc[:0] if there is None else there[there["account_id"] == account]
            if kind == "sponsor_left":
                held = people.get("champion", pd.Series(dtype="boolean"))
            else:
                held = people.loc[people["decision_role"] == alert["decision_role"], "engaged"]
            settled.append(bool(held.fillna(False).any()))
        else:
            after = history[(history["account_id"] == account) & (history["month"] > alert["seen_on"])]
            settled.append(bool((after["reviews"].fillna(0) > 0).any()))
    return np.array(settled, dtype=bool)


def industry_alerts(
    accounts: pd.DataFrame,
    events: pd.DataFrame | None,
    industry: str | None,
    *,
    cutoff: pd.Timestamp,
    months: int = 12,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Compare how many clients of an industry met a change with how many of the other industries did.

    A CRM holds no watch of regulation, results or analysts (D-SEC-1): what it can tell of an industry is
    what its own accounts there went through.

    Parameters
    ----------
    accounts : DataFrame
        ACCOUNTS.
    events : DataFrame or None
        EVENTS; those seen within `months` before the cut-off count.
    industry : str or None
    cutoff : Timestamp
    months : int
    confidence : float
        Of the interval of the industry's share (Wilson 1927).

    Returns
    -------
    DataFrame
        One row a kind of `INDUSTRY_KINDS`: industry, kind, accounts in the industry, hit, share with low and
        high, elsewhere (share in the other industries), unusual (the interval lies above it). Empty without
        EVENTS or an industry.

    Examples
    --------
    >>> accounts = pd.DataFrame({"account_id": ["a", "b"], "industry": ["media", "retail"]})
    >>> day = pd.Timestamp("2025-06-01")
    >>> events = pd.DataFrame({"account_id": ["a"], "kind": ["merger"], "seen_on": [day]})
    >>> found = industry_alerts(accounts, events, "media", cutoff=pd.Timestamp("2026-01-01"))
    >>> found.loc[0, "kind"], float(found.loc[0, "share"]), float(found.loc[0, "elsewhere"])
    ('merger', 1.0, 0.0)
    """
    if events is None or not isinstance(industry, str):
        return pd.DataFrame(columns=INDUSTRY_COLUMNS)
    begin = cutoff - pd.DateOffset(months=months)
    seen = events[events["seen_on"].between(begin, cutoff, inclusive="left")]
    inside = (accounts["industry"] == industry).to_numpy()
    rows = []
    for kind in INDUSTRY_KINDS:
        hit = accounts["account_id"].isin(seen.loc[seen["kind"] == kind, "account_id"]).to_numpy()
        mine, all_of_them = int((hit & inside).sum()), int(inside.sum())
        low, high = (float(end) for end in kpis.share_interval(mine, all_of_them, confidence))
        elsewhere = float(hit[~inside].mean()) if (~inside).any() else float("nan")
        share = mine / all_of_them if all_of_them else float("nan")
        rows.append((industry, kind, all_of_them, mine, share, low, high, elsewhere, low > elsewhere))
    return pd.DataFrame(rows, columns=INDUSTRY_COLUMNS)
