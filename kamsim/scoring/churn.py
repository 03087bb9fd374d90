"""Probability that a customer leaves: learned at past cut-offs, checked forward in time.

Training rows are customers at cut-offs in the past, with features as of the cut-off and labels from the
months that follow. The check holds out the latest labelled cut-off and trains on those whose label
windows had ended by then; the delivered model is then fitted on all labelled cut-offs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from kamsim.config import Scenario
from kamsim.schemas import ASSESSMENT
from kamsim.scoring.assessment import assess_churn, log_losses, paired_gain
from kamsim.scoring.features import dated_features, lasting_features
from kamsim.scoring.labels import ACTIVE_MONTHS, Rhythm, customers, find_rhythm, labelled_months, leavers
from kamsim.scoring.notes import ScoreNote
from kamsim.scoring.panel import Panel
from kamsim.scoring.pipeline import churn_pipeline
from kamsim.scoring.shrinkage import YEAR, credibility, prior_churn, rescale, weight_of

FEWEST_OF_A_CLASS = 5
"""With fewer leavers (or stayers) than this among the training rows, only rates are estimated."""


@dataclass(frozen=True)
class Examples:
    """Labelled customers, one row an account and cut-off; `features` is indexed by account."""

    features: pd.DataFrame
    left: NDArray[np.bool_]

    @property
    def accounts(self) -> int:
        """Number of different accounts."""
        return int(self.features.index.nunique())


@dataclass(frozen=True)
class ChurnModel:
    """A fitted model with the base rates beside it; `pipeline` is None where only rates were learned."""

    pipeline: Pipeline | None
    rates: dict[str, float]
    weight: float
    scenario: Scenario

    def predict(self, features: pd.DataFrame) -> NDArray[np.float64]:
        """Return the probability of leaving within the churn horizon, shrunk to the prior."""
        if self.pipeline is None or features.empty:
            learned = self.base_rate(features)
        else:
            learned = self.pipeline.predict_proba(features)[:, 1]
        prior = prior_churn(features["segment"], self.scenario)
        return np.asarray(self.weight * learned + (1 - self.weight) * prior)

    def base_rate(self, features: pd.DataFrame) -> NDArray[np.float64]:
        """Return the baseline: the share of each account's segment that left, the prior where unseen."""
        prior = pd.Series(prior_churn(features["segment"], self.scenario), index=features.index)
        return np.asarray(features["segment"].map(self.rates).fillna(prior), dtype="float64")


@dataclass(frozen=True)
class ChurnScores:
    """Churn within 12 months by account (sorted by id), its baseline, the check and remarks."""

    probability: NDArray[np.float64]
    baseline: NDArray[np.float64]
    assessment: pd.DataFrame
    notes: tuple[ScoreNote, ...]


def score_churn(
    panel: Panel, accounts: pd.DataFrame, opportunities: pd.DataFrame, scenario: Scenario
) -> ChurnScores:
    """Learn churn from past cut-offs and predict it at the panel's cut-off.

    Parameters
    ----------
    panel : Panel
        History before the cut-off.
    accounts : DataFrame
        ACCOUNTS, sorted by id. Current revenue says who is a customer today; beyond that only
        attributes that last are read.
    opportunities : DataFrame
        OPPORTUNITIES.
    scenario : Scenario

    Returns
    -------
    ChurnScores
        Probabilities over 12 months, from the churn horizon at a constant hazard; 0 for an account
        without revenue today, which has nothing to leave.
    """
    horizon = scenario.scoring.churn_horizon_months
    rhythm = find_rhythm(panel)
    examples = {
        month: _examples(panel, accounts, opportunities, month, rhythm, horizon)
        for month in labelled_months(panel.months, horizon)
    }
    examples = {month: found for month, found in examples.items() if len(found.left)}
    model = fit_churn(_join(list(examples.values())), scenario) if examples else None
    assessment, verdict = check_forward(examples, scenario)

    today = _features(panel, accounts, opportunities)
    is_customer = accounts["revenue_eur_per_month"].to_numpy() > 0
    model = model or ChurnModel(None, {}, 0.0, scenario)
    return ChurnScores(
        probability=np.where(is_customer, rescale(model.predict(today), horizon, YEAR), 0.0),
        baseline=np.where(is_customer, rescale(model.base_rate(today), horizon, YEAR), 0.0),
        assessment=assessment,
        notes=(*_say_how(panel, rhythm, examples, model), *verdict),
    )


