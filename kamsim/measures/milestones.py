"""Milestones of open deals: what comes next, how long it has been waited for, how long is usual (D-CYC-2)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kamsim.measures.funnel import ALL, DAYS_A_MONTH, MILESTONES
from kamsim.schemas import SEGMENTS

STEPS = ("opened", *MILESTONES, "signed")
FEWEST = 10
"""Closed deals of a segment behind a usual time; with fewer, those of all segments stand in."""

LATE = 0.75
"""Longer than this share of the deals that made the step took: late."""

COLUMNS = [
    "account_id", "opportunity_id", "kind", "product", "stage", "amount_eur", "opened_on", "last_step",
    "last_on", "next_step", "waited_months", "usual_months", "late_after_months", "late",
]  # fmt: skip


def step_months(opportunities: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """Tell how long each step took in deals that were closed and made it.

    Parameters
    ----------
    opportunities, accounts : DataFrame
        OPPORTUNITIES, ACCOUNTS.

    Returns
    -------
    DataFrame
        One row a segment ("" for all) and step that was ever made: segment, step, deals, usual_months (median
        since the latest milestone dated before it), late_after_months (75 % took no longer).

    Examples
    --------
    >>> from kamsim.schemas import ACCOUNTS, OPPORTUNITIES
    >>> step_months(OPPORTUNITIES.empty(), ACCOUNTS.empty()).columns.tolist()
    ['segment', 'step', 'deals', 'usual_months', 'late_after_months']
    """
    deals = _deals(opportunities[opportunities["status"] == "won"])
    dates = _dates(deals).assign(signed=deals["closed_on"])
    months, latest = pd.DataFrame(index=dates.index), dates["opened"]
    for step in STEPS[1:]:
        months[step] = (dates[step] - latest).dt.days / DAYS_A_MONTH
        latest = dates[step].fillna(latest)
    segment = accounts.set_index("account_id")["segment"].reindex(deals["account_id"]).to_numpy()
    long = months.assign(segment=segment).melt("segment", var_name="step", value_name="months").dropna()
    both = pd.concat([long, long.assign(segment=ALL)])
    grouped = both.groupby(["segment", "step"])["months"]
    found = grouped.agg(deals="count", usual_months="median", late_after_months=lambda m: m.quantile(LATE))
    order = pd.MultiIndex.from_product([(ALL, *SEGMENTS), STEPS], names=["segment", "step"])
    told: pd.DataFrame = found.reindex(order[order.isin(found.index)]).reset_index()
    return told


def open_milestones(
    opportunities: pd.DataFrame,
    accounts: pd.DataFrame,
    account_ids: Sequence[str],
    *,
    cutoff: pd.Timestamp,
) -> pd.DataFrame:
    """Say of each open deal what it waits for, since when, and whether that is late.

    Parameters
    ----------
    opportunities, accounts : DataFrame
        OPPORTUNITIES, ACCOUNTS.
    account_ids : sequence of str
    cutoff : Timestamp

    Returns
    -------
    DataFrame
        One row an open deal, renewals left out, largest first: account_id, opportunity_id, kind, product,
        stage, amount_eur, opened_on, last_step and last_on (latest dated), next_step, waited_months since,
        usual_months and late_after_months (median, and what 75 % of the deals that made the step stayed
        under, in the segment if it has enough), late. Without milestones on record anywhere the next step is
        the signature; without an opening date the wait is missing.

    Examples
    --------
    >>> from kamsim.schemas import ACCOUNTS, OPPORTUNITIES
    >>> tables = OPPORTUNITIES.empty(), ACCOUNTS.empty()
    >>> open_milestones(*tables, ["a"], cutoff=pd.Timestamp("2026-01-01")).empty
    True
    """
    usual = step_months(opportunities, accounts)
    deals = _deals(opportunities[opportunities["status"] == "open"])
    deals = deals[deals["account_id"].isin(list(account_ids))].reset_index(drop=True)
    dates = _dates(deals)
    known = [step for step in STEPS if step in set(usual["step"]) or step in ("opened", "signed")]
    at = dates.notna().to_numpy() * np.arange(dates.shape[1])
    last = [STEPS[number] for number in at.max(axis=1)] if len(deals) else []
    following = [next(step for step in STEPS[STEPS.index(s) + 1 :] if step in known) for s in last]
    last_on = dates.max(axis=1).astype("datetime64[us]")
    waited = (cutoff - last_on).dt.days / DAYS_A_MONTH
    segment = accounts.set_index("account_id")["segment"].reindex(deals["account_id"]).tolist()
    times = [_usual(usual, *key) for key in zip(segment, following, strict=True)]
    told = deals.assign(
        last_step=last,
        last_on=last_on,
        next_step=following,
        waited_months=waited,
        usual_months=[usual for usual, _ in times],
        late_after_months=[late for _, late in times],
    )
    told = told.assign(late=told["waited_months"] > told["late_after_months"])
    order = ["account_id", "amount_eur", "opportunity_id"]
    return told.sort_values(order, ascending=[True, False, True], ignore_index=True)[COLUMNS]


def last_progress(opportunities: pd.DataFrame, account_ids: Sequence[str]) -> pd.Series[pd.Timestamp]:
    """Return the day of the last commercial progress of each account (D-EXIT-1).

    A deal opened, a milestone reached, or a deal won; renewals and losses are no progress.

    Examples
    --------
    >>> from kamsim.schemas import OPPORTUNITIES
    >>> last_progress(OPPORTUNITIES.empty(), ["a"]).isna().tolist()
    [True]
    """
    deals = _deals(opportunities)
    days = _dates(deals).assign(signed=deals["closed_on"].where(deals["status"] == "won")).max(axis=1)
    latest = days.groupby(deals["account_id"].to_numpy()).max()
    return latest.reindex(pd.Index(account_ids)).astype("datetime64[us]")


def _deals(opportunities: pd.DataFrame) -> pd.DataFrame:
    return opportunities[(opportunities["kind"] != "renewal").fillna(True).astype(bool)]


def _dates(deals: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {"opened": deals["opened_on"], **{step: deals[column] for step, column in MILESTONES.items()}}
    )


def _usual(usual: pd.DataFrame, segment: str, step: str) -> tuple[float, float]:
    """Look up the median and the late mark of a step, in the segment or else in all."""
    of_step = usual[usual["step"] == step]
    own = of_step[(of_step["segment"] == segment) & (of_step["deals"] >= FEWEST)]
    found = own if len(own) else of_step[of_step["segment"] == ALL]
    if found.empty:
        return float("nan"), float("nan")
    return float(found["usual_months"].iloc[0]), float(found["late_after_months"].iloc[0])
