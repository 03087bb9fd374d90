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

from kamsim.config import Scenario
from kamsim.schemas import ASSESSMENT
from kamsim.scoring.check import Check, check_held_out
from kamsim.scoring.churn_classifier import FEWEST_OF_A_CLASS, ChurnClassifier
from kamsim.scoring.features import dated_features, families, lasting_features
from kamsim.scoring.forward_folds import FORWARD
from kamsim.scoring.held_out import HeldOut
from kamsim.scoring.horizon import YEAR
from kamsim.scoring.labels import ACTIVE_MONTHS, Rhythm, customers, find_rhythm, labelled_months, leavers
from kamsim.scoring.losses import log_losses, paired_gain, share_error
from kamsim.scoring.measured import Beside
from kamsim.scoring.notes import ScoreNote
from kamsim.scoring.panel import Panel
from kamsim.scoring.prior_column import PRIOR
from kamsim.scoring.quiet import quietly
from kamsim.scoring.rfm import panel_rfm
from kamsim.scoring.shrinkage import credibility, prior_churn, rescale

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Examples:
    """Labelled customers, one row an account and cut-off.

    Parameters
    ----------
    features : DataFrame
        By account: what was known at the cut-off, and the prior's probability.
    left : array of bool, shape (rows,)
    month : array, shape (rows,)
        The cut-off, in months of history.
    family : array of str, shape (rows,)
        The account, or its parent.
    revenue : array, shape (rows,)
        EUR a month over the year before the cut-off.
    rfm : array, shape (rows,)
        Recency, frequency and monetary value as of the cut-off, read as one number.
    """

    features: pd.DataFrame
    left: NDArray[np.bool_]
    month: Floats
    family: NDArray[np.str_]
    revenue: Floats
    rfm: Floats

    @property
    def accounts(self) -> int:
        """Number of different accounts."""
        return int(self.features.index.nunique())

    def at(self, rows: NDArray[np.bool_]) -> Examples:
        """Return some of the rows."""
        return Examples(
            self.features[rows],
            self.left[rows],
            self.month[rows],
            self.family[rows],
            self.revenue[rows],
            self.rfm[rows],
        )


@dataclass(frozen=True)
class ChurnModel:
    """A fitted model with the base rates beside it; `classifier` is None where only rates were learned."""

    classifier: ChurnClassifier | None
    rates: dict[str, float]
    weight: float

    def predict(self, features: pd.DataFrame) -> Floats:
        """Return the probability of leaving within the churn horizon, shrunk to the prior."""
        if self.classifier is not None and len(features):
            return np.asarray(self.classifier.predict_proba(features)[:, 1])
        prior = features[PRIOR].to_numpy("float64")
        return np.asarray(self.weight * self.base_rate(features) + (1 - self.weight) * prior)

    def base_rate(self, features: pd.DataFrame) -> Floats:
        """Return the baseline: the share of each account's segment that left, the prior where unseen."""
        return np.asarray(features["segment"].map(self.rates).fillna(features[PRIOR]), dtype="float64")


@dataclass(frozen=True)
class ChurnScores:
    """Churn within 12 months by account (sorted by id), and what it rests on.

    Parameters
    ----------
    probability, baseline : array, shape (accounts,)
        0 for an account without revenue today, which has nothing to leave.
    model : ChurnClassifier or None
        None where only rates were learned.
    features : DataFrame
        What the model reads of all accounts today.
    examples : Examples or None
        What it was learned from.
    check : Check
    notes : tuple of ScoreNote
    """

    probability: Floats
    baseline: Floats
    model: ChurnClassifier | None
    features: pd.DataFrame
    examples: Examples | None
    check: Check
    notes: tuple[ScoreNote, ...]


