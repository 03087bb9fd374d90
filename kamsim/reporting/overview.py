"""What stands before any policy: the portfolio by tier, the import, the team; and what would move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kamsim.locale import ENGLISH, Locale

TOP_MOVES = 10
"""Moves that the report names."""


def tier_table(
    accounts: pd.DataFrame,
    scores: pd.DataFrame,
    tiers: pd.DataFrame,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
) -> pd.DataFrame:
    """Write the portfolio by tier as texts for readers: accounts, revenue, potential, churn.

    Parameters
    ----------
    accounts, scores, tiers : DataFrame
        `ACCOUNTS`, `SCORES`, `TIERS`.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    DataFrame
        One row a tier, and one for all. Churn is the mean over customers.
    """
    frame = accounts.merge(scores, on="account_id").merge(tiers, on="account_id")
    parts = [(tier, frame[frame["tier"] == tier]) for tier in (1, 2, 3)] + [(0, frame)]
    names = (
        "tier", "accounts", "customers", "revenue", "revenue_share", "potential", "potential_share", "churn",
    )  # fmt: skip
    heads = [locale.text(f"tiers.{name}") for name in names]
    return pd.DataFrame(
        [_tier_texts(tier, part, frame, locale, currency) for tier, part in parts], columns=heads
    ).astype("str")


def _tier_texts(
    tier: int, part: pd.DataFrame, whole: pd.DataFrame, locale: Locale, currency: str
) -> tuple[str, ...]:
    customers = part[part["revenue_eur_per_month"] > 0]
    revenue = 12 * part["revenue_eur_per_month"].sum()
    potential = part["potential_36m_eur"].sum()
    all_revenue, all_potential = 12 * whole["revenue_eur_per_month"].sum(), whole["potential_36m_eur"].sum()
    return (
        locale.text(f"tier.{tier}"),
        locale.number(len(part)),
        locale.number(len(customers)),
        locale.money(revenue, currency, compact=True, like=all_revenue),
        locale.percent(revenue / all_revenue if all_revenue else np.nan, 0),
        locale.money(potential, currency, compact=True, like=all_potential),
        locale.percent(potential / all_potential if all_potential else np.nan, 0),
        locale.percent(customers["churn_probability_12m"].mean(), 0),
    )


def import_table(rows: Mapping[str, Mapping[str, int]], locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write what became of the rows of each file of an import as texts for readers.

    Parameters
    ----------
    rows : mapping
        By file: counts of rows in, accepted, repaired, rejected; the fact "rows" of an imported portfolio.
    locale : Locale
    """
    outcomes = ("in", "accepted", "repaired", "rejected")
    heads = [locale.text(f"report.import.{name}") for name in ("file", *outcomes)]
    texts = [(file, *(locale.number(n.get(o, 0)) for o in outcomes)) for file, n in sorted(rows.items())]
    return pd.DataFrame(texts, columns=heads).astype("str")


def team_table(people: Sequence[Mapping[str, Any]], locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write the people that the guide's ratios ask for beside those there as texts for readers.

    Parameters
    ----------
    people : sequence of mapping
        role, needed (full-time equivalents), there (a count, or missing).
    locale : Locale
    """
    heads = [locale.text(f"team.{name}") for name in ("role", "there", "needed", "difference")]
    rows = []
    for each in people:
        there = np.nan if each["there"] is None else float(each["there"])
        rows.append(
            (
                locale.text(f"role.{each['role']}"),
                locale.number(there),
                locale.number(each["needed"], 1),
                locale.number(there - each["needed"], 1, signed=True),
            )
        )
    return pd.DataFrame(rows, columns=heads).astype("str")


def move_table(
    assignment: pd.DataFrame,
    book: pd.DataFrame,
    accounts: pd.DataFrame,
    team: pd.DataFrame,
    policy: str,
    baseline: str,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
) -> pd.DataFrame:
    """Write the moves of a policy with the highest potential as texts for readers.

    Parameters
    ----------
    assignment, book, accounts, team : DataFrame
        `ASSIGNMENT`, `BOOK`, `ACCOUNTS`, `TEAM`.
    policy, baseline : str
        Whose moves, and whose hours to set beside the new ones.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    DataFrame
        `TOP_MOVES` rows at most: account, tier, potential, owner before and after, AE hours likewise.
    """
    before = assignment.loc[assignment["policy"] == baseline, ["account_id", "ae_hours"]]
    plan = assignment[(assignment["policy"] == policy) & assignment["moved"]]
    moves = (
        plan.merge(before, on="account_id", suffixes=("", "_before"))
        .merge(book[["account_id", "tier", "potential_36m_eur", "owner_id"]], on="account_id")
        .merge(accounts[["account_id", "name"]], on="account_id")
        .sort_values(["potential_36m_eur", "account_id"], ascending=[False, True])
        .head(TOP_MOVES)
    )
    names = dict(zip(team["rep_id"], team["name"], strict=True))
    rows = [
        (
            row["name"],
            locale.text(f"tier.{row['tier']}"),
            locale.money(row["potential_36m_eur"], currency, compact=True),
            _change(_person(row["owner_id"], names, locale), _person(row["rep_id"], names, locale), locale),
            _change(locale.number(row["ae_hours_before"], 1), locale.number(row["ae_hours"], 1), locale),
        )
        for row in moves.to_dict("records")
    ]
    heads = [locale.text(f"moves.{name}") for name in ("account", "tier", "potential", "owners", "hours")]
    return pd.DataFrame(rows, columns=heads).astype("str")


def _person(rep_id: object, names: Mapping[str, str], locale: Locale) -> str:
    """Name an owner; one who has left the team keeps the id, an account without one had nobody."""
    return names.get(rep_id, rep_id) if isinstance(rep_id, str) else locale.text("moves.nobody")


def _change(before: str, after: str, locale: Locale) -> str:
    return locale.text("format.change", before=before, after=after)
