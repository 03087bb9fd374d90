"""In which months of the year decisions fall (D-CYC-3)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from kamsim.measures.record import MONTHS_A_YEAR

COLUMNS = ["calendar_month", "signatures", "pace", "low", "high"]


def signatures_by_month(opportunities: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Set the signatures of each calendar month beside the mean month.

    Whole years count only, back from the month of the latest closing, so that every calendar month stands in
    them equally often. Renewals are no decisions to buy.

    Parameters
    ----------
    opportunities : DataFrame
        `OPPORTUNITIES`.
    confidence : float
        Of the intervals, which take signatures for independent events.

    Returns
    -------
    DataFrame
        One row a calendar month (1 = January): calendar_month, signatures, pace (1 = the mean month) with
        its interval low and high. Empty where there is no signature in a whole year.

    Examples
    --------
    >>> days = pd.date_range("2025-01-01", periods=12, freq="MS")
    >>> deals = pd.DataFrame({"kind": "new", "status": "won", "closed_on": [*days, days[-1]]})
    >>> signatures_by_month(deals)["signatures"].tolist()
    [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]
    """
    decided = opportunities[(opportunities["kind"] != "renewal") & opportunities["closed_on"].notna()]
    if decided.empty:
        return pd.DataFrame(columns=COLUMNS)
    month = decided["closed_on"].dt.year * MONTHS_A_YEAR + decided["closed_on"].dt.month - 1
    years = (month.max() - month.min() + 1) // MONTHS_A_YEAR
    counted = (decided["status"] == "won") & (month > month.max() - MONTHS_A_YEAR * years)
    counts = np.bincount(month[counted] % MONTHS_A_YEAR, minlength=MONTHS_A_YEAR)
    if not counts.sum():
        return pd.DataFrame(columns=COLUMNS)
    mean, tail = counts.mean(), (1 - confidence) / 2
    # Ends of an exact Poisson interval (Garwood 1936).
    low = np.where(counts > 0, stats.chi2.ppf(tail, 2 * np.maximum(counts, 1)) / 2, 0.0)
    high = stats.chi2.ppf(1 - tail, 2 * (counts + 1)) / 2
    return pd.DataFrame(
        {
            "calendar_month": np.arange(1, MONTHS_A_YEAR + 1),
            "signatures": counts,
            "pace": counts / mean,
            "low": low / mean,
            "high": high / mean,
        }
    )
