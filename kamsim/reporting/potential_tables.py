"""Potential as tables of texts: how sure the tiers are, and why the largest potentials are as they are."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from kamsim.locale import ENGLISH, Locale

SURE = 0.9
"""From this probability of its tier on an account counts as sure."""

TIERS = (1, 2, 3)


def tier_certainty(scores: pd.DataFrame, tiers: pd.DataFrame) -> pd.DataFrame:
    """Count accounts by tier, by the best guess and by the doubt about it.

    Parameters
    ----------
    scores, tiers : DataFrame
        SCORES and TIERS.

    Returns
    -------
    DataFrame
        One row a tier, and one (tier 0) for all: tier, accounts (by potential), expected (sum of the
        probabilities), sure (accounts of the tier whose probability of it is 90 % or more), potential_eur
        and headroom_eur of its accounts.

    Examples
    --------
    >>> scores = pd.DataFrame({"account_id": ["x", "y"], "tier_1_probability": [0.0, 0.4],
    ...     "tier_2_probability": [0.95, 0.6], "tier_3_probability": [0.05, 0.0],
    ...     "potential_36m_eur": 3e5, "headroom_eur": 1e5})
    >>> found = tier_certainty(scores, pd.DataFrame({"account_id": ["x", "y"], "tier": 2}))
    >>> found[["accounts", "expected", "sure"]].round(2).values.tolist()
    [[0.0, 0.4, 0.0], [2.0, 1.55, 1.0], [0.0, 0.05, 0.0], [2.0, 2.0, 1.0]]
    """
    known = scores.merge(tiers[["account_id", "tier"]], on="account_id", validate="1:1")
    rows: list[dict[str, float]] = []
    for tier in TIERS:
        here, chance = known["tier"] == tier, known[f"tier_{tier}_probability"]
        rows.append(
            {
                "tier": tier,
                "accounts": int(here.sum()),
                "expected": float(chance.sum()),
                "sure": int((here & (chance >= SURE)).sum()),
                "potential_eur": float(known.loc[here, "potential_36m_eur"].sum()),
                "headroom_eur": float(known.loc[here, "headroom_eur"].sum()),
            }
        )
    by_tier = pd.DataFrame(rows)
    total = by_tier.sum().to_frame().T.assign(tier=0)
    whole = {"tier": "int64", "accounts": "int64", "sure": "int64"}
    return pd.concat([by_tier, total], ignore_index=True).astype(whole)


def tier_certainty_table(
    certainty: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR"
) -> pd.DataFrame:
    """Write how sure the tiers are as texts for readers.

    Parameters
    ----------
    certainty : DataFrame
        From `tier_certainty`.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    DataFrame
        Rows as given; columns carry their heading.

    Examples
    --------
    >>> row = {"tier": 1, "accounts": 58, "expected": 109.6, "sure": 30, "potential_eur": 5e7}
    >>> tier_certainty_table(pd.DataFrame([row | {"headroom_eur": 4e7}])).iloc[0].tolist()
    ['Tier 1', '58', '110', '30', '€50.0M', '€40.0M']
    """
    names = ("tier", "accounts", "expected", "sure", "potential", "headroom")
    heads = [locale.text(f"tier_certainty.{name}", sure=locale.percent(SURE, 0)) for name in names]
    largest = float(certainty["potential_eur"].max())
    texts = [_certainty_texts(row, locale, currency, largest) for row in certainty.to_dict("records")]
    return pd.DataFrame(texts, columns=heads).astype("str")


def _certainty_texts(
    row: dict[Hashable, Any], locale: Locale, currency: str, largest: float
) -> tuple[str, ...]:
    return (
        locale.text(f"tier.{row['tier']:.0f}"),
        *(locale.number(row[name]) for name in ("accounts", "expected", "sure")),
        *(
            locale.money(row[name], currency, compact=True, like=largest)
            for name in ("potential_eur", "headroom_eur")
        ),
    )


def headroom_table(
    headroom: pd.DataFrame,
    said: pd.DataFrame,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
    *,
    rows: int = 6,
) -> pd.DataFrame:
    """Write why the potential of the accounts with the most headroom is what it is.

    Parameters
    ----------
    headroom : DataFrame
        From `most_headroom`.
    said : DataFrame
        From `kamsim.scoring.say_explanations`.
    locale : Locale
    currency : str
        ISO code.
    rows : int
        How many accounts at most.

    Returns
    -------
    DataFrame
        Account, headroom and explanation, most headroom first. Accounts that disclosed their wallet are left
        out: nothing of theirs was learned that could be explained.

    Examples
    --------
    >>> headroom = pd.DataFrame({"account_id": ["x"], "name": ["X"], "headroom_eur": [2e5]})
    >>> said = pd.DataFrame({"account_id": ["x"], "target": ["potential"], "text": ["Potential ..."]})
    >>> headroom_table(headroom, said).iloc[0].tolist()
    ['X', '€200k', 'Potential ...']
    """
    told = said.loc[said["target"] == "potential", ["account_id", "text"]]
    known = headroom.merge(told, on="account_id", validate="1:1").head(rows)
    heads = [locale.text(f"headroom.{name}") for name in ("account", "headroom", "text")]
    money = [locale.money(x, currency, compact=True) for x in known["headroom_eur"]]
    cells = (known["name"].tolist(), money, known["text"].tolist())
    return pd.DataFrame(dict(zip(heads, cells, strict=True)), dtype="str")
