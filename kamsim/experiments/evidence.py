"""What targets are measured on: the accounts of one book or of many, reduced to arrays.

A book is what one firm has. Evidence of several books is pooled account by account; a jackknife leaves whole
books out where there are enough of them, and else groups of accounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.coverage.workload import service_levels
from kamsim.dynamics import segment_codes
from kamsim.dynamics.state import Counts, Floats
from kamsim.experiments.outlook import Outlook, look_ahead

DAYS_A_MONTH = 365.25 / 12
DELETED_GROUPS = 20
"""Parts that the jackknife leaves out in turn: enough for an interval, few enough to be quick."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Evidence:
    """Accounts and what became of them; arrays in the order of the accounts' ids, book after book.

    Attributes
    ----------
    segment : array of int, shape (accounts,)
        Position in SEGMENTS.
    group : array of int, shape (accounts,)
        Part of the jackknife that the account belongs to.
    book : array of int, shape (accounts,)
    revenue : array, shape (accounts, months)
        EUR a month, as recorded.
    left_at_once : array of bool, shape (accounts,)
        A customer that left in the first recorded month.
    ae_hours, potential, deciders : array, shape (accounts,)
        Hours a month in the last year; true 36-month potential; people who decide. NaN where unknown.
    team_cost : array, shape (accounts,)
        EUR a month, the team's cost spread evenly over its accounts.
    sale_account : array of int, shape (sales,)
        Position of the account of each new or expanding opportunity that was closed; renewals are none.
    sale_won : array of bool, shape (sales,)
    sale_months : array, shape (sales,)
        Months from opening to closing; NaN where a date is missing.
    sale_calendar_month : array of int, shape (sales,)
        1 to 12; 0 where the date is missing or lies before the recorded months.
    calendar_months : array of int, shape (months,)
        1 to 12.
    territory_load : array, shape (territories,)
        Workload of each AE's book over the mean of the team.
    territory_group : array of int, shape (territories,)
    outlook : Outlook or None
        What the dynamics bring from here on; None where the truth is unknown.
    """

    segment: Counts
    group: Counts
    book: Counts
    revenue: Floats
    left_at_once: Flags
    ae_hours: Floats
    potential: Floats
    deciders: Floats
    team_cost: Floats
    sale_account: Counts
    sale_won: Flags
    sale_months: Floats
    sale_calendar_month: Counts
    calendar_months: Counts
    territory_load: Floats
    territory_group: Counts
    outlook: Outlook | None

    @property
    def accounts(self) -> int:
        """Number of accounts."""
        return int(self.segment.size)

    @property
    def books(self) -> int:
        """Number of books."""
        return int(np.unique(self.book).size)

    @property
    def sale_segment(self) -> Counts:
        """Segment of each sale's account."""
        return self.segment[self.sale_account]

    def without(self, group: int) -> Evidence:
        """Leave one part of the jackknife out."""
        stays, there = self.group != group, self.territory_group != group
        sold = stays[self.sale_account]
        position = np.cumsum(stays) - 1
        parts: dict[str, Any] = {
            f.name: getattr(self, f.name)[stays] for f in fields(self) if f.name in _BY_ACCOUNT
        }
        parts |= {f.name: getattr(self, f.name)[sold] for f in fields(self) if f.name.startswith("sale_")}
        parts["sale_account"] = position[parts["sale_account"]]
        parts["territory_load"], parts["territory_group"] = (
            self.territory_load[there],
            self.territory_group[there],
        )
        parts["outlook"] = None if self.outlook is None else self.outlook.keep(stays)
        return replace(self, **parts)


_BY_ACCOUNT = (
    "segment", "group", "book", "revenue", "left_at_once", "ae_hours", "potential", "deciders", "team_cost",
)  # fmt: skip


def gather(portfolio: Portfolio, scenario: Scenario, cutoff: pd.Timestamp, number: int = 0) -> Evidence:
    """Reduce one portfolio to what is measured.

    Parameters
    ----------
    portfolio : Portfolio
        Where it has a truth, the dynamics are played on from it.
    scenario : Scenario
        The one it was made with.
    cutoff : Timestamp
        First day after its history.
    number : int
        Which book it is: the address of the luck of its future.

    Returns
    -------
    Evidence
    """
    accounts = portfolio.accounts.sort_values("account_id", ignore_index=True)
    ids = pd.Index(accounts["account_id"])
    months = pd.DatetimeIndex(np.sort(portfolio.history["month"].unique()))
    revenue, left_at_once, hours = _past(portfolio.history, ids, months)
    by_role = _mean_hours(hours)
    truth = portfolio.truth.set_index("account_id").reindex(ids) if portfolio.truth is not None else None
    load = _territory_loads(portfolio, accounts, truth, scenario)
    cost = float(portfolio.team["cost_eur_per_month"].sum()) / max(1, len(ids))
    return Evidence(
        segment=segment_codes(accounts["segment"]),
        group=np.arange(len(ids)) % DELETED_GROUPS,
        book=np.full(len(ids), number),
        revenue=revenue,
        left_at_once=left_at_once,
        ae_hours=by_role[0],
        potential=np.full(len(ids), np.nan) if truth is None else truth["potential_36m_eur"].to_numpy(float),
        deciders=_deciders(portfolio.stakeholders, ids),
        team_cost=np.full(len(ids), cost),
        **_sales(portfolio.opportunities, ids, months),
        calendar_months=months.month.to_numpy(np.int64),
        territory_load=load,
        territory_group=np.arange(load.size) % DELETED_GROUPS,
        outlook=look_ahead(portfolio, by_role, scenario, cutoff, len(months), number),
    )


