"""Qualification as tables of texts: what the cards' criteria are worth, where they err, what deals lack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import segment_name
from kamsim.schemas import MEDDIC
from kamsim.scoring import rank_disagreement

if TYPE_CHECKING:
    from kamsim.scoring import Qualification

Card = Literal["icp", "account"]

BUYER = "economic_buyer"
FEW = 6


def criteria_table(qualification: Qualification, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write how far each criterion of the cards orders accounts as learned potential does.

    Parameters
    ----------
    qualification : Qualification
        From `kamsim.scoring.qualify_accounts`.
    locale : Locale

    Returns
    -------
    DataFrame
        Each card as a whole, then its criteria: card, criterion, mean points of 100, rank correlation with
        potential (a dash where all accounts have the same points).

    Examples
    --------
    >>> from kamsim.schemas import ACCOUNTS, SCORES
    >>> from kamsim.scoring import qualify_accounts
    >>> table = criteria_table(qualify_accounts(ACCOUNTS.empty(), SCORES.empty()))
    >>> table["Criterion"].tolist()[:3], len(table)
    (['All together', 'Firm revenue', 'Headcount'], 12)
    """
    potential = qualification.accounts["potential_36m_eur"]
    heads = [locale.text(f"criteria.{name}") for name in ("card", "criterion", "points", "agreement")]
    cards = {"icp": qualification.icp, "account": qualification.account}
    rows = [
        (
            locale.text(f"card_name.{card}"),
            locale.text(f"criterion.{criterion}"),
            locale.number(points[criterion].mean(), 1),
            locale.number(1 - rank_disagreement(points[criterion], potential), 2),
        )
        for card, points in cards.items()
        for criterion in ("score", *points.columns.drop(["score", "known"]))
    ]
    return pd.DataFrame(rows, columns=heads).astype("str")


def disagreement_table(
    qualification: Qualification,
    accounts: pd.DataFrame,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
    *,
    card: Card = "icp",
    each: int = 4,
) -> pd.DataFrame:
    """Write the accounts that a card and the learned potential place furthest apart, in both directions.

    Parameters
    ----------
    qualification : Qualification
        From `kamsim.scoring.qualify_accounts`.
    accounts : DataFrame
        ACCOUNTS, for names and segments.
    locale : Locale
    currency : str
        ISO code.
    card : {"icp", "account"}
    each : int
        How many accounts in either direction.

    Returns
    -------
    DataFrame
        First those that the card places too high, then those it places too low, furthest first: account,
        segment, potential, places by potential and by card (1 = first), the card's points by criterion.

    Examples
    --------
    >>> from kamsim.schemas import ACCOUNTS, SCORES
    >>> from kamsim.scoring import qualify_accounts
    >>> qualified = qualify_accounts(ACCOUNTS.empty(), SCORES.empty())
    >>> disagreement_table(qualified, ACCOUNTS.empty()).columns.tolist()[:5]
    ['Account', 'Segment', 'Potential, 3 years', 'Place by potential', 'Place by card']
    """
    points = {"icp": qualification.icp, "account": qualification.account}[card]
    ranks = qualification.accounts
    gap = ranks[f"{card}_rank"] - ranks["potential_rank"]
    order = ranks.assign(gap=gap).sort_values(["gap", "account_id"], ascending=[False, True]).index
    high, low = order[: min(each, len(order) // 2)], order[::-1][: min(each, len(order) // 2)]
    named = accounts.set_index("account_id")
    score = {"icp": "icp", "account": "account_score"}[card]
    places = ranks[["potential_36m_eur", score]].rank(ascending=False, method="min")
    criteria = list(points.columns.drop(["score", "known"]))
    columns = ("account", "segment", "potential", "by_potential", "by_card")
    heads = [locale.text(f"disagreement.{name}") for name in columns]
    heads += [locale.text(f"criterion.{name}") for name in criteria]
    rows = [
        (
            named["name"][ranks["account_id"][i]],
            segment_name(named["segment"][ranks["account_id"][i]], locale),
            locale.money(ranks["potential_36m_eur"][i], currency, compact=True),
            *(locale.number(places[name][i]) for name in ("potential_36m_eur", score)),
            *(locale.number(points[name][i]) for name in criteria),
        )
        for i in [*high, *low]
    ]
    return pd.DataFrame(rows, columns=heads).astype("str")


def state_missing_buyer(deals: pd.DataFrame, locale: Locale = ENGLISH) -> str:
    """Say how many open opportunities lack the Economic Buyer, and how much of the amount they are.

    Parameters
    ----------
    deals : DataFrame
        From `kamsim.scoring.qualify_opportunities`.
    locale : Locale

    Returns
    -------
    str
        One sentence; another one where no letter is on record, or nothing is open.

    Examples
    --------
    >>> from kamsim.schemas import OPPORTUNITIES
    >>> from kamsim.scoring import qualify_opportunities
    >>> state_missing_buyer(qualify_opportunities(OPPORTUNITIES.empty()))
    'No opportunity is open'
    """
    if deals.empty:
        return locale.text("missing_buyer.nothing_open")
    if not deals[list(MEDDIC)].notna().any(axis=None):
        return locale.text("missing_buyer.not_recorded", deals=locale.number(len(deals)))
    lacking = ~deals[BUYER].fillna(False).astype(bool)
    amount = deals["amount_eur"]
    return locale.text(
        "missing_buyer.found",
        lacking=locale.number(lacking.sum()),
        deals=locale.number(len(deals)),
        share=locale.percent(amount[lacking].sum() / amount.sum() if amount.sum() > 0 else float("nan"), 0),
    )


def missing_buyer_table(
    deals: pd.DataFrame,
    accounts: pd.DataFrame,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
    *,
    rows: int = FEW,
) -> pd.DataFrame:
    """Write the largest open opportunities that lack the Economic Buyer.

    Parameters
    ----------
    deals : DataFrame
        From `kamsim.scoring.qualify_opportunities`.
    accounts : DataFrame
        ACCOUNTS, for names.
    locale : Locale
    currency : str
        ISO code.
    rows : int
        How many at most.

    Returns
    -------
    DataFrame
        Account, stage, amount, letters known of six and which, largest amount first. Empty where no letter
        of any opportunity is on record: `state_missing_buyer` says so.

    Examples
    --------
    >>> from kamsim.schemas import ACCOUNTS, OPPORTUNITIES
    >>> from kamsim.scoring import qualify_opportunities
    >>> missing_buyer_table(qualify_opportunities(OPPORTUNITIES.empty()), ACCOUNTS.empty()).empty
    True
    """
    flags = deals[list(MEDDIC)]
    lacking = ~flags[BUYER].fillna(False).astype(bool) & flags.notna().any(axis=1)
    shown = deals[lacking].sort_values(["amount_eur", "opportunity_id"], ascending=[False, True]).head(rows)
    names = accounts.set_index("account_id")["name"]
    heads = [
        locale.text(f"missing_buyer.{name}") for name in ("account", "stage", "amount", "letters", "known")
    ]
    missing = locale.text("format.missing")
    texts = [
        (
            names[deal["account_id"]],
            deal["stage"] if pd.notna(deal["stage"]) else missing,
            locale.money(deal["amount_eur"], currency, compact=True),
            locale.number(deal["letters"]),
            locale.text("format.list_separator").join(
                locale.text(f"criterion.{letter}") for letter in MEDDIC if deal[letter] is True
            )
            or missing,
        )
        for deal in shown.to_dict("records")
    ]
    return pd.DataFrame(texts, columns=heads).astype("str")
