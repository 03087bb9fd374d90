"""What a model may know of an account at a cut-off.

Three kinds, kept apart because they leak differently:

- *dated*: from HISTORY and OPPORTUNITIES rows strictly before the cut-off. They can be taken at any
  cut-off in the past. None looks back further than `LOOKBACK` months, so that a feature means the same
  at an early cut-off as at the last one.
- *lasting*: attributes of the client's firm that do not change with what we sell to it.
- *standing*: ACCOUNTS columns known at the final cut-off only (relationship, roles engaged, ...). At an
  earlier cut-off they would tell the future, so no model trained on past cut-offs may see them.
  ``customer_since`` is used by nobody: it is missing for accounts that left, which gives churn away.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.scoring.panel import COUNTS, HOURS, Panel

LOOKBACK = 12
CATEGORIES = ("segment", "industry", "region")
UNKNOWN = "(unknown)"


def dated_features(panel: Panel, opportunities: pd.DataFrame) -> pd.DataFrame:
    """Compute what history says of each account at the panel's cut-off.

    Parameters
    ----------
    panel : Panel
        History before the cut-off.
    opportunities : DataFrame
        OPPORTUNITIES; only kind, and openings and closings dated before the panel's cut-off, are read,
        never status, stage or amount, which are known as of the final cut-off.

    Returns
    -------
    DataFrame
        One row an account, by sorted ``account_id``; money and hours as log(1 + monthly mean), ages in
        months and at most `LOOKBACK`; missing where nothing was recorded.
    """
    last = {name: array[:, -LOOKBACK:] for name, array in panel.series.items()}
    revenue = last["revenue_eur"]
    quarter, year = _mean(revenue[:, -3:]), _mean(revenue)
    won, lost = (last[name].sum(axis=1) for name in ("deals_won", "deals_lost"))
    columns = {
        "revenue_1m": np.log1p(_mean(revenue[:, -1:])),
        "revenue_3m": np.log1p(quarter),
        "revenue_6m": np.log1p(_mean(revenue[:, -6:])),
        "revenue_12m": np.log1p(year),
        "revenue_trend": np.log1p(quarter) - np.log1p(year),
        "revenue_volatility": np.divide(
            revenue.std(axis=1) if revenue.shape[1] else year, year, out=np.zeros_like(year), where=year > 0
        ),
        "months_since_first_revenue": _months_since_first(revenue > 0),
        "months_since_last_revenue": _months_since_last(revenue > 0),
        "months_since_last_win": _months_since_last(last["deals_won"] > 0),
        "win_rate": np.divide(won, won + lost, out=np.full_like(won, np.nan), where=won + lost > 0),
        "open_deals": np.log1p(_open_deals(panel, opportunities)),
    }
    columns |= {f"{name}_3m": np.log1p(_mean(last[name][:, -3:])) for name in HOURS}
    columns |= {f"{name}_12m": np.log1p(_mean(last[name])) for name in HOURS}
    columns |= {f"{name}_12m": np.log1p(last[name].sum(axis=1)) for name in COUNTS}
    return pd.DataFrame(columns, index=pd.Index(panel.account_ids, name="account_id"))


def lasting_features(accounts: pd.DataFrame) -> pd.DataFrame:
    """Take the attributes of a firm that may be read at any cut-off, one row an account, sorted by id."""
    accounts = accounts.sort_values("account_id").set_index("account_id")
    features = {name: accounts[name].astype("object").fillna(UNKNOWN) for name in CATEGORIES}
    return pd.DataFrame(
        {
            **features,
            "firm_revenue": np.log1p(accounts["firm_revenue_eur"]),
            "headcount": np.log1p(accounts["headcount"]),
            "technical_complexity": accounts["technical_complexity"],
        }
    )


def standing_features(accounts: pd.DataFrame) -> pd.DataFrame:
    """Take what the CRM says at the final cut-off and only there, one row an account, sorted by id."""
    accounts = accounts.sort_values("account_id").set_index("account_id")
    units = accounts["business_units"].astype("Float64").to_numpy("float64", na_value=np.nan)
    penetrated = accounts["units_penetrated"].astype("Float64").to_numpy("float64", na_value=np.nan)
    revenue = accounts["revenue_eur_per_month"].to_numpy()
    return pd.DataFrame(
        {
            "is_customer": (revenue > 0).astype("float64"),
            "revenue": np.log1p(revenue),
            "business_units": np.log(units),
            "share_of_units": penetrated / units,
            "relationship": accounts["relationship"],
            "roles_engaged": accounts["roles_engaged"],
            "sponsor_identified": accounts["sponsor_identified"].to_numpy("float64", na_value=np.nan),
        },
        index=accounts.index,
    )


def _mean(months: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average the recorded months; missing where none is recorded, 0 where there is no month at all."""
    if not months.shape[1]:
        return np.zeros(len(months))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        return np.asarray(np.nanmean(months, axis=1))


def _months_since_last(happened: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Count months since it last happened: 0 = in the last month; the look-back where never."""
    ages = np.arange(happened.shape[1])[::-1]
    return np.asarray(np.where(happened, ages, LOOKBACK).min(axis=1, initial=LOOKBACK), dtype="float64")


def _months_since_first(happened: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Count months since it first happened within the look-back; 0 where never."""
    ages = np.arange(happened.shape[1])[::-1] + 1
    return np.asarray(np.where(happened, ages, 0).max(axis=1, initial=0), dtype="float64")


def _open_deals(panel: Panel, opportunities: pd.DataFrame) -> NDArray[np.float64]:
    """Count opportunities, renewals aside, opened before the cut-off and not closed before it."""
    opened = opportunities["opened_on"] < panel.cutoff
    closed = opportunities["closed_on"] < panel.cutoff
    deals = opportunities["kind"] != "renewal"
    counts = opportunities.loc[deals & opened & ~closed, "account_id"].value_counts()
    return np.asarray(counts.reindex(panel.account_ids, fill_value=0), dtype="float64")
