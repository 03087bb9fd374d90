"""How long customers stay: a cohort followed month by month, beside one constant rate (D-RET-1)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamsim import kpis
from kamsim.measures.record import MONTHS_A_YEAR, read_record
from kamsim.schemas import SEGMENTS

COLUMNS = ["segment", "month", "customers", "share", "low", "high", "constant"]


def retention_curves(
    history: pd.DataFrame, accounts: pd.DataFrame, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Follow those who were customers in the first recorded month, segment by segment.

    Who left once is gone, even if won back later, whom `kpis.logo_retention` would count as there. Where
    revenue comes deal by deal, a customer is who bought within 12 months, and the cohort starts after the
    first 12.

    Parameters
    ----------
    history, accounts : DataFrame
        `HISTORY`, `ACCOUNTS`.
    confidence : float
        Of the intervals, which take customers to leave independently of each other.

    Returns
    -------
    DataFrame
        One row a segment and month since the start: segment, month, customers (at the start), share still
        there with its interval low and high, and constant: the share still there if the rate of the first
        year held for ever. Segments without customers are left out; empty where less than a year follows the
        start.

    Examples
    --------
    >>> months = pd.date_range("2025-01-01", periods=13, freq="MS")
    >>> history = pd.DataFrame({"account_id": ["a"] * 13 + ["b"] * 13, "month": [*months, *months]})
    >>> history = history.assign(revenue_eur=[5.0] * 25 + [0.0], ae_hours=0.0, se_hours=0.0, csm_hours=0.0,
    ...     deals_opened=0, deals_won=0, deals_lost=0)
    >>> accounts = pd.DataFrame({"account_id": ["a", "b"], "segment": "smb"})
    >>> retention_curves(history, accounts)["share"].tolist()[-2:]
    [1.0, 0.5]
    """
    record = read_record(history, accounts["account_id"].tolist())
    if record.months < record.first + MONTHS_A_YEAR:
        return pd.DataFrame(columns=COLUMNS)
    segment = accounts.set_index("account_id")["segment"].reindex(record.panel.account_ids).to_numpy()
    there = np.stack([record.customers(m) for m in range(record.first, record.months + 1)], axis=1)
    frames = []
    for name in SEGMENTS:
        cohort = there[(segment == name) & there[:, 0]]
        if len(cohort):
            frames.append(_curve(cohort, confidence).assign(segment=name))
    if not frames:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(frames, ignore_index=True)[COLUMNS]


def _curve(cohort: np.ndarray, confidence: float) -> pd.DataFrame:
    """Count who is still there; `cohort` is shaped (customers, months)."""
    size, months = cohort.shape
    still = np.logical_and.accumulate(cohort, axis=1).sum(axis=0)
    share = still / size
    low, high = kpis.share_interval(still, size, confidence)
    month = np.arange(months)
    return pd.DataFrame(
        {
            "month": month,
            "customers": size,
            "share": share,
            "low": low,
            "high": high,
            "constant": share[MONTHS_A_YEAR] ** (month / MONTHS_A_YEAR),
        }
    )
