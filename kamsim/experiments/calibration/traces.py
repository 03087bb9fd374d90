"""What a portfolio's own tables show of its past, reduced to arrays: the same for an import and a simulation.

Only what an export can hold is read, never the truth. Opportunities count when they fall into the recorded
months, so that a record that starts late is met by a simulated one that is cut alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamsim.bundle import Portfolio
from kamsim.dynamics import segment_codes
from kamsim.dynamics.state import Counts, Floats

DAYS_A_MONTH = 365.25 / 12

OPEN, WON, LOST = 0, 1, 2
_STATUS = {"open": OPEN, "won": WON, "lost": LOST}


@dataclass(frozen=True, eq=False)
class Traces:
    """The past of some accounts; arrays in the order of their ids.

    Attributes
    ----------
    segment, family : array of int, shape (accounts,)
        Position in SEGMENTS; which accounts share a parent.
    revenue, hours : array, shape (accounts, months)
        EUR a month; AE hours, NaN where the export holds none.
    revenue_now : array, shape (accounts,)
        EUR a month at the cut-off, as ACCOUNTS says.
    contracts : bool
        The export tells who left: it marks churn, or holds renewals. Revenue deal by deal does not.
    deal_account : array of int, shape (deals,)
        Account of each opportunity; renewals are none.
    deal_status : array of int, shape (deals,)
        `OPEN`, `WON` or `LOST`.
    deal_opened, deal_closed : array of int, shape (deals,)
        Month, counted from the first recorded one; -1 without a date or outside of the recorded months.
    deal_age : array, shape (deals,)
        Months from opening to closing; NaN where a date is missing.
    deal_amount : array, shape (deals,)
    """

    segment: Counts
    family: Counts
    revenue: Floats
    hours: Floats
    revenue_now: Floats
    contracts: bool
    deal_account: Counts
    deal_status: Counts
    deal_opened: Counts
    deal_closed: Counts
    deal_age: Floats
    deal_amount: Floats

    @property
    def accounts(self) -> int:
        """Number of accounts."""
        return int(self.segment.size)

    @property
    def months(self) -> int:
        """Number of recorded months."""
        return int(self.revenue.shape[1])


def read_traces(
    portfolio: Portfolio, *, cutoff: pd.Timestamp, months: int | None = None, contracts: bool | None = None
) -> Traces:
    """Reduce a portfolio to what a calibration compares.

    Parameters
    ----------
    portfolio : Portfolio
    cutoff : Timestamp
        First day after the history.
    months : int, optional
        Take the last months of the history only.
    contracts : bool, optional
        Whether leaving is told; found out if not given.

    Returns
    -------
    Traces
    """
    accounts = portfolio.accounts.sort_values("account_id", ignore_index=True)
    ids = pd.Index(accounts["account_id"])
    first = portfolio.history["month"].min()
    recorded = 0 if pd.isna(first) else _months_between(first, cutoff)
    span = recorded if months is None else min(months, recorded)
    revenue, hours = _panel(portfolio.history, ids, cutoff, span)
    return Traces(
        segment=segment_codes(accounts["segment"]),
        family=_families(accounts, ids),
        revenue=revenue,
        hours=hours,
        revenue_now=accounts["revenue_eur_per_month"].to_numpy(float),
        contracts=_tells_who_left(portfolio) if contracts is None else contracts,
        **_deals(portfolio.opportunities, ids, cutoff, span),
    )


def _tells_who_left(portfolio: Portfolio) -> bool:
    marked = bool(portfolio.history["churned"].notna().any())
    return marked or bool((portfolio.opportunities["kind"] == "renewal").any())


def _months_between(first: pd.Timestamp, last: pd.Timestamp) -> int:
    return max(0, (last.year - first.year) * 12 + last.month - first.month)


def _families(accounts: pd.DataFrame, ids: pd.Index) -> Counts:
    """Number the families: an account belongs to its parent's, where that is in the portfolio."""
    parent = ids.get_indexer(pd.Index(accounts["parent_id"].fillna("")))
    own = np.arange(len(ids))
    root = np.where(parent >= 0, parent, own)
    return np.asarray(np.unique(root[root], return_inverse=True)[1], dtype=np.int64)


def _place(dates: pd.Series, cutoff: pd.Timestamp, span: int) -> Counts:
    """Month of each date within the recorded ones, -1 outside or where there is none."""
    place = span + 12 * (dates.dt.year - cutoff.year) + dates.dt.month - cutoff.month
    place = place.where(dates.notna(), -1).to_numpy(float)
    return np.where((place >= 0) & (place < span), place, -1).astype(np.int64)


def _panel(history: pd.DataFrame, ids: pd.Index, cutoff: pd.Timestamp, span: int) -> tuple[Floats, Floats]:
    row, column = ids.get_indexer(pd.Index(history["account_id"])), _place(history["month"], cutoff, span)
    known = (row >= 0) & (column >= 0)
    revenue, hours = np.zeros((len(ids), span)), np.full((len(ids), span), np.nan)
    revenue[row[known], column[known]] = history["revenue_eur"].to_numpy(float)[known]
    hours[row[known], column[known]] = history["ae_hours"].to_numpy(float)[known]
    return revenue, hours


def _deals(opportunities: pd.DataFrame, ids: pd.Index, cutoff: pd.Timestamp, span: int) -> dict[str, Any]:
    row = ids.get_indexer(pd.Index(opportunities["account_id"]))
    counts = (row >= 0) & ~(opportunities["kind"] == "renewal").fillna(False).to_numpy(bool)
    deals, row = opportunities[counts], row[counts]
    days = (deals["closed_on"] - deals["opened_on"]).dt.total_seconds().to_numpy(float) / 86_400
    return {
        "deal_account": row.astype(np.int64),
        "deal_status": deals["status"].map(_STATUS).to_numpy(np.int64),
        "deal_opened": _place(deals["opened_on"], cutoff, span),
        "deal_closed": _place(deals["closed_on"], cutoff, span),
        "deal_age": np.maximum(days, 0.0) / DAYS_A_MONTH,
        "deal_amount": deals["amount_eur"].fillna(0.0).to_numpy(float),
    }
