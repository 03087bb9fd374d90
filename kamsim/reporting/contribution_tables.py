"""What accounts leave and what they put at risk, as tables of texts."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import segment_name


def contribution_table(
    contribution: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR", *, rows: int = 4
) -> pd.DataFrame:
    """List the customers that leave most and least, and what all customers and all prospects leave.

    Parameters
    ----------
    contribution : DataFrame
        From `kamsim.measures.account_contribution`.
    locale : Locale
    currency : str
        ISO code.
    rows : int
        Customers at either end.

    Returns
    -------
    DataFrame
        Account, segment, revenue, cost of the team's hours, contribution, all of the last 12 months; then a
        row for all customers and one for all prospects. Columns carry their heading.

    Examples
    --------
    >>> row = {"account_id": "a", "name": "A", "segment": "smb", "revenue_eur": 9e4, "cost_eur": 2e4}
    >>> contribution_table(pd.DataFrame([{**row, "contribution_eur": 5e4}])).iloc[0].tolist()
    ['A', 'SMB', '€90k', '€20k', '+€50k']
    """
    buys = contribution["revenue_eur"] > 0
    customers, prospects = contribution[buys], contribution[~buys]
    ends = pd.concat([customers.head(rows), customers.iloc[rows:].tail(rows)])
    texts = [
        (row["name"], segment_name(row["segment"], locale), *_amounts(row, locale, currency))
        for row in ends.to_dict("records")
    ]
    for name, own in (("customers", customers), ("prospects", prospects)):
        if len(own):
            sums = own[["revenue_eur", "cost_eur", "contribution_eur"]].sum(min_count=1).to_dict()
            head = locale.text(f"contribution.{name}", count=locale.number(len(own)))
            texts.append((head, "", *_amounts(sums, locale, currency)))
    heads = [
        locale.text(f"contribution.{n}") for n in ("account", "segment", "revenue", "cost", "contribution")
    ]
    return pd.DataFrame(texts, columns=heads).astype("str")


def at_risk_table(
    at_risk: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR", *, rows: int = 8
) -> pd.DataFrame:
    """List the customers at risk that are worth saving, most contribution at stake first.

    Parameters
    ----------
    at_risk : DataFrame
        From `kamsim.measures.accounts_at_risk`.
    locale : Locale
    currency : str
        ISO code.
    rows : int
        At most.

    Returns
    -------
    DataFrame
        Account, segment, revenue a year, churn within 12 months, what is usual in the segment, contribution
        at stake, cost of a year's AE hours at the service level. Columns carry their heading.

    Examples
    --------
    >>> row = {"name": "A", "segment": "smb", "revenue_eur_per_year": 1e5, "churn_probability": 0.4,
    ...     "usual": 0.2, "stake_eur": 3e4, "care_eur": 2e3, "is_worth": True}
    >>> at_risk_table(pd.DataFrame([row])).iloc[0].tolist()
    ['A', 'SMB', '€100k', '40%', '20%', '€30k', '€2.0k']
    """
    shown = at_risk[at_risk["is_worth"]].head(rows)
    texts = [
        (
            row["name"],
            segment_name(row["segment"], locale),
            locale.money(row["revenue_eur_per_year"], currency, compact=True),
            locale.percent(row["churn_probability"], 0),
            locale.percent(row["usual"], 0),
            locale.money(row["stake_eur"], currency, compact=True),
            locale.money(row["care_eur"], currency, compact=True),
        )
        for row in shown.to_dict("records")
    ]
    heads = [
        locale.text(f"at_risk.{name}")
        for name in ("account", "segment", "revenue", "churn", "usual", "stake", "care")
    ]
    return pd.DataFrame(texts, columns=heads).astype("str")


def _amounts(row: dict[Hashable, Any], locale: Locale, currency: str) -> tuple[str, str, str]:
    return (
        locale.money(row["revenue_eur"], currency, compact=True),
        locale.money(row["cost_eur"], currency, compact=True),
        locale.money(row["contribution_eur"], currency, compact=True, signed=True),
    )
