"""The portfolio in a few figures, segment by segment."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamsim import kpis
from kamsim.measures.funnel import ALL, DAYS_A_MONTH
from kamsim.measures.record import MONTHS_A_YEAR, Record, read_record
from kamsim.schemas import SEGMENTS

COLUMNS = [
    "segment", "accounts", "customers", "revenue_eur_per_year", "revenue_share", "logo_retention", "low",
    "high", "grr", "grr_low", "grr_high", "nrr", "nrr_low", "nrr_high", "cycle_months",
]  # fmt: skip


def portfolio_summary(
    accounts: pd.DataFrame,
    history: pd.DataFrame,
    opportunities: pd.DataFrame,
    *,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Work out size, retention and cycle length of each segment.

    Parameters
    ----------
    accounts, history, opportunities : DataFrame
        `ACCOUNTS`, `HISTORY`, `OPPORTUNITIES`.
    confidence : float
        Of the intervals.

    Returns
    -------
    DataFrame
        One row a segment that has accounts, and one ("") for all: segment, accounts, customers,
        revenue_eur_per_year (the last recorded month's rate; where revenue comes deal by deal, the last
        12 months), revenue_share, logo_retention over the last 12 months (D-RET-1) with low and high, grr and
        nrr (D-KPI-2) of the last 12 months against the 12 before, each with low and high
        (`kpis.ratio_interval`), cycle_months (median age at signature; renewals left out). What the history
        is too short for is missing.

    Examples
    --------
    >>> from kamsim.schemas import ACCOUNTS, HISTORY, OPPORTUNITIES
    >>> portfolio_summary(ACCOUNTS.empty(), HISTORY.empty(), OPPORTUNITIES.empty())["accounts"].tolist()
    [0]
    """
    record = read_record(history, accounts["account_id"].tolist())
    segment = accounts.set_index("account_id")["segment"].reindex(record.panel.account_ids).to_numpy()
    members = {name: segment == name for name in SEGMENTS if (segment == name).any()}
    age = _cycle_months(opportunities)
    rows = []
    for name, mine in {**members, ALL: np.ones(len(segment), bool)}.items():
        owners = {i for i, own in zip(record.panel.account_ids, mine, strict=True) if own}
        cycle = age[[account in owners for account in age.index]]
        figures = {"segment": name, "accounts": int(mine.sum()), **_figures(record, mine, confidence)}
        rows.append({**figures, "cycle_months": cycle.median()})
    frame = pd.DataFrame(rows)
    total = frame["revenue_eur_per_year"].iloc[-1]
    frame["revenue_share"] = frame["revenue_eur_per_year"] / total if total > 0 else np.nan
    return frame[COLUMNS]


def _figures(record: Record, mine: np.ndarray, confidence: float) -> dict[str, float]:
    """Read off the figures of the accounts `mine`."""
    end, revenue = record.months, record.panel.revenue[mine]
    now = record.customers(end)[mine]
    year = revenue[:, -MONTHS_A_YEAR:].sum()
    rate = MONTHS_A_YEAR * revenue[:, -1:].sum() if record.rhythm.recurring else year
    figures = {"customers": int(now.sum()), "revenue_eur_per_year": float(rate)}
    kept = dict.fromkeys(COLUMNS[5:-1], np.nan)
    if end - MONTHS_A_YEAR >= record.first:
        then = record.customers(end - MONTHS_A_YEAR)[mine]
        low, high = kpis.share_interval((then & now).sum(), then.sum(), confidence)
        kept |= {
            "logo_retention": float(kpis.logo_retention(then, now)),
            "low": float(low),
            "high": float(high),
        }
    if end >= 2 * MONTHS_A_YEAR:
        before = revenue[:, -2 * MONTHS_A_YEAR : -MONTHS_A_YEAR].sum(axis=1)
        after = revenue[:, -MONTHS_A_YEAR:].sum(axis=1)
        kept |= _year_on_year(before, after, confidence)
    return figures | kept


def _year_on_year(before: np.ndarray, after: np.ndarray, confidence: float) -> dict[str, float]:
    """Compare the revenue of last year's customers with theirs of this year."""
    was = before > 0
    before, after = before[was], after[was]
    nrr_low, nrr_high = kpis.ratio_interval(after, before, confidence)
    grr_low, grr_high = kpis.ratio_interval(np.minimum(before, after), before, confidence)
    return {
        "grr": float(kpis.grr(before, after)),
        "grr_low": grr_low,
        "grr_high": min(grr_high, 1.0),
        "nrr": float(kpis.nrr(before, after)),
        "nrr_low": nrr_low,
        "nrr_high": nrr_high,
    }


def _cycle_months(opportunities: pd.DataFrame) -> pd.Series:
    """Age at signature in months, indexed by account."""
    won = opportunities[(opportunities["status"] == "won") & (opportunities["kind"] != "renewal")]
    days = (won["closed_on"] - won["opened_on"]).dt.total_seconds() / 86_400
    return pd.Series(days.to_numpy() / DAYS_A_MONTH, index=pd.Index(won["account_id"]))
