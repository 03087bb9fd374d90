"""What a model may know of an account at a cut-off.

Three kinds, kept apart because they leak differently:

- *dated*: from rows of HISTORY, OPPORTUNITIES and EVENTS that were known strictly before the cut-off. They
  can be taken at any cut-off in the past. None looks back further than `LOOKBACK` months, and counts of a
  shorter record are carried over to so many, so that a feature means the same at an early cut-off as at the
  last one.
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

from kamsim.scoring.panel import COUNTS, HOURS, TOUCHES, Panel

Floats = NDArray[np.float64]
Columns = dict[str, Floats]

LOOKBACK = 12
CATEGORIES = ("segment", "industry", "region")
UNKNOWN = "(unknown)"

ORGANISATION_CHANGES = ("appointment", "reorganisation", "merger")
"""Events that change who decides (D-ORG-1); a budget cut changes what there is to decide on."""


def dated_features(
    panel: Panel, opportunities: pd.DataFrame, events: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Compute what was known of each account at the panel's cut-off.

    Parameters
    ----------
    panel : Panel
        History before the cut-off.
    opportunities : DataFrame
        OPPORTUNITIES; only kind, and openings and closings dated before the panel's cut-off, are read,
        never status, stage or amount, which are known as of the final cut-off.
    events : DataFrame, optional
        EVENTS; only those that the account team had seen before the cut-off count, and from then on.

    Returns
    -------
    DataFrame
        One row an account, by sorted ``account_id``; money and hours as log(1 + monthly mean), ages in
        months and at most `LOOKBACK`; missing where nothing was recorded.
    """
    last = {name: array[:, -LOOKBACK:] for name, array in panel.series.items()}
    columns = (
        _money(last)
        | _deals(last, panel, opportunities)
        | _effort(last)
        | _signals(last)
        | _happenings(panel, events)
    )
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
            "digital_maturity": accounts["digital_maturity"],
        }
    )


def families(accounts: pd.DataFrame) -> NDArray[np.str_]:
    """Name the family of each account: its parent, or itself where it has none."""
    return np.asarray(accounts["parent_id"].fillna(accounts["account_id"]).to_numpy(dtype=np.str_))


def standing_features(accounts: pd.DataFrame) -> pd.DataFrame:
    """Take what the CRM says at the final cut-off and only there, one row an account, sorted by id."""
    accounts = accounts.sort_values("account_id").set_index("account_id")
    units = accounts["business_units"].astype("Float64").to_numpy("float64", na_value=np.nan)
    penetrated = accounts["units_penetrated"].astype("Float64").to_numpy("float64", na_value=np.nan)
    revenue = accounts["revenue_eur_per_month"].to_numpy()
    flags = {
        name: accounts[name].to_numpy("float64", na_value=np.nan)
        for name in ("sponsor_identified", "budget_confirmed")
    }
    return pd.DataFrame(
        {
            "is_customer": (revenue > 0).astype("float64"),
            "revenue": np.log1p(revenue),
            "business_units": np.log(units),
            "share_of_units": penetrated / units,
            "relationship": accounts["relationship"],
            "roles_engaged": accounts["roles_engaged"],
            **flags,
        },
        index=accounts.index,
    )


def _money(last: Columns) -> Columns:
    revenue = last["revenue_eur"]
    quarter, year = _mean(revenue[:, -3:]), _mean(revenue)
    spread = revenue.std(axis=1) if revenue.shape[1] else year
    return {
        "revenue_1m": np.log1p(_mean(revenue[:, -1:])),
        "revenue_3m": np.log1p(quarter),
        "revenue_6m": np.log1p(_mean(revenue[:, -6:])),
        "revenue_12m": np.log1p(year),
        "revenue_trend": np.log1p(quarter) - np.log1p(year),
        "revenue_volatility": np.divide(spread, year, out=np.zeros_like(year), where=year > 0),
        "months_with_revenue": _a_year((revenue > 0).astype("float64")),
        "months_since_first_revenue": _months_since_first(revenue > 0),
        "months_since_last_revenue": _months_since_last(revenue > 0),
        "contraction_12m": np.log1p(_mean(last["contraction_eur"])),
    }


def _deals(last: Columns, panel: Panel, opportunities: pd.DataFrame) -> Columns:
    won, lost = (last[name].sum(axis=1) for name in ("deals_won", "deals_lost"))
    return {
        "months_since_last_win": _months_since_last(last["deals_won"] > 0),
        "win_rate": np.divide(won, won + lost, out=np.full_like(won, np.nan), where=won + lost > 0),
        "open_deals": np.log1p(_open_deals(panel, opportunities)),
        **{f"{name}_12m": np.log1p(_a_year(last[name])) for name in COUNTS},
    }


