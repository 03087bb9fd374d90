"""Where customers could buy more: units and products not reached yet, and who is ready (D-KPI-4)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamsim.measures.funnel import ALL
from kamsim.measures.record import MONTHS_A_YEAR
from kamsim.schemas import SEGMENTS

HORIZON_MONTHS = 36
"""Months that potential is over."""

COLUMNS = [
    "account_id", "name", "segment", "revenue_eur_per_year", "revenue_36m_eur", "share_of_potential",
    "share_low", "share_high", "whitespace_eur", "whitespace_low_eur", "whitespace_high_eur", "units",
    "units_open", "cross_sell_eur", "upsell_eur", "is_ready",
]  # fmt: skip
SUMMED = [
    "revenue_36m_eur",
    "whitespace_eur",
    "whitespace_low_eur",
    "whitespace_high_eur",
    "cross_sell_eur",
    "upsell_eur",
]
SEGMENT_COLUMNS = ["segment", "customers", "units", "units_open", *SUMMED, "ready", "ready_eur"]
PRODUCT_COLUMNS = ["product", "customers", "buyers", "without", "low", "typical", "high"]


def expansion_openings(accounts: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Find what each customer could buy beyond what it buys, and in which way.

    Whitespace is potential less what today's revenue comes to over the same 36 months. Each business unit is
    taken to hold an equal part of the potential: the part of units that do not buy yet is cross-sell, as far
    as the whitespace goes, and the rest is upsell. A customer is ready who has a confirmed budget and an
    internal sponsor, both seen in the CRM (D-ICP-1), and is no likelier to leave than its segment.

    Parameters
    ----------
    accounts, scores : DataFrame
        `ACCOUNTS`, `SCORES`.

    Returns
    -------
    DataFrame
        One row a customer, surest whitespace (its lower end) first: account_id, name, segment,
        revenue_eur_per_year and revenue_36m_eur (at the current month's rate), share_of_potential with
        share_low and share_high, whitespace over 36 months with its ends (those of potential), units and
        units_open, cross_sell_eur and upsell_eur (missing where units are not known), is_ready.

    Examples
    --------
    >>> from kamsim.schemas import ACCOUNTS, SCORES
    >>> expansion_openings(ACCOUNTS.empty(), SCORES.empty()).empty
    True
    """
    known = accounts.merge(scores, on="account_id", validate="1:1")
    known = known[known["revenue_eur_per_month"] > 0]
    today = HORIZON_MONTHS * known["revenue_eur_per_month"]
    ends = {name: known[f"potential_{name}_eur"] for name in ("36m", "low", "high")}
    whitespace = {name: (potential - today).clip(lower=0.0) for name, potential in ends.items()}
    units = known["business_units"].astype("Float64").to_numpy(float, na_value=np.nan)
    open_units = np.maximum(units - known["units_penetrated"].to_numpy(float, na_value=np.nan), 0.0)
    cross = np.minimum(ends["36m"] * open_units / units, whitespace["36m"])
    ready = (
        known["budget_confirmed"].fillna(False).astype(bool)
        & known["sponsor_identified"].fillna(False).astype(bool)
        & (known["churn_probability_12m"] <= known["churn_baseline"])
    )
    frame = known[["account_id", "name", "segment"]].assign(
        revenue_eur_per_year=MONTHS_A_YEAR * known["revenue_eur_per_month"],
        revenue_36m_eur=today,
        share_of_potential=_share(today, ends["36m"]),
        share_low=_share(today, ends["high"]),
        share_high=_share(today, ends["low"]),
        whitespace_eur=whitespace["36m"],
        whitespace_low_eur=whitespace["low"],
        whitespace_high_eur=whitespace["high"],
        units=units,
        units_open=open_units,
        cross_sell_eur=cross,
        upsell_eur=whitespace["36m"] - cross,
        is_ready=ready,
    )
    order = ["whitespace_low_eur", "whitespace_eur", "account_id"]
    return frame.sort_values(order, ascending=[False, False, True], ignore_index=True)[COLUMNS]


def openings_by_segment(openings: pd.DataFrame) -> pd.DataFrame:
    """Sum the openings of customers by segment.

    Parameters
    ----------
    openings : DataFrame
        From `expansion_openings`.

    Returns
    -------
    DataFrame
        One row a segment that has customers, and one ("") for all: segment, customers, units, units_open, the
        sums of revenue_36m_eur, of whitespace with its ends, of cross-sell and of upsell, ready (customers)
        and ready_eur (their whitespace). The ends are those of all customers added up, as if all were wrong
        in the same way: the widest interval. Units, cross-sell and upsell are missing where nobody's units
        are known.
    """
    rows = []
    for name in (*SEGMENTS, ALL):
        own = openings if name == ALL else openings[openings["segment"] == name]
        if len(own) or name == ALL:
            sums = own[["units", "units_open", *SUMMED]].sum(min_count=1)
            rows.append(
                {"segment": name, "customers": len(own), **sums}
                | {
                    "ready": int(own["is_ready"].sum()),
                    "ready_eur": own.loc[own["is_ready"], "whitespace_eur"].sum(),
                }
            )
    return pd.DataFrame(rows)[SEGMENT_COLUMNS]


def product_openings(accounts: pd.DataFrame, opportunities: pd.DataFrame) -> pd.DataFrame:
    """Count the customers who bought each product, and those who did not.

    Parameters
    ----------
    accounts, opportunities : DataFrame
        `ACCOUNTS`, `OPPORTUNITIES`; customers are the accounts with revenue.

    Returns
    -------
    DataFrame
        One row a product, most customers without it first, then the dearest: product, customers, buyers,
        without, and the amount of one won opportunity of it (typical: the median; low, high: the quartiles).
        Empty where no won opportunity names a product.

    Examples
    --------
    >>> accounts = pd.DataFrame({"account_id": ["a", "b"], "revenue_eur_per_month": [1.0, 2.0]})
    >>> deals = pd.DataFrame({"account_id": ["a"], "product": ["X"], "status": ["won"], "amount_eur": [9.0]})
    >>> product_openings(accounts, deals)[["product", "buyers", "without"]].to_dict("records")
    [{'product': 'X', 'buyers': 1, 'without': 1}]
    """
    won = opportunities[(opportunities["status"] == "won") & opportunities["product"].notna()]
    customers = set(accounts.loc[accounts["revenue_eur_per_month"] > 0, "account_id"])
    rows = []
    for product, deals in won[won["account_id"].isin(customers)].groupby("product"):
        buyers = deals["account_id"].nunique()
        low, typical, high = deals["amount_eur"].quantile([0.25, 0.5, 0.75])
        rows.append((str(product), len(customers), buyers, len(customers) - buyers, low, typical, high))
    frame = pd.DataFrame(rows, columns=PRODUCT_COLUMNS)
    return frame.sort_values(
        ["without", "typical", "product"], ascending=[False, False, True], ignore_index=True
    )


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Take a share of at most 1: who buys all that was expected has no more to give."""
    return (part / whole.where(whole > 0)).clip(upper=1.0)
