"""Accounts and opportunities laid out for the scorecards: what the CRM knows, in the cards' columns.

A card reads columns and learns nothing (`scorecards`); what its criteria mean in kamsim's tables stands here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from kamsim.schemas import ACCOUNTS, MEDDIC, OPPORTUNITIES, SCORES, check
from kamsim.scoring.scorecards import Scorecard, rank_disagreement

LETTERS = len(MEDDIC)
LEVEL = 0.95


@dataclass(frozen=True)
class Qualification:
    """What the cards say of every account, beside the learned potential.

    Parameters
    ----------
    accounts : DataFrame
        By account, sorted by id: account_id, icp and icp_known, account_score and account_score_known (points
        from 0 to 100; share of the weight that is known), potential_36m_eur, and the rank of each score from
        0 (lowest) to 1: icp_rank, account_rank, potential_rank.
    icp, account : DataFrame
        The cards criterion by criterion, as `Scorecard.score` gives them.
    disagreement : dict of str to float
        Of each card with the learned potential: 1 less the rank correlation.
    """

    accounts: pd.DataFrame
    icp: pd.DataFrame
    account: pd.DataFrame
    disagreement: dict[str, float]


def qualify_accounts(
    accounts: pd.DataFrame, scores: pd.DataFrame, priority_industries: Sequence[str] = ()
) -> Qualification:
    """Score accounts by the ICP grid (D-ICP-1) and the multi-criteria card (D-SCO-1).

    Parameters
    ----------
    accounts, scores : DataFrame
        ACCOUNTS and SCORES.
    priority_industries : sequence of str
        Which industries the company wants to sell to; that is its choice, no data tell it.

    Returns
    -------
    Qualification
        Strategic fit, which the account card asks for, is what the ICP grid gives.

    Examples
    --------
    >>> qualify_accounts(ACCOUNTS.empty(), SCORES.empty()).accounts.empty
    True
    """
    accounts, scores = check(accounts, ACCOUNTS), check(scores, SCORES)
    known = accounts.merge(scores[["account_id", "potential_36m_eur"]], on="account_id", validate="1:1")
    industry = known["industry"]
    wanted = industry.isin(list(priority_industries)).astype("boolean").mask(industry.isna())
    icp = Scorecard.load("icp").score(known.assign(priority_industry=wanted))
    fit = (icp["score"] / 100).where(icp["known"] > 0)
    account = Scorecard.load("account").score(known.assign(strategic_fit=fit))
    table = pd.DataFrame(
        {
            "account_id": known["account_id"],
            "icp": icp["score"],
            "icp_known": icp["known"],
            "account_score": account["score"],
            "account_score_known": account["known"],
            "potential_36m_eur": known["potential_36m_eur"],
        }
    )
    ranks = {"icp": "icp", "account": "account_score", "potential": "potential_36m_eur"}
    table = table.assign(**{f"{name}_rank": table[column].rank(pct=True) for name, column in ranks.items()})
    disagreement = {
        name: rank_disagreement(table[column], table["potential_36m_eur"])
        for name, column in list(ranks.items())[:2]
    }
    return Qualification(table, icp, account, disagreement)


def qualify_opportunities(opportunities: pd.DataFrame) -> pd.DataFrame:
    """Score open opportunities by MEDDIC completeness (D-MED-1).

    Parameters
    ----------
    opportunities : DataFrame
        OPPORTUNITIES.

    Returns
    -------
    DataFrame
        One row an open opportunity, renewals apart, sorted by id: opportunity_id, account_id, stage,
        amount_eur, a flag a letter, letters (how many are known to hold) and score (0 to 100).

    Examples
    --------
    >>> list(qualify_opportunities(OPPORTUNITIES.empty()))[-2:]
    ['letters', 'score']
    """
    deals = check(opportunities, OPPORTUNITIES)
    deals = deals[(deals["status"] == "open") & (deals["kind"] != "renewal").fillna(True)]
    card = Scorecard.load("meddic").score(deals)
    columns = ["opportunity_id", "account_id", "stage", "amount_eur", *MEDDIC]
    letters = deals[list(MEDDIC)].fillna(False).sum(axis=1).astype("int64")
    return deals[columns].assign(letters=letters, score=card["score"]).reset_index(drop=True)


def won_by_letters(opportunities: pd.DataFrame) -> pd.DataFrame:
    """Count how often closed opportunities were won, by how many MEDDIC letters were known.

    Parameters
    ----------
    opportunities : DataFrame
        OPPORTUNITIES; those of which no letter is recorded, and renewals, are left out.

    Returns
    -------
    DataFrame
        By letters, 0 to 6, those that occur: letters, closed, won_share, low, high (95 %, Clopper & Pearson
        1934). Letters are as of the closing: opportunities that live longer come to know more of them, so
        this is no proof that letters win.

    Examples
    --------
    >>> list(won_by_letters(OPPORTUNITIES.empty()))
    ['letters', 'closed', 'won_share', 'low', 'high']
    """
    deals = check(opportunities, OPPORTUNITIES)
    closed = deals["status"].isin(["won", "lost"]) & (deals["kind"] != "renewal").fillna(True)
    told = deals[list(MEDDIC)].notna().any(axis=1)
    rows = deals[closed & told]
    letters = rows[list(MEDDIC)].fillna(False).sum(axis=1).astype("int64")
    grouped = (rows["status"] == "won").groupby(letters.to_numpy())
    won, count = grouped.sum().to_numpy("float64"), grouped.size().to_numpy("float64")
    low = np.where(won > 0, stats.beta.ppf((1 - LEVEL) / 2, won, count - won + 1), 0.0)
    high = np.where(won < count, stats.beta.ppf((1 + LEVEL) / 2, won + 1, count - won), 1.0)
    return pd.DataFrame(
        {
            "letters": np.asarray(list(grouped.groups), dtype="int64"),
            "closed": count.astype("int64"),
            "won_share": won / np.maximum(count, 1),
            "low": low,
            "high": high,
        }
    )
