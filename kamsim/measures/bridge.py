"""From the revenue of a year ago to today's: what was won, repriced, given up and lost."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.measures.record import MONTHS_A_YEAR, read_record

PARTS = ("start", "new", "expansion", "price", "contraction", "other", "churn", "end")
"""Parts in reading order; all but the two ends are changes."""

MONTHLY, YEARLY = "month", "year"
"""What the two ends are: revenue of one month, or of twelve."""

COLUMNS = ["part", "amount_eur", "basis"]

Floats = NDArray[np.float64]


def revenue_bridge(history: pd.DataFrame) -> pd.DataFrame:
    """Split the change of revenue over the last 12 months into its parts.

    Where revenue recurs, the ends are monthly revenue a year ago and now, and every account's change is
    booked month by month:

    * new: revenue of an account that had none the month before (who comes back is new, too);
    * churn: all the revenue of an account that has none the month after;
    * contraction: what HISTORY says was given up at a renewal; where HISTORY says nothing of contractions,
      every fall of a customer who stays;
    * expansion: what else moved upwards in a month with a won deal, a price change of that same month
      included;
    * price: what moved upwards in a month without one. HISTORY has no column for price changes; a deal that
      the CRM books in another month than its revenue would be taken for one;
    * other: what moved downwards without a contraction, as when a client's budget shrinks.

    Where revenue comes deal by deal, months cannot be compared: the ends are the last 12 months and the 12
    before, and an account's whole change is new, expansion, contraction or churn.

    Parameters
    ----------
    history : DataFrame
        `HISTORY`.

    Returns
    -------
    DataFrame
        One row a part, in the order of `PARTS`: part, amount_eur (falls below zero), basis ("month" or
        "year"). The start and the changes add up to the end. Empty where HISTORY is too short.

    Examples
    --------
    >>> months = pd.date_range("2025-01-01", periods=13, freq="MS")
    >>> history = pd.DataFrame({"account_id": "a", "month": months, "revenue_eur": [100.0] * 12 + [102.0]})
    >>> history = history.assign(ae_hours=0.0, se_hours=0.0, csm_hours=0.0, deals_opened=0, deals_won=0,
    ...     deals_lost=0, contraction_eur=0.0)
    >>> revenue_bridge(history).set_index("part")["amount_eur"][["start", "price", "end"]].tolist()
    [100.0, 2.0, 102.0]
    """
    record = read_record(history)
    if record.rhythm.recurring and record.months > MONTHS_A_YEAR:
        return _frame(_by_month(record.panel.series, _contraction(history)), MONTHLY)
    if not record.rhythm.recurring and record.months >= 2 * MONTHS_A_YEAR:
        return _frame(_by_year(record.panel.revenue), YEARLY)
    return pd.DataFrame(columns=COLUMNS)


def _frame(parts: dict[str, float], basis: str) -> pd.DataFrame:
    amounts = [parts.get(part, 0.0) for part in PARTS]
    return pd.DataFrame({"part": PARTS, "amount_eur": amounts, "basis": basis})


def _contraction(history: pd.DataFrame) -> Floats | None:
    """Lay out what was given up, shaped (accounts, months); None where HISTORY does not say."""
    if history["contraction_eur"].isna().all():
        return None
    # Laid out as revenue is, so that rows and months are the same.
    return read_record(history.assign(revenue_eur=history["contraction_eur"].fillna(0.0))).panel.revenue


def _by_month(series: dict[str, Floats], contraction: Floats | None) -> dict[str, float]:
    year = slice(-MONTHS_A_YEAR, None)
    before, after = series["revenue_eur"][:, -MONTHS_A_YEAR - 1 : -1], series["revenue_eur"][:, year]
    change = after - before
    new, churned = (before <= 0) & (after > 0), (before > 0) & (after <= 0)
    stays = (before > 0) & (after > 0)
    stated = np.zeros_like(change) if contraction is None else contraction[:, year]
    given_up = np.where(stays, np.maximum(-change, 0.0) if contraction is None else stated, 0.0)
    rest = np.where(stays, change + given_up, 0.0)
    won = series["deals_won"][:, year] > 0
    return {
        "start": before[:, 0].sum(),
        "new": change[new].sum(),
        "expansion": rest[(rest > 0) & won].sum(),
        "price": rest[(rest > 0) & ~won].sum(),
        "contraction": -given_up.sum(),
        "other": rest[rest < 0].sum(),
        "churn": change[churned].sum(),
        "end": after[:, -1].sum(),
    }


def _by_year(revenue: Floats) -> dict[str, float]:
    before = revenue[:, -2 * MONTHS_A_YEAR : -MONTHS_A_YEAR].sum(axis=1)
    after = revenue[:, -MONTHS_A_YEAR:].sum(axis=1)
    change, stays = after - before, (before > 0) & (after > 0)
    return {
        "start": before.sum(),
        "new": change[before <= 0].sum(),
        "expansion": change[stays & (change > 0)].sum(),
        "contraction": change[stays & (change < 0)].sum(),
        "churn": change[(before > 0) & (after <= 0)].sum(),
        "end": after.sum(),
    }
