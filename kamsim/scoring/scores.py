"""From tables to scores: the one function that other rooms call."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamsim.config import Scenario
from kamsim.errors import SchemaError
from kamsim.schemas import ACCOUNTS, ASSESSMENT, EVENTS, HISTORY, OPPORTUNITIES, SCORES, check
from kamsim.scoring.churn import ChurnScores, score_churn
from kamsim.scoring.features import dated_features, lasting_features, standing_features
from kamsim.scoring.horizon import HORIZON_MONTHS
from kamsim.scoring.notes import ScoreNote
from kamsim.scoring.panel import record_panel
from kamsim.scoring.potential import PotentialScores, score_potential
from kamsim.scoring.rfm import panel_rfm
from kamsim.scoring.shrinkage import warn_if_small
from kamsim.scoring.staying import staying_probability


@dataclass(frozen=True)
class ScoreResult:
    """Scores of all accounts, how good the models are, and what a reader must know of them.

    Parameters
    ----------
    scores : DataFrame
        SCORES.
    assessment : DataFrame
        ASSESSMENT.
    notes : tuple of ScoreNote
    churn, potential
        The models with what they read and were checked on.
    """

    scores: pd.DataFrame
    assessment: pd.DataFrame
    notes: tuple[ScoreNote, ...]
    churn: ChurnScores
    potential: PotentialScores

    @property
    def verdicts(self) -> dict[str, str]:
        """What the checks came to, by model; without those that could not be checked."""
        found = {"churn": self.churn.check.assessment, "potential": self.potential.check.assessment}
        return {name: assessment.verdict for name, assessment in found.items() if assessment}


def score_accounts(
    accounts: pd.DataFrame,
    history: pd.DataFrame,
    opportunities: pd.DataFrame,
    scenario: Scenario,
    *,
    cutoff: pd.Timestamp,
    events: pd.DataFrame | None = None,
) -> ScoreResult:
    """Predict potential and churn of every account, with a baseline beside each.

    Parameters
    ----------
    accounts, history, opportunities : DataFrame
        ACCOUNTS (as of the cut-off), HISTORY, OPPORTUNITIES; rows in any order. History at or after the
        cut-off is not read.
    scenario : Scenario
        Horizon, priors and small-sample threshold in `scenario.scoring`; the attainable share's prior
        in `scenario.portfolio`, how wallets grow in `scenario.dynamics`.
    cutoff : Timestamp
        First day of the month after the recorded history.
    events : DataFrame, optional
        EVENTS; each counts from the day on which the account team learned of it.

    Returns
    -------
    ScoreResult

    Raises
    ------
    SchemaError
        When a table breaks its contract, or names an account that ACCOUNTS does not hold.
    ConfigError
        When the cut-off is no first day of a month.

    Warns
    -----
    SmallSampleWarning
        Under `scenario.scoring.small_sample` accounts.

    Examples
    --------
    >>> import warnings
    >>> from kamsim.errors import SmallSampleWarning
    >>> nobody = ACCOUNTS.empty(), HISTORY.empty(), OPPORTUNITIES.empty()
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", SmallSampleWarning)
    ...     result = score_accounts(*nobody, Scenario.load("base"), cutoff=pd.Timestamp("2026-01-01"))
    >>> len(result.scores), [note.key for note in result.notes][:1]
    (0, ['small_portfolio'])
    """
    accounts = check(accounts, ACCOUNTS)
    opportunities = check(opportunities, OPPORTUNITIES)
    history = check(history, HISTORY)
    events = None if events is None else check(events, EVENTS)
    _refuse_strangers("opportunities", opportunities, accounts)
    if events is not None:
        _refuse_strangers("events", events, accounts)
    panel = record_panel(accounts["account_id"].tolist(), history, cutoff)
    small = scenario.scoring.small_sample
    notes = (
        (ScoreNote("small_portfolio", {"accounts": len(accounts), "small_sample": small}),)
        if warn_if_small(len(accounts), small)
        else ()
    )
    features = (
        lasting_features(accounts)
        .join(standing_features(accounts))
        .join(dated_features(panel, opportunities, events))
    )
    churn = score_churn(panel, accounts, opportunities, scenario, events)
    potential = score_potential(accounts, features, scenario, panel_rfm(panel))
    stays = staying_probability(history, accounts, churn.probability, cutoff)
    checks = [one.check.table for one in (churn, potential) if len(one.check.table)]
    return ScoreResult(
        scores=check(_table(accounts, churn, potential, stays), SCORES),
        assessment=check(pd.concat(checks, ignore_index=True) if checks else ASSESSMENT.empty(), ASSESSMENT),
        notes=(*notes, *churn.notes, *potential.notes),
        churn=churn,
        potential=potential,
    )


def _table(
    accounts: pd.DataFrame, churn: ChurnScores, potential: PotentialScores, stays: np.ndarray
) -> pd.DataFrame:
    revenue = HORIZON_MONTHS * accounts["revenue_eur_per_month"].to_numpy()
    return pd.DataFrame(
        {
            "account_id": accounts["account_id"],
            "potential_36m_eur": potential.potential,
            "potential_low_eur": potential.low,
            "potential_high_eur": potential.high,
            "potential_baseline_eur": potential.baseline,
            "headroom_eur": np.maximum(potential.potential - revenue, 0.0),
            **{f"tier_{i + 1}_probability": potential.tiers[:, i] for i in range(3)},
            "churn_probability_12m": churn.probability,
            "churn_baseline": churn.baseline,
            "staying_probability_36m": stays,
        }
    )


def _refuse_strangers(name: str, table: pd.DataFrame, accounts: pd.DataFrame) -> None:
    strange = ~table["account_id"].isin(accounts["account_id"])
    if strange.any():
        account_id = table.loc[strange, "account_id"].iloc[0]
        raise SchemaError(f"table {name}: account_id {account_id!r} is not in table accounts")
