"""Where customers could buy more, as tables of texts: by account, by segment and by product (D-KPI-4)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import segment_name


def underdeveloped_table(
    openings: pd.DataFrame,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
    *,
    coverage: float = 0.9,
    rows: int = 8,
) -> pd.DataFrame:
    """List the customers whose potential lies far above their revenue, the surest whitespace first.

    Parameters
    ----------
    openings : DataFrame
        From `kamsim.measures.expansion_openings`.
    locale : Locale
    currency : str
        ISO code.
    coverage : float
        Of the intervals of potential.
    rows : int
        At most.

    Returns
    -------
    DataFrame
        Account, segment, revenue a year, share of potential bought and whitespace with their intervals, units
        that buy, the cross-sell part of the whitespace, whether the customer is ready. Columns carry their
        heading; what is not known is a dash.

    Examples
    --------
    >>> row = {"name": "X", "segment": "smb", "revenue_eur_per_year": 4e4, "share_of_potential": 0.4,
    ...     "share_low": 0.3, "share_high": 0.6, "whitespace_eur": 1.8e5, "whitespace_low_eur": 8e4,
    ...     "whitespace_high_eur": 2.8e5, "units": 4.0, "units_open": 3.0, "cross_sell_eur": 1.5e5,
    ...     "is_ready": True}
    >>> underdeveloped_table(pd.DataFrame([row])).iloc[0].tolist()[3:]
    ['40% (30% to 60%)', '€180k (€80k to €280k)', '1 of 4', '€150k', 'yes']
    """
    names = ("account", "segment", "revenue", "share", "whitespace", "units", "cross_sell", "ready")
    heads = [locale.text(f"openings.{n}", coverage=locale.confidence(coverage)) for n in names]
    shown = openings.head(rows).to_dict("records")
    texts = [_account_texts(row, locale, currency) for row in shown]
    return pd.DataFrame(texts, columns=heads).astype("str")


def segment_openings_table(
    by_segment: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR"
) -> pd.DataFrame:
    """Write the openings of each segment as texts for readers.

    Parameters
    ----------
    by_segment : DataFrame
        From `kamsim.measures.openings_by_segment`.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    DataFrame
        Segment, customers, units open of all, whitespace with its widest interval, cross-sell, upsell, ready
        customers and their whitespace. Columns carry their heading; what is not known is a dash.
    """
    names = ("segment", "customers", "units_open", "widest", "cross_sell", "upsell", "ready_customers")
    heads = [locale.text(f"openings.{name}") for name in names]
    largest = float(by_segment["whitespace_high_eur"].max())
    texts = [
        (
            segment_name(row["segment"], locale) if row["segment"] else locale.text("summary.all"),
            locale.number(row["customers"]),
            _of(row["units_open"], row["units"], locale),
            _with_ends(row, locale, currency, largest),
            *(
                locale.money(row[name], currency, compact=True, like=largest)
                for name in ("cross_sell_eur", "upsell_eur")
            ),
            locale.text(
                "openings.ready_worth",
                count=locale.number(row["ready"]),
                amount=locale.money(row["ready_eur"], currency, compact=True, like=largest),
            ),
        )
        for row in by_segment.to_dict("records")
    ]
    return pd.DataFrame(texts, columns=heads).astype("str")


def product_openings_table(
    products: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR", *, rows: int = 8
) -> pd.DataFrame:
    """Write who has not bought each product as texts for readers.

    Parameters
    ----------
    products : DataFrame
        From `kamsim.measures.product_openings`.
    locale : Locale
    currency : str
        ISO code.
    rows : int
        At most.

    Returns
    -------
    DataFrame
        Product, customers without it of all, buyers, and the amount of a won opportunity with its quartiles.

    Examples
    --------
    >>> row = {"product": "X", "customers": 9, "buyers": 3, "without": 6}
    >>> row |= {"low": 1e3, "typical": 2e3, "high": 4e3}
    >>> product_openings_table(pd.DataFrame([row])).iloc[0].tolist()
    ['X', '6 of 9', '€2.0k (€1.0k to €4.0k)']
    """
    heads = [locale.text(f"openings.{name}") for name in ("product", "without", "deal")]
    texts = [
        (
            row["product"],
            _of(row["without"], row["customers"], locale),
            locale.text(
                "format.interval",
                middle=locale.money(row["typical"], currency, compact=True),
                low=locale.money(row["low"], currency, compact=True, like=row["typical"]),
                high=locale.money(row["high"], currency, compact=True, like=row["typical"]),
            ),
        )
        for row in products.head(rows).to_dict("records")
    ]
    return pd.DataFrame(texts, columns=heads).astype("str")


def _account_texts(row: dict[Hashable, Any], locale: Locale, currency: str) -> tuple[str, ...]:
    share = {
        name: locale.percent(row[column], 0)
        for name, column in (("middle", "share_of_potential"), ("low", "share_low"), ("high", "share_high"))
    }
    largest = row["whitespace_high_eur"]
    return (
        row["name"],
        segment_name(row["segment"], locale),
        locale.money(row["revenue_eur_per_year"], currency, compact=True),
        locale.text("format.interval", **share),
        _with_ends(row, locale, currency, largest),
        _of(row["units"] - row["units_open"], row["units"], locale),
        locale.money(row["cross_sell_eur"], currency, compact=True, like=largest),
        locale.text("openings.yes" if row["is_ready"] else "openings.not_seen"),
    )


def _with_ends(row: dict[Hashable, Any], locale: Locale, currency: str, like: float) -> str:
    ends = {
        name: locale.money(row[f"whitespace{end}_eur"], currency, compact=True, like=like)
        for name, end in (("middle", ""), ("low", "_low"), ("high", "_high"))
    }
    return locale.text("format.interval", **ends)


def _of(part: float, whole: float, locale: Locale) -> str:
    if whole != whole:
        return locale.text("format.missing")
    return locale.text("openings.of", part=locale.number(part), whole=locale.number(whole))
