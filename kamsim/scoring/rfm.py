"""Recency, frequency and monetary value: the baseline that direct marketing used before any model.

Hughes 1994, "Strategic Database Marketing" (Probus): customers are cut into fifths by how lately they
bought, how often, and for how much, 5 being best.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.errors import ConfigError, FeatureError, unknown_name
from kamsim.scoring.measures_of_skill import equal_bins
from kamsim.scoring.panel import Panel

QUINTILES = 5


def rfm_scores(
    purchases: pd.DataFrame,
    as_of: object,
    *,
    account: str = "account_id",
    time: str = "month",
    revenue: str = "revenue_eur",
) -> pd.DataFrame:
    """Score accounts by recency, frequency and monetary value of what they bought before a cut-off.

    Parameters
    ----------
    purchases : DataFrame
        HISTORY, or one row a purchase: account, month or date, revenue. Rows on or after `as_of` are not
        read; several rows of an account in one month count as one month.
    as_of : moment
        The cut-off.
    account, time, revenue : str
        Columns of `purchases`.

    Returns
    -------
    DataFrame
        One row an account with a row before the cut-off, sorted: `recency_months` since the last month or
        date with revenue (missing if there was none), `frequency_months` with revenue, `monetary_eur` (mean
        revenue of those months); `recency_quintile`, `frequency_quintile`, `monetary_quintile` from 1 to 5,
        accounts that tie in one fifth; and `rfm`, the three digits read as one number: 555 is best, and
        recency weighs most.

    Raises
    ------
    ConfigError
        For a column that `purchases` has not, or a cut-off that is no moment.
    FeatureError
        When no row lies before the cut-off, or an account, a time or a revenue is missing.

    Examples
    --------
    >>> bought = pd.DataFrame({"account_id": ["a", "a", "b"], "revenue_eur": [10.0, 30.0, 5.0],
    ...     "month": pd.to_datetime(["2025-10-01", "2025-12-01", "2025-11-01"])})
    >>> scores = rfm_scores(bought, "2026-01-01")
    >>> scores.loc["a", ["recency_months", "frequency_months", "monetary_eur"]].tolist()
    [1.0, 2.0, 20.0]
    >>> scores["rfm"].to_dict()
    {'a': 444, 'b': 222}
    """
    for name in (account, time, revenue):
        if name not in purchases.columns:
            raise ConfigError(unknown_name("column of purchases", name, map(str, purchases.columns)))
    try:
        cutoff = pd.Timestamp(as_of)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise ConfigError(f"as_of must be a moment, got {as_of!r}") from error
    moments = pd.to_datetime(purchases[time])
    past = pd.DataFrame({"account": purchases[account], "moment": moments, "revenue": purchases[revenue]})
    for column, name in zip(past, (account, time, revenue), strict=True):
        if past[column].isna().any():
            raise FeatureError(f"{name} is missing in {int(past[column].isna().sum())} row(s) of purchases")
    past = past[moments < cutoff]
    if past.empty:
        raise FeatureError(f"no purchase lies before {cutoff:%Y-%m-%d}: nothing can be scored")
    return _score(_behaviour(past, cutoff)).rename_axis(account)


def panel_rfm(panel: Panel) -> NDArray[np.float64]:
    """Return the RFM number of each account of a panel as of its cut-off; 0 for who never bought.

    Examples
    --------
    >>> revenue = np.array([[5.0, 0.0], [0.0, 0.0], [9.0, 9.0]])
    >>> panel_rfm(Panel(["a", "b", "c"], pd.Timestamp("2026-01-01"), {"revenue_eur": revenue}))
    array([222.,   0., 444.])
    """
    account, month = np.nonzero(panel.revenue > 0)
    if not account.size:
        return np.zeros(len(panel.account_ids))
    starts = pd.date_range(end=panel.cutoff, periods=panel.months + 1, freq="MS")[:-1]
    bought = pd.DataFrame(
        {"account_id": account, "month": starts[month], "revenue_eur": panel.revenue[account, month]}
    )
    scores = rfm_scores(bought, panel.cutoff)["rfm"].reindex(np.arange(len(panel.account_ids)), fill_value=0)
    return np.asarray(scores, dtype="float64")


def _behaviour(past: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame:
    """Add up by account; a month whose returns outweigh its purchases has no revenue."""
    past = past.assign(month=past["moment"].dt.year * 12 + past["moment"].dt.month)
    months = past.groupby(["account", "month"]).agg(revenue=("revenue", "sum"), last=("moment", "max"))
    bought = months[months["revenue"] > 0].groupby("account")
    found = pd.DataFrame(
        {
            "recency_months": _months(pd.Series(cutoff))[0] - _months(bought["last"].max()),
            "frequency_months": bought.size(),
            "monetary_eur": bought["revenue"].mean(),
        },
        index=months.index.unique("account"),
    )
    nothing = {"frequency_months": 0, "monetary_eur": 0.0}
    return found.fillna(nothing).astype({"frequency_months": "int64"}).sort_index()


def _score(behaviour: pd.DataFrame) -> pd.DataFrame:
    lately = -behaviour["recency_months"].fillna(np.inf)
    best_last = {"recency": lately, "frequency": behaviour["frequency_months"]}
    best_last["monetary"] = behaviour["monetary_eur"]
    fifths = {
        f"{name}_quintile": equal_bins(values.to_numpy("float64"), QUINTILES) + 1
        for name, values in best_last.items()
    }
    scored = behaviour.assign(**fifths)
    digits = [scored[name] for name in fifths]
    return scored.assign(rfm=100 * digits[0] + 10 * digits[1] + digits[2])


def _months(moments: pd.Series) -> pd.Series:
    """Count months from year 0, with the share of the month gone."""
    share: pd.Series = (moments.dt.day - 1) / moments.dt.days_in_month
    months: pd.Series = moments.dt.year * 12 + moments.dt.month + share
    return months