def _effort(last: Columns) -> Columns:
    touches = np.stack([last[name] for name in TOUCHES])
    told = ~np.isnan(touches).all(axis=0)
    together = np.where(told, np.nansum(touches, axis=0), np.nan)
    return {
        **{f"{name}_3m": np.log1p(_mean(last[name][:, -3:])) for name in HOURS},
        **{f"{name}_12m": np.log1p(_mean(last[name])) for name in HOURS},
        "touches_3m": np.log1p(_mean(together[:, -3:])),
        "touches_12m": np.log1p(_mean(together)),
        "reviews_12m": np.log1p(LOOKBACK * _mean(last["reviews"])),
        "months_since_last_review": _age_where_told(last["reviews"]),
    }


def _signals(last: Columns) -> Columns:
    usage, answers = last["usage"], last["satisfaction"]
    lately = _mean(usage[:, -3:])
    return {
        "usage_3m": lately,
        "usage_trend": lately - _mean(usage),
        "satisfaction": _mean(answers),
        "months_since_owner_changed": _age_where_told(last["owner_changed"]),
    }


def _happenings(panel: Panel, events: pd.DataFrame | None) -> Columns:
    """Count what the account team had learned of within the look-back; missing without EVENTS."""
    names = ("months_since_sponsor_left", "people_left", "organisation_changes", "budget_cuts")
    if events is None:
        return {name: np.full(len(panel.account_ids), np.nan) for name in names}
    start = panel.cutoff - pd.DateOffset(months=LOOKBACK)
    seen = events[(events["seen_on"] < panel.cutoff) & (events["seen_on"] >= start)]

    def count(*kinds: str) -> Floats:
        here = seen.loc[seen["kind"].isin(kinds), "account_id"].value_counts()
        counts = np.asarray(here.reindex(panel.account_ids, fill_value=0), dtype="float64")
        return counts * LOOKBACK / max(1, min(LOOKBACK, panel.months))

    left = seen[seen["kind"] == "sponsor_left"].groupby("account_id")["seen_on"].max()
    ages = (panel.cutoff - left.reindex(panel.account_ids)).dt.days / 30.4375
    counts = count("stakeholder_left"), count(*ORGANISATION_CHANGES), count("budget_cut")
    return dict(zip(names, (ages.fillna(LOOKBACK).to_numpy("float64"), *counts), strict=True))


def _mean(months: Floats) -> Floats:
    """Average the recorded months; missing where none is recorded, 0 where there is no month at all."""
    if not months.shape[1]:
        return np.zeros(len(months))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        return np.asarray(np.nanmean(months, axis=1))


def _a_year(months: Floats) -> Floats:
    """Add up the recorded months, carried over to a whole look-back where the record is shorter."""
    return LOOKBACK * _mean(months)


def _months_since_last(happened: NDArray[np.bool_]) -> Floats:
    """Count months since it last happened: 0 = in the last month; the look-back where never."""
    ages = np.arange(happened.shape[1])[::-1]
    return np.asarray(np.where(happened, ages, LOOKBACK).min(axis=1, initial=LOOKBACK), dtype="float64")


def _age_where_told(counts: Floats) -> Floats:
    """Count months since it last happened, missing where no month tells whether it did."""
    told = ~np.isnan(counts).all(axis=1)
    return np.where(told, _months_since_last(np.nan_to_num(counts) > 0), np.nan)


def _months_since_first(happened: NDArray[np.bool_]) -> Floats:
    """Count months since it first happened within the look-back; 0 where never.

    What was there in the first month of a record shorter than the look-back began before it: nobody knows
    when, and most of it longer ago than the look-back.
    """
    ages = np.arange(happened.shape[1])[::-1] + 1
    ages[:1] = LOOKBACK
    return np.asarray(np.where(happened, ages, 0).max(axis=1, initial=0), dtype="float64")


def _open_deals(panel: Panel, opportunities: pd.DataFrame) -> Floats:
    """Count opportunities, renewals aside, opened before the cut-off and not closed before it."""
    opened = opportunities["opened_on"] < panel.cutoff
    closed = opportunities["closed_on"] < panel.cutoff
    deals = opportunities["kind"] != "renewal"
    counts = opportunities.loc[deals & opened & ~closed, "account_id"].value_counts()
    return np.asarray(counts.reindex(panel.account_ids, fill_value=0), dtype="float64")
