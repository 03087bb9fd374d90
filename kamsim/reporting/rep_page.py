"""One page for a representative: his book, why each account is his, and what to do in the next 90 days."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.action_plan import first_of

NEAR_KM = 50.0
"""So near to his city that it is a reason."""


def rep_page_table(
    book: pd.DataFrame,
    told: pd.DataFrame,
    team: pd.DataFrame,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
    *,
    cutoff: pd.Timestamp,
    days: int = 90,
    rows: int = 10,
) -> pd.DataFrame:
    """Write a representative's accounts, those where effort decides most first.

    Parameters
    ----------
    book : DataFrame
        From `kamsim.coverage.rep_book`.
    told : DataFrame
        Actions of these accounts, from `tell_actions`.
    team : DataFrame
        TEAM, for names.
    locale : Locale
    currency : str
        ISO code.
    cutoff : Timestamp
    days : int
        How far ahead.
    rows : int
        At most.

    Returns
    -------
    DataFrame
        Account, tier, what effort decides over 36 months, why his (or not his any more under the plan), AE
        hours a month (asked, now, plan), what to do first and by when (the pipeline review, which all open
        deals share, comes first only where nothing else is due), further actions within `days`.

    Examples
    --------
    >>> from kamsim.coverage.rep_book import COLUMNS
    >>> told = pd.DataFrame({"account_id": [], "play": [], "due_on": pd.to_datetime([])})
    >>> page = rep_page_table(pd.DataFrame(columns=COLUMNS), told, pd.DataFrame({"rep_id": [], "name": []}),
    ...     cutoff=pd.Timestamp("2026-01-01"))
    >>> page.columns.tolist()[:3]
    ['Account', 'Tier', 'Effort decides']
    """
    names = dict(zip(team["rep_id"], team["name"], strict=True))
    soon = told[told["due_on"] < cutoff + pd.Timedelta(days=days)]
    largest = float(book["gain_eur"].max()) if len(book) else 0.0
    texts = []
    for row in book.head(rows).to_dict("records"):
        mine = soon[soon["account_id"] == row["account_id"]]
        hours = {n: locale.number(row[f"{n}_hours" if n == "workload" else f"hours_{n}"], 1)
                 for n in ("workload", "now", "plan")}  # fmt: skip
        texts.append(
            (
                row["name"],
                locale.number(row["tier"]),
                locale.money(row["gain_eur"], currency, compact=True, like=largest),
                _why(row, names, locale),
                locale.text("rep_page.hours", **hours),
                _next(mine, locale),
                locale.number(max(len(mine) - 1, 0)),
            )
        )
    columns = ("account", "tier", "gain", "why", "hours", "next", "more")
    heads = [locale.text(f"rep_page.head.{n}", days=locale.number(days)) for n in columns]
    return pd.DataFrame(texts, columns=heads).astype("str")


def say_book(book: pd.DataFrame, rep: Mapping[str, Any], policy: str, locale: Locale = ENGLISH) -> str:
    """Say what a book asks of its representative against the hours there are, and what the plan would move.

    Parameters
    ----------
    book : DataFrame
        From `kamsim.coverage.rep_book`.
    rep : mapping
        His row of TEAM.
    policy : str
        The plan.
    locale : Locale

    Returns
    -------
    str

    Examples
    --------
    >>> book = pd.DataFrame({"standing": ["stays", "comes"], "workload_hours": [10.0, 5.0]})
    >>> say_book(book, {"name": "Ada", "capacity_hours": 65.0}, "balanced")
    'Ada: 1 account today asks for 10 of 65 hours a month; under Balanced 0 leave and 1 comes.'
    """
    today = book[book["standing"] != "comes"]
    leaves, comes = (int((book["standing"] == name).sum()) for name in ("leaves", "comes"))
    key = "rep_page.book_one" if len(today) == 1 else "rep_page.book"
    return locale.text(
        key,
        rep=rep["name"],
        accounts=locale.number(len(today)),
        hours=locale.number(today["workload_hours"].sum()),
        capacity=locale.number(rep["capacity_hours"]),
        policy=locale.policy(policy),
        leaves=locale.text(
            "rep_page.leave_one" if leaves == 1 else "rep_page.leave", count=locale.number(leaves)
        ),
        comes=locale.text("rep_page.come_one" if comes == 1 else "rep_page.come", count=locale.number(comes)),
    )


def _why(row: Mapping[Hashable, Any], names: Mapping[str, str], locale: Locale) -> str:
    """Say why the account is his, or why the plan moves it."""
    if row["standing"] != "stays":
        return locale.text(
            f"rep_page.{row['standing']}",
            other=names.get(row["other_rep"], locale.text("rep_page.nobody")),
            reason=locale.label("move_reason", row["reason"])
            if pd.notna(row["reason"])
            else locale.text("rep_page.no_owner"),
        )
    reasons = []
    if pd.notna(row["owner_since"]):
        reasons.append(locale.text("rep_page.since", month=locale.month(row["owner_since"])))
    if pd.notna(row["distance_km"]):
        key = "rep_page.near" if row["distance_km"] <= NEAR_KM else "rep_page.far"
        reasons.append(locale.text(key, km=locale.number(row["distance_km"])))
    if row["knows_industry"]:
        reasons.append(locale.text("rep_page.industry"))
    return locale.text("format.list_separator").join(reasons) or locale.text("rep_page.owner_only")


def _next(mine: pd.DataFrame, locale: Locale) -> str:
    if mine.empty:
        return locale.text("format.missing")
    first = first_of(mine)
    return locale.text("rep_page.next", what=first["action"], due=locale.date(first["due_on"]))
