"""`assess`: is a model right on rows it has not seen, how sure is that, and does something leak into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import is_classifier, is_regressor

from kamsim.errors import FeatureError
from kamsim.scoring.assessed_table import AssessedTable, read_assessed
from kamsim.scoring.availability import dates_after, join_as_of
from kamsim.scoring.baselines import COLUMNS as BESIDE
from kamsim.scoring.baselines import compare_baselines
from kamsim.scoring.campaign_profit import CampaignCost
from kamsim.scoring.forward_folds import (
    FORWARD,
    GROUPED,
    RANDOM,
    Fold,
    forward_folds,
    group_folds,
    random_folds,
)
from kamsim.scoring.held_out import HeldOut, predict_held_out
from kamsim.scoring.leak_guard import (
    as_folds,
    key_suspicions,
    late_suspicions,
    skill_suspicions,
    split_suspicions,
    table_suspicions,
)
from kamsim.scoring.measured import Beside, by_name, measure_table
from kamsim.scoring.suspicion import Suspicion
from kamsim.scoring.weighing import NO_SIGNAL, Verdict, against_random, is_better, judge, unbeaten
from kamsim.streams import sklearn_seed, stream

HORIZON = 12
"""Months that a churn label takes by default."""

FOLDS = 5
RESAMPLES = 300
MEASURED = ["measure", "value", "low", "high", "baseline", "interval", "rows", "folds"]
PREDICTED = ["row", "happened", "predicted", "base", "block", "low", "high"]
COVERAGE = 0.9


@dataclass(frozen=True)
class Assessment:
    """What `assess` found.

    Parameters
    ----------
    measures : DataFrame
        Columns measure, value, low, high, baseline, interval, rows, folds.
    verdict : {"useful", "no signal", "suspected leak"}
    suspicions : tuple of Suspicion
        Findings of the leak guard and of the comparisons, alarms first.
    predictions : DataFrame
        Of each row held out: row (its place in the table by index), happened, predicted, base, block,
        low, high.
    drifted : bool
        Whether, forward in time, predictions are off on the whole by more than chance and two points.
    baselines : DataFrame
        Where past spend, RFM scores or costs are given, the model beside them on the same rows: columns
        measure, baseline, value (the baseline's), lead (the model's over it), low, high (of the lead),
        interval.
    """

    measures: pd.DataFrame
    verdict: Verdict
    suspicions: tuple[Suspicion, ...]
    predictions: pd.DataFrame
    drifted: bool
    baselines: pd.DataFrame

    @property
    def evidence(self) -> tuple[str, ...]:
        """The sentences that the verdict rests on."""
        return tuple(s.sentence for s in self.suspicions)

    @classmethod
    def nothing(cls, why: str) -> Assessment:
        r"""Make an assessment without rows, whose evidence says why nothing could be assessed.

        Examples
        --------
        >>> Assessment.nothing("Nobody left.").summary()
        'no signal (no rows held out)\n- Nobody left.'
        """
        predictions = pd.DataFrame(columns=PREDICTED, dtype="float64")
        finding = (Suspicion("not assessed", why, False),)
        return cls(
            pd.DataFrame(columns=MEASURED),
            NO_SIGNAL,
            finding,
            predictions,
            False,
            pd.DataFrame(columns=BESIDE),
        )

    def frame(self) -> pd.DataFrame:
        """Return the measures, one a row: a copy."""
        return self.measures.copy()

    def summary(self) -> str:
        """Say the verdict, its evidence and the headline measures in a few lines."""
        rows = self.measures[~self.measures["measure"].str.startswith("lift_decile_")]
        held_out = "no" if rows.empty else f"{rows['folds'].iloc[0]} folds, {rows['rows'].iloc[0]}"
        lines = [f"{self.verdict} ({held_out} rows held out)"]
        lines += [f"- {sentence}" for sentence in self.evidence]
        lines += [
            f"{r.measure:<28}{r.value:>10.3f}  [{r.low:.3f}, {r.high:.3f}]  baseline {r.baseline:.3f}"
            for r in rows.itertuples()
        ]
        lines += [
            f"{f'{measure} over {baseline}':<38}{lead:>+10.3f}  [{low:+.3f}, {high:+.3f}]"
            for measure, baseline, _, lead, low, high, _ in self.baselines.to_numpy().tolist()
        ]
        return "\n".join(lines)


def assess(
    estimator: Any,
    X: pd.DataFrame,
    y: Any,
    *,
    time: Any = None,
    available_at: Mapping[str, object] | pd.Series | pd.DataFrame | None = None,
    as_of: Any = None,
    groups: Any = None,
    cost: CampaignCost | None = None,
    horizon: float = HORIZON,
    past_spend: Any = None,
    rfm: Any = None,
    tier: Any = None,
    claimed: Mapping[str, float] | None = None,
    split: Sequence[tuple[Any, Any]] | None = None,
    folds: int = FOLDS,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Assessment:
    """Assess a model on rows held out, and say whether it is useful, without signal, or fed by a leak.

    Parameters
    ----------
    estimator : scikit-learn classifier with ``predict_proba``, or regressor
        Cloned and fitted anew on each fold, with the fold's `time` and `groups` where its ``fit`` takes them.
        It must take the columns of `X` as they are, missing values included.
    X : DataFrame, shape (rows, columns)
    y : array-like, shape (rows,)
        Two classes (the larger value is the event) or amounts.
    time : array-like of dates or numbers, shape (rows,), optional
        When each row's features were known. Folds then go forward in time.
    available_at : mapping, Series or DataFrame, optional
        When each column, or each cell, became known. What came after `as_of` is masked, or the column
        refused, with a `LateFeatureWarning`.
    as_of : moment or Series of moments, optional
        The cut-off; `time` if absent. Dates in `X` after it raise an alarm.
    groups : array-like, shape (rows,), optional
        Families of accounts: they stay on one side of a split, and intervals draw them whole.
    cost : CampaignCost, optional
        For the expected maximum profit, EUR a customer, left out without it. Its baseline contacts
        everybody or nobody, whichever earns more.
    horizon : float
        How long the label takes, in months (or the unit of a numeric `time`): the gap before held-out rows.
    past_spend : str or array-like, optional
        Column, or values, of the baseline "sort by past spend"; missing is 0.
    rfm : str or array-like, optional
        Column, or values, of the baseline "recency, frequency, monetary value" (`rfm_scores`); higher for
        better accounts, below all others where missing.
    tier : array-like of labels, optional
        Interval coverage is also told by these.
    claimed : mapping of str to float, optional
        What was claimed for the model elsewhere, by name of the measure (``{"auc": 0.83}``).
    split : sequence of pairs of arrays of int, optional
        The caller's own split, by place in `X`: checked, not used for the measures.
    folds : int
        At most; fewer where the rarer class has fewer rows.
    resamples : int
        Of the bootstrap behind the intervals (AUC without `groups` has DeLong's instead). 95 %.
    seed : int
        Of folds and bootstrap.

    Returns
    -------
    Assessment

    Raises
    ------
    FeatureError
        If `X` or `y` cannot be assessed, or the estimator gives no probabilities or amounts.
    ConfigError
        If `time` is too short for the gap, a column name is unknown, or a cut-off is missing.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> seats = np.arange(200.0) % 20
    >>> left = (seats + (np.arange(200) * 37 % 11) < 15).astype(int)
    >>> cost = CampaignCost(customer_value=200, incentive=10, contact=1, alpha=6, beta=14)
    >>> found = assess(LogisticRegression(), pd.DataFrame({"seats": seats}), left, cost=cost)
    >>> profit = found.frame().set_index("measure").loc["expected_maximum_profit"]
    >>> found.verdict, bool(profit["low"] < profit["value"] < profit["high"])
    ('useful', True)
    """
    classify = _classifies(estimator)
    table = read_assessed(
        X, y, classify=classify, time=time, groups=groups, past_spend=past_spend, rfm=rfm, tier=tier
    )
    cutoff = as_of if as_of is not None else _by_index(table)
    features, found = _as_of(table, available_at, cutoff)
    number = sklearn_seed(seed, "assess", "folds")
    kind, cut = _cut(table, classify, folds, horizon, number)
    besides = {"time": None if table.time is None else table.time.to_numpy(), "groups": table.groups}
    held_out = predict_held_out(
        estimator, features, table.target, cut, classify=classify, coverage=COVERAGE, beside=besides
    )
    if len(held_out.rows) == 0 or np.ptp(held_out.happened) == 0:
        raise FeatureError("the rows held out are all of one class: there is nothing to measure")
    beside = _beside(table, held_out, cost)
    measures = measure_table(
        held_out, beside, classify=classify, rng=stream(seed, "assess", "bootstrap"), resamples=resamples
    )
    rivals = compare_baselines(
        held_out, beside, classify=classify, rng=stream(seed, "assess", "baselines"), resamples=resamples
    )
    known = by_name(measures)
    position = None if table.time is not None else table.position
    found += table_suspicions(features, table.target, table.groups, position)
    found += skill_suspicions(held_out, claimed or {}, known)
    if table.groups is None:
        found += key_suspicions(
            estimator, features, table.target, classify=classify, folds=folds, seed=number
        )
    if split is not None:
        own = _translate(split, table)
        theirs = predict_held_out(estimator, features, table.target, as_folds(own), classify=classify)
        found += split_suspicions(own, table.groups, table.time, theirs, held_out)
    drifted = False
    if kind != RANDOM:
        cut = random_folds(table.target if classify else None, len(table.target), folds, number)
        mixed = predict_held_out(estimator, features, table.target, cut, classify=classify)
        remarks, drifted = against_random(held_out, mixed, known, kind, classify=classify)
        found += remarks
    found += unbeaten(rivals, classify)
    verdict, weighed = judge(found, is_better(known, rivals, classify), known)
    return Assessment(measures.assign(folds=kind), verdict, weighed, held_out.frame(), drifted, rivals)


def _classifies(estimator: Any) -> bool:
    if is_classifier(estimator):
        if not hasattr(estimator, "predict_proba"):
            raise FeatureError(
                f"{type(estimator).__name__} has no predict_proba: its odds cannot be assessed"
            )
        return True
    if is_regressor(estimator):
        return False
    raise FeatureError(f"{type(estimator).__name__} is neither a classifier nor a regressor")


def _by_index(table: AssessedTable) -> pd.Series | None:
    return None if table.time is None else table.time.set_axis(table.features.index)


def _as_of(table: AssessedTable, available_at: Any, cutoff: Any) -> tuple[pd.DataFrame, list[Suspicion]]:
    """Join features as of the cut-off, with what that shows."""
    features = table.features
    found: list[Suspicion] = []
    if available_at is not None:
        joined = join_as_of(features, available_at, cutoff)
        features = joined.features
        found += late_suspicions(joined.late, joined.refused, table.target)
    if cutoff is not None:
        found += [
            Suspicion(
                "future date", f"{share:.0%} of the dates in {name!r} lie after the cut-off.", True, name
            )
            for name, share in dates_after(features, cutoff).items()
        ]
    return features, found


def _cut(
    table: AssessedTable, classify: bool, folds: int, horizon: float, seed: int
) -> tuple[str, list[Fold]]:
    strata = table.target if classify else None
    if table.time is not None:
        return FORWARD, forward_folds(table.time, table.groups, folds=folds, horizon=horizon, seed=seed)
    if table.groups is not None:
        return GROUPED, group_folds(strata, table.groups, folds, seed)
    return RANDOM, random_folds(strata, len(table.target), folds, seed)


def _beside(table: AssessedTable, held_out: HeldOut, cost: CampaignCost | None) -> Beside:
    rows = held_out.rows
    return Beside(
        past_spend=None if table.past_spend is None else table.past_spend[rows],
        rfm=None if table.rfm is None else table.rfm[rows],
        tier=None if table.tier is None else table.tier[rows],
        clusters=None if table.groups is None else table.groups[rows],
        cost=cost,
    )


def _translate(split: Sequence[tuple[Any, Any]], table: AssessedTable) -> list[tuple[Any, Any]]:
    """Turn places in the table as given into places in order of the index."""
    place = np.argsort(table.position, kind="stable")
    return [(place[np.asarray(a)], place[np.asarray(b)]) for a, b in split]
