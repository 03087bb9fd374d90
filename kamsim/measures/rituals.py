"""Rituals of account work: when each was last held, and when it is due (D-RIT-1)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

RITUALS = ("pipeline_review", "account_review", "business_review")
"""Weekly where deals are open, monthly and quarterly (D-RIT-1)."""

MONTHS_A_QUARTER = 3
COLUMNS = ["account_id", "ritual", "last_on", "due_on", "overdue", "recorded"]


def due_rituals(
    history: pd.DataFrame,
    opportunities: pd.DataFrame,
    tiers: Mapping[str, int],
    *,
    cutoff: pd.Timestamp,
) -> pd.DataFrame:
    """Say which reviews are due on each account.

    Tier 1 has a monthly account review and a quarterly business review, tier 2 the business review
    (D-TIER-1, D-TIER-2), and any account with an open deal its place in the weekly pipeline review. The CRM
    counts both reviews in one figure: in tier 1 a month with two or more of them held one of each.

    Parameters
    ----------
    history, opportunities : DataFrame
        HISTORY, OPPORTUNITIES.
    tiers : mapping of str to int
        Tier of each account that is asked about.
    cutoff : Timestamp

    Returns
    -------
    DataFrame
        account_id, ritual, last_on (month it was last held in), due_on (the first Monday; the end of the
        month; the end of the quarter), overdue (the month or quarter before had none), recorded (False where
        the CRM counts no reviews: then nobody knows whether it is overdue).

    Examples
    --------
    >>> from kamsim.schemas import HISTORY, OPPORTUNITIES
    >>> tables = HISTORY.empty(), OPPORTUNITIES.empty()
    >>> due_rituals(*tables, {"a": 1}, cutoff=pd.Timestamp("2026-01-01"))["due_on"].dt.day.tolist()
    [30, 31]
    """
    is_open = set(opportunities.loc[opportunities["status"] == "open", "account_id"])
    asked = history[history["account_id"].isin(list(tiers)) & history["reviews"].notna()]
    held = {str(account): own.set_index("month")["reviews"] for account, own in asked.groupby("account_id")}
    monday = cutoff + pd.Timedelta(days=(7 - cutoff.weekday()) % 7)
    month_end = pd.offsets.BMonthEnd().rollforward(cutoff)
    quarter_end = pd.offsets.BQuarterEnd(startingMonth=MONTHS_A_QUARTER).rollforward(cutoff)
    rows: list[tuple[object, ...]] = []
    for account, tier in tiers.items():
        reviews = held.get(account)
        recorded = reviews is not None
        if account in is_open:
            rows.append((account, "pipeline_review", pd.NaT, monday, False, False))
        asked_for = {
            1: [("account_review", 1, 1, month_end), ("business_review", MONTHS_A_QUARTER, 2, quarter_end)],
            2: [("business_review", MONTHS_A_QUARTER, 1, quarter_end)],
        }
        for ritual, every, count, end in asked_for.get(tier, []):
            last = _last(reviews, count)
            missed = recorded and not bool(last >= cutoff - pd.DateOffset(months=every))
            rows.append((account, ritual, last, end, missed, recorded))
    dates = {"last_on": "datetime64[us]", "due_on": "datetime64[us]"}
    return pd.DataFrame(rows, columns=COLUMNS).astype(dates)


def _last(reviews: pd.Series[float] | None, count: int) -> pd.Timestamp:
    """Return the last month with at least so many reviews; missing without one."""
    months = pd.DatetimeIndex([]) if reviews is None else pd.DatetimeIndex(reviews.index[reviews >= count])
    return pd.Timestamp(months.max())