def pool(books: Sequence[Evidence]) -> Evidence:
    """Put the evidence of several books in one; with enough of them, the jackknife leaves out whole books."""
    if len(books) == 1:
        return books[0]
    sizes = np.array([b.accounts for b in books])
    start = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    parts: dict[str, Any] = {
        f.name: np.concatenate([getattr(b, f.name) for b in books])
        for f in fields(Evidence)
        if f.name not in ("outlook", "calendar_months")
    }
    parts["sale_account"] = np.concatenate(
        [b.sale_account + first for b, first in zip(books, start, strict=True)]
    )
    if len(books) >= DELETED_GROUPS // 2:
        numbers = np.arange(len(books)) % DELETED_GROUPS
        parts["group"] = np.repeat(numbers, sizes)
        parts["territory_group"] = np.repeat(numbers, [b.territory_load.size for b in books])
    outlooks = [b.outlook for b in books if b.outlook is not None]
    outlook = Outlook.pool(outlooks) if len(outlooks) == len(books) else None
    return Evidence(**parts, calendar_months=books[0].calendar_months, outlook=outlook)


def _past(history: pd.DataFrame, ids: pd.Index, months: pd.DatetimeIndex) -> tuple[Floats, Flags, Floats]:
    """Revenue by account and month, who left in the first month, and the hours of the last year by role."""
    row = ids.get_indexer(pd.Index(history["account_id"]))
    column = months.get_indexer(pd.DatetimeIndex(history["month"]))
    known = row >= 0
    shape = (len(ids), len(months))
    revenue = np.zeros(shape)
    revenue[row[known], column[known]] = history["revenue_eur"].to_numpy(float)[known]
    churned = np.zeros(shape, bool)
    churned[row[known], column[known]] = history["churned"].fillna(False).to_numpy(bool)[known]
    hours = np.full((3, *shape), np.nan)
    for role, name in enumerate(("ae_hours", "se_hours", "csm_hours")):
        hours[role, row[known], column[known]] = history[name].to_numpy(float)[known]
    left = churned[:, 0] if shape[1] else np.zeros(len(ids), bool)
    return revenue, left, hours[:, :, -12:]


def _mean_hours(hours: Floats) -> Floats:
    """Mean hours a month by role; a month the CRM says nothing of is left out, NaN where it never does."""
    known = ~np.isnan(hours)
    total, count = np.where(known, hours, 0).sum(axis=2), known.sum(axis=2)
    mean: Floats = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    return mean


def _deciders(stakeholders: pd.DataFrame | None, ids: pd.Index) -> Floats:
    if stakeholders is None:
        return np.full(len(ids), np.nan)
    present = stakeholders[stakeholders["left_on"].isna()]
    row = ids.get_indexer(pd.Index(present["account_id"]))
    return np.bincount(row[row >= 0], minlength=len(ids)).astype(float)


def _sales(opportunities: pd.DataFrame, ids: pd.Index, months: pd.DatetimeIndex) -> dict[str, Any]:
    renewal = (opportunities["kind"] == "renewal").fillna(False).to_numpy(bool)
    row = ids.get_indexer(pd.Index(opportunities["account_id"]))
    closed = opportunities[(opportunities["status"] != "open").to_numpy(bool) & ~renewal & (row >= 0)]
    opened_on, closed_on = closed["opened_on"], closed["closed_on"]
    apart = (closed_on.dt.year - opened_on.dt.year) * 12 + closed_on.dt.month - opened_on.dt.month
    recorded = closed_on >= months[0] if len(months) else closed_on.isna()
    return {
        "sale_account": ids.get_indexer(pd.Index(closed["account_id"])),
        "sale_won": (closed["status"] == "won").to_numpy(bool),
        "sale_months": (apart + (closed_on.dt.day - opened_on.dt.day) / DAYS_A_MONTH).to_numpy(float),
        "sale_calendar_month": closed_on.dt.month.where(recorded).fillna(0).to_numpy(np.int64),
    }


def _territory_loads(
    portfolio: Portfolio, accounts: pd.DataFrame, truth: pd.DataFrame | None, scenario: Scenario
) -> Floats:
    """Workload of each AE's book over the team's mean, by the service level of each account's segment.

    The tier is not known before scoring: history carved by what an account looked like.
    """
    aes = portfolio.team.loc[portfolio.team["role"] == "AE", "rep_id"]
    level = service_levels(
        segment_codes(accounts["segment"]) + 1, np.zeros(len(accounts)), scenario.coverage
    )["workload_hours"]
    owner = accounts["owner_id"] if truth is None else truth["owner_id"].reset_index(drop=True)
    owner = owner.fillna(accounts["owner_id"])
    load = pd.Series(level).groupby(owner.to_numpy()).sum().reindex(aes, fill_value=0.0).to_numpy(float)
    return np.asarray(load / load.mean()) if load.size and load.sum() > 0 else np.zeros(0)