def fit_churn(examples: Examples, scenario: Scenario) -> ChurnModel:
    """Fit the model, or base rates alone where one of the classes is next to empty.

    Parameters
    ----------
    examples : Examples
        At least one row.
    scenario : Scenario

    Returns
    -------
    ChurnModel
        Base rates count one pseudo-customer of the prior, so that no segment is called immortal. Rates
        without a model always lean on the prior with `small_sample` accounts.
    """
    segments = examples.features["segment"]
    prior = pd.Series(prior_churn(segments, scenario), index=segments.index)
    left = pd.Series(examples.left, index=segments.index).groupby(segments)
    shares = (left.sum() + prior.groupby(segments).mean()) / (left.size() + 1)
    rates = {str(segment): float(share) for segment, share in shares.items()}
    small_sample = scenario.scoring.small_sample
    if min(examples.left.sum(), (~examples.left).sum()) < FEWEST_OF_A_CLASS:
        return ChurnModel(None, rates, credibility(examples.accounts, small_sample), scenario)
    pipeline = churn_pipeline(examples.features).fit(examples.features, examples.left)
    return ChurnModel(pipeline, rates, weight_of(examples.accounts, small_sample), scenario)


def check_forward(
    examples: dict[int, Examples], scenario: Scenario
) -> tuple[pd.DataFrame, tuple[ScoreNote, ...]]:
    """Hold out the latest cut-off, train on label windows that ended by then, measure and judge.

    Parameters
    ----------
    examples : dict of int to Examples
        By cut-off, in months of history, rising.
    scenario : Scenario

    Returns
    -------
    assessment : DataFrame
        ASSESSMENT; no rows where the history is too short to look ahead twice.
    verdict : tuple of ScoreNote
        Whether the model beats the base rate by more than chance gives.
    """
    horizon = scenario.scoring.churn_horizon_months
    held_out = max(examples, default=0)
    past = [found for month, found in examples.items() if month + horizon <= held_out]
    if not past:
        return ASSESSMENT.empty(), (ScoreNote("churn_unchecked"),)
    test = examples[held_out]
    model = fit_churn(_join(past), scenario)
    probability, base_rate = model.predict(test.features), model.base_rate(test.features)
    gain = paired_gain(log_losses(test.left, probability), log_losses(test.left, base_rate))
    key = "churn_better" if gain.beyond_noise else "churn_not_better"
    values = {"rows": len(test.left), "left": int(test.left.sum()), "gain": gain.share}
    return assess_churn(test.left, probability, base_rate), (ScoreNote(key, values),)


def _features(panel: Panel, accounts: pd.DataFrame, opportunities: pd.DataFrame) -> pd.DataFrame:
    return lasting_features(accounts).join(dated_features(panel, opportunities))


def _examples(
    panel: Panel,
    accounts: pd.DataFrame,
    opportunities: pd.DataFrame,
    month: int,
    rhythm: Rhythm,
    horizon: int,
) -> Examples:
    rows = customers(panel, month, rhythm)
    features = _features(panel.before(month), accounts, opportunities)
    return Examples(features[rows], leavers(panel, month, horizon, rhythm)[rows])


def _join(examples: list[Examples]) -> Examples:
    return Examples(pd.concat([e.features for e in examples]), np.concatenate([e.left for e in examples]))


def _say_how(
    panel: Panel, rhythm: Rhythm, examples: dict[int, Examples], model: ChurnModel
) -> tuple[ScoreNote, ...]:
    """Say which definition of leaving was taken and what the model rests on."""
    horizon = model.scenario.scoring.churn_horizon_months
    how = ScoreNote(
        "churn_recurring" if rhythm.recurring else "churn_transactional",
        {"steady": rhythm.steady_share, "active": ACTIVE_MONTHS, "horizon": horizon},
    )
    if not examples:
        return how, ScoreNote("churn_from_prior", {"months": panel.months, "horizon": horizon})
    rows = _join(list(examples.values()))
    values = {
        "rows": len(rows.left),
        "accounts": rows.accounts,
        "cutoffs": len(examples),
        "left": int(rows.left.sum()),
    }
    learned = ScoreNote("churn_learned" if model.pipeline else "churn_rates_only", values)
    if model.weight == 1:
        return how, learned
    return how, learned, ScoreNote("churn_shrunk", {"accounts": rows.accounts, "weight": model.weight})
