"""The portfolio at a glance as a table of texts: size, retention and cycle of each segment."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import segment_name


def portfolio_table(
    summary: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR", *, confidence: float = 0.95
) -> pd.DataFrame:
    """Write a summary of the portfolio as texts for readers.

    Parameters
    ----------
    summary : DataFrame
        From `kamsim.measures.portfolio_summary`.
    locale : Locale
    currency : str
        ISO code.
    confidence : float
        Of the intervals in `summary`.

    Returns
    -------
    DataFrame
        One row a segment, and one for all; columns carry their heading. What is not known is a dash.

    Examples
    --------
    >>> row = {"segment": "smb", "accounts": 10, "customers": 8, "revenue_eur_per_year": 1e6,
    ...     "revenue_share": 1.0, "logo_retention": 0.7, "low": 0.4, "high": 0.9, "grr": 0.8, "grr_low": 0.7,
    ...     "grr_high": 0.9, "nrr": 1.1, "nrr_low": 0.9, "nrr_high": 1.3, "cycle_months": 2.0}
    >>> portfolio_table(pd.DataFrame([row])).iloc[0, [5, 6, 7]].tolist()
    ['70% (40% to 90%)', '80% (70% to 90%)', '110% (90% to 130%)']
    """
    names = (
        "segment", "accounts", "customers", "revenue", "revenue_share", "retention", "grr", "nrr", "cycle",
    )  # fmt: skip
    heads = [locale.text(f"summary.{n}", confidence=locale.confidence(confidence)) for n in names]
    largest = float(summary["revenue_eur_per_year"].max())
    texts = [_row_texts(row, locale, currency, largest) for row in summary.to_dict("records")]
    return pd.DataFrame(texts, columns=heads).astype("str")


def _row_texts(row: dict[Hashable, Any], locale: Locale, currency: str, largest: float) -> tuple[str, ...]:
    return (
        segment_name(row["segment"], locale) if row["segment"] else locale.text("summary.all"),
        locale.number(row["accounts"]),
        locale.number(row["customers"]),
        locale.money(row["revenue_eur_per_year"], currency, compact=True, like=largest),
        locale.percent(row["revenue_share"], 0),
        share_with_interval(row["logo_retention"], row["low"], row["high"], locale),
        share_with_interval(row["grr"], row["grr_low"], row["grr_high"], locale),
        share_with_interval(row["nrr"], row["nrr_low"], row["nrr_high"], locale),
        locale.number(row["cycle_months"], 1),
    )


def share_with_interval(middle: float, low: float, high: float, locale: Locale) -> str:
    """Write a share with its interval, alone where it has none, as a dash where it is not known."""
    if np.isnan(middle):
        return locale.text("format.missing")
    if np.isnan(low):
        return locale.percent(middle, 0)
    ends = (locale.percent(x, 0) for x in (middle, low, high))
    return locale.text("format.interval", **dict(zip(("middle", "low", "high"), ends, strict=True)))