def score_churn(
    panel: Panel,
    accounts: pd.DataFrame,
    opportunities: pd.DataFrame,
    scenario: Scenario,
    events: pd.DataFrame | None = None,
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
    events : DataFrame, optional
        EVENTS.

    Returns
    -------
    ChurnScores
        Probabilities over 12 months, from the churn horizon at a constant hazard.
    """
    horizon = scenario.scoring.churn_horizon_months
    rhythm = find_rhythm(panel)
    examples = label_customers(panel, accounts, opportunities, scenario, events)
    learned = examples if len(examples.left) else None
    model = ChurnModel(None, {}, 0.0) if learned is None else fit_churn(learned, scenario)
    check, verdict = check_forward(examples, scenario)

    today = churn_features(panel, accounts, opportunities, events, scenario)
    is_customer = accounts["revenue_eur_per_month"].to_numpy() > 0
    return ChurnScores(
        probability=np.where(is_customer, rescale(model.predict(today), horizon, YEAR), 0.0),
        baseline=np.where(is_customer, rescale(model.base_rate(today), horizon, YEAR), 0.0),
        model=model.classifier,
        features=today,
        examples=learned,
        check=check,
        notes=(*_say_how(panel, rhythm, learned, model, scenario), *verdict),
    )


def label_customers(
    panel: Panel,
    accounts: pd.DataFrame,
    opportunities: pd.DataFrame,
    scenario: Scenario,
    events: pd.DataFrame | None = None,
) -> Examples:
    """Gather customers at past cut-offs with what was known of them then, and whether they left.

    Parameters as in `score_churn`. Cut-offs rise; there are no rows where the history is too short to know
    what followed.
    """
    horizon, rhythm = scenario.scoring.churn_horizon_months, find_rhythm(panel)
    family = families(accounts)
    parts = []
    for month in labelled_months(panel.months, horizon):
        past = panel.before(month)
        rows = customers(panel, month, rhythm)
        parts.append(
            Examples(
                churn_features(past, accounts, opportunities, events, scenario)[rows],
                leavers(panel, month, horizon, rhythm)[rows],
                np.full(int(rows.sum()), float(month)),
                family[rows],
                past.revenue[rows, -YEAR:].mean(axis=1),
                panel_rfm(past)[rows],
            )
        )
    if not parts:
        nothing = churn_features(panel, accounts, opportunities, events, scenario).iloc[:0]
        none = np.empty(0)
        return Examples(nothing, none.astype(bool), none, none.astype(np.str_), none, none)
    arrays = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("left", "month", "family", "revenue", "rfm")
    )
    return Examples(pd.concat([part.features for part in parts]), *arrays)


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
    segments = examples.features["segment"].to_numpy()
    left = pd.Series(examples.left).groupby(segments)
    prior = examples.features[PRIOR].groupby(segments).mean()
    shares = (left.sum() + prior) / (left.size() + 1)
    rates = {str(segment): float(share) for segment, share in shares.items()}
    if min(examples.left.sum(), (~examples.left).sum()) < FEWEST_OF_A_CLASS:
        return ChurnModel(None, rates, credibility(examples.accounts, scenario.scoring.small_sample))
    classifier = ChurnClassifier(
        horizon_months=scenario.scoring.churn_horizon_months,
        prior_rate=PRIOR,
        small_sample=scenario.scoring.small_sample,
    )
    with quietly():
        classifier.fit(examples.features, examples.left, time=examples.month, groups=examples.features.index)
    return ChurnModel(classifier, rates, classifier.weight_)


def check_forward(examples: Examples, scenario: Scenario) -> tuple[Check, tuple[ScoreNote, ...]]:
    """Hold out the latest cut-off, train on label windows that ended by then, measure and judge.

    Parameters
    ----------
    examples : Examples
    scenario : Scenario

    Returns
    -------
    check : Check
        Empty where the history is too short to look ahead twice. The baselines are the base rate of the
        segment, past revenue and RFM; families are drawn whole by the intervals.
    verdict : tuple of ScoreNote
        Whether the model beats the base rate by more than chance gives, and whether its probabilities
        were off on the whole.
    """
    latest = examples.month.max(initial=0.0)
    past = examples.month + scenario.scoring.churn_horizon_months <= latest
    if not past.any():
        return Check(ASSESSMENT.empty()), (ScoreNote("churn_unchecked"),)
    test = examples.at(examples.month == latest)
    learned = examples.at(past)
    model = fit_churn(learned, scenario)
    probability, base_rate = model.predict(test.features), model.base_rate(test.features)
    losses, plain = (log_losses(test.left, said) for said in (probability, base_rate))
    gain = paired_gain(losses, plain, test.family)
    key = "churn_better" if gain.beyond_noise else "churn_not_better"
    rows, left = len(test.left), int(test.left.sum())
    notes = [ScoreNote(key, {"rows": rows, "left": left, "gain": gain.share})]
    if left in (0, rows):
        return Check(ASSESSMENT.empty()), tuple(notes)
    held_out = HeldOut(
        rows=np.arange(rows),
        happened=test.left.astype("float64"),
        predicted=probability,
        base=base_rate,
        block=np.zeros(rows, dtype=np.int64),
        low=np.full(rows, np.nan),
        high=np.full(rows, np.nan),
    )
    clusters = np.unique(test.family, return_inverse=True)[1].astype(np.int64)
    beside = Beside(test.revenue, rfm=test.rfm, clusters=clusters)
    error = 100 * share_error(learned.left, learned.family)
    check = check_held_out("churn", held_out, beside, kind=FORWARD, classify=True, learned_error=error)
    if check.assessment and check.assessment.drifted:
        happened = {"predicted": float(probability.mean()), "happened": float(test.left.mean())}
        notes.append(ScoreNote("churn_drifted", happened))
    return check, tuple(notes)


def churn_features(
    panel: Panel,
    accounts: pd.DataFrame,
    opportunities: pd.DataFrame,
    events: pd.DataFrame | None,
    scenario: Scenario,
) -> pd.DataFrame:
    """Gather what a churn model reads of all accounts at the panel's cut-off: of its own book or of another.

    Parameters as in `score_churn`.

    Returns
    -------
    DataFrame
        One row an account, by sorted ``account_id``: lasting and dated features, and the prior's probability.
    """
    features = lasting_features(accounts).join(dated_features(panel, opportunities, events))
    return features.assign(**{PRIOR: prior_churn(features["segment"], scenario)})


def _say_how(
    panel: Panel, rhythm: Rhythm, examples: Examples | None, model: ChurnModel, scenario: Scenario
) -> tuple[ScoreNote, ...]:
    """Say which definition of leaving was taken and what the model rests on."""
    horizon = scenario.scoring.churn_horizon_months
    how = ScoreNote(
        "churn_recurring" if rhythm.recurring else "churn_transactional",
        {"steady": rhythm.steady_share, "active": ACTIVE_MONTHS, "horizon": horizon},
    )
    if examples is None:
        return how, ScoreNote("churn_from_prior", {"months": panel.months, "horizon": horizon})
    values = {
        "rows": len(examples.left),
        "accounts": examples.accounts,
        "cutoffs": len(np.unique(examples.month)),
        "left": int(examples.left.sum()),
    }
    learned = ScoreNote("churn_learned" if model.classifier else "churn_rates_only", values)
    if model.weight == 1:
        return how, learned
    return how, learned, ScoreNote("churn_shrunk", {"accounts": examples.accounts, "weight": model.weight})
