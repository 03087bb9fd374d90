"""The key figures of the policies with their intervals, as a table of texts."""

from __future__ import annotations

import math

import pandas as pd

from kamsim.locale import ENGLISH, Locale

_MONEY = ("revenue_eur", "contribution_eur")
_PERCENT = ("nrr", "grr", "logo_retention", "share_of_wallet", "utilisation", "utilisation_cv")
_DECIMALS = {"business_units": 2, "workload_hours": 0}


def key_figure_table(
    key_figures: pd.DataFrame,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
    *,
    tier: int = 0,
    year: int = 0,
) -> pd.DataFrame:
    """Write the key figures of one tier and year as texts for readers.

    Parameters
    ----------
    key_figures : DataFrame
        `KEY_FIGURES`.
    locale : Locale
    currency : str
        ISO code.
    tier, year : int
        0 stands for all tiers, and for the whole horizon.

    Returns
    -------
    DataFrame
        One row a policy, highest contribution first; each figure with its interval where it has a width.

    Examples
    --------
    >>> one = pd.DataFrame({"policy": ["balanced"], "tier": 0, "year": 0, "figure": "nrr", "value": 1.04})
    >>> key_figure_table(one.assign(low=1.02, high=1.07)).iloc[0].tolist()
    ['Balanced', '104.0% (102.0% to 107.0%)']
    """
    rows = key_figures[(key_figures["tier"] == tier) & (key_figures["year"] == year)]
    values = {
        name: rows.pivot_table(index="policy", columns="figure", values=name, dropna=False)
        for name in ("value", "low", "high")
    }
    figures = [name for name in (*_MONEY, *_PERCENT, *_DECIMALS) if name in values["value"]]
    order = values["value"].sort_values(figures[0], ascending=False).index
    if "contribution_eur" in figures:
        order = values["value"].sort_values("contribution_eur", ascending=False).index
    texts = []
    for policy in order:
        row = [locale.policy(str(policy))]
        for figure in figures:
            value, low, high = (values[name].loc[policy, figure] for name in ("value", "low", "high"))
            row.append(_with_interval(value, low, high, figure, locale, currency))
        texts.append(row)
    heads = [locale.text(f"key_figure.{name}") for name in ("policy", *figures)]
    return pd.DataFrame(texts, columns=heads).astype("str")


def _with_interval(value: float, low: float, high: float, figure: str, locale: Locale, currency: str) -> str:
    middle, lower, upper = (_text(x, figure, locale, currency, value) for x in (value, low, high))
    if math.isnan(low) or math.isnan(high) or low == high:
        return middle
    return locale.text("format.interval", middle=middle, low=lower, high=upper)


def _text(x: float, figure: str, locale: Locale, currency: str, like: float) -> str:
    if figure in _MONEY:
        return locale.money(x, currency, compact=True, like=like)
    return locale.percent(x) if figure in _PERCENT else locale.number(x, _DECIMALS[figure])
