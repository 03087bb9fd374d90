"""Customers likelier to leave than their segment, and whether the hours to keep them are worth it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from kamsim.config import Scenario, ScoringSettings
from kamsim.measures.contribution import cost_per_hour
from kamsim.measures.record import MONTHS_A_YEAR

COLUMNS = [
    "account_id", "name", "segment", "revenue_eur_per_year", "churn_probability", "usual", "stake_eur",
    "care_eur", "is_worth",
]  # fmt: skip


@dataclass(frozen=True)
class Stake:
    """Contribution a year that is expected to be lost, with the interval of luck.

    Parameters
    ----------
    accounts : int
    mean_eur, low_eur, high_eur : float
    """

    accounts: int
    mean_eur: float
    low_eur: float
    high_eur: float


def usual_churn(baseline: pd.Series, segment: pd.Series, settings: ScoringSettings) -> pd.Series:
    """Return what is usual in an account's segment: its base rate, and at least the scenario's prior.

    In a small segment nobody may have left in the year on record: that is no rate to hold anybody against.

    Parameters
    ----------
    baseline : Series
        ``churn_baseline`` of SCORES.
    segment : Series
        Aligned with it.
    settings : ScoringSettings

    Examples
    --------
    >>> settings = Scenario.load("base").scoring
    >>> usual_churn(pd.Series([0.0, 0.5]), pd.Series(["strategic", "smb"]), settings).tolist()
    [0.08, 0.5]
    """
    return baseline.clip(lower=segment.map(lambda name: getattr(settings, f"prior_churn_{name}")))


def accounts_at_risk(
    accounts: pd.DataFrame, scores: pd.DataFrame, book: pd.DataFrame, scenario: Scenario
) -> pd.DataFrame:
    """List the customers likelier to leave within 12 months than is usual in their segment.

    Saving one is worth it where the contribution at stake (probability x a year's revenue x margin) is above
    what the AE hours of a year cost that the service level of its tier asks for: at best, since hours need
    not save it.

    Parameters
    ----------
    accounts, scores, book : DataFrame
        `ACCOUNTS`, `SCORES`, `BOOK`.
    scenario : Scenario
        Margin, hours and cost of an AE; prior churn.

    Returns
    -------
    DataFrame
        Most at stake first: account_id, name, segment, revenue_eur_per_year, churn_probability, usual
        (`usual_churn`), stake_eur, care_eur, is_worth.
    """
    settings = scenario.coverage
    told = (
        accounts[["account_id", "name", "segment"]]
        .assign(revenue_eur_per_year=MONTHS_A_YEAR * accounts["revenue_eur_per_month"])
        .merge(scores[["account_id", "churn_probability_12m", "churn_baseline"]], on="account_id")
        .merge(book[["account_id", "workload_hours"]], on="account_id")
        .rename(columns={"churn_probability_12m": "churn_probability"})
    )
    told["usual"] = usual_churn(told["churn_baseline"], told["segment"], scenario.scoring)
    told["stake_eur"] = settings.margin * told["revenue_eur_per_year"] * told["churn_probability"]
    told["care_eur"] = MONTHS_A_YEAR * told["workload_hours"] * cost_per_hour("AE", settings)
    told["is_worth"] = told["stake_eur"] > told["care_eur"]
    above = told[(told["revenue_eur_per_year"] > 0) & (told["churn_probability"] > told["usual"])]
    return above.sort_values(["stake_eur", "account_id"], ascending=[False, True], ignore_index=True)[COLUMNS]


def contribution_at_stake(at_risk: pd.DataFrame, *, confidence: float = 0.95) -> Stake:
    """Add up what is expected to be lost within a year, with the interval of who happens to leave.

    Accounts leave independently of each other; the doubt about the probabilities themselves is left out.

    Parameters
    ----------
    at_risk : DataFrame
        From `accounts_at_risk`.
    confidence : float

    Examples
    --------
    >>> one = pd.DataFrame({"stake_eur": [50.0], "churn_probability": [0.5]})
    >>> contribution_at_stake(one)
    Stake(accounts=1, mean_eur=50.0, low_eur=0.0, high_eur=100.0)
    """
    stake, chance = at_risk["stake_eur"].to_numpy(), at_risk["churn_probability"].to_numpy()
    whole = stake / chance
    spread = float(np.sqrt((chance * (1 - chance) * whole**2).sum()))
    half = float(stats.norm.ppf((1 + confidence) / 2)) * spread
    mean = float(stake.sum())
    return Stake(len(at_risk), mean, max(mean - half, 0.0), min(mean + half, float(whole.sum())))
