"""`ChurnClassifier`: the probability that something ends, from any table, as a scikit-learn estimator."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.pipeline import Pipeline
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import (
    assert_all_finite,
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
    validate_data,
)

from kamsim.errors import ConfigError, FeatureError, FeatureWarning, SmallSampleWarning
from kamsim.scoring.calibration import Calibration, calibrate, log_odds
from kamsim.scoring.candidates import Kind, churn_candidates
from kamsim.scoring.horizon import YEAR
from kamsim.scoring.losses import log_losses, paired_gain
from kamsim.scoring.plain_state import PlainState
from kamsim.scoring.preparation import FramePreparation
from kamsim.scoring.prior_column import take_prior
from kamsim.scoring.selection import (
    Choice,
    Splits,
    choose,
    content_order,
    forward_splits,
    stratified_splits,
    threads_for,
)
from kamsim.scoring.shrinkage import weight_of

Floats = NDArray[np.float64]

FORWARD = "forward in time"

FEWEST_OF_A_CLASS = 5
"""With fewer rows of a class than this, only the rate is estimated."""

MOST_TO_COMPARE = 20_000
"""Models are compared on no more rows than this; of a larger table as many are held out to calibrate."""


class ChurnClassifier(PlainState, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Calibrated probability of leaving, by the simplest model that is as good as the best.

    Penalised logistic regressions and gradient boosting are compared on rows that they did not see
    (forward in time where `time` is given, else by cross-validation); the simplest within one standard
    error of the best is calibrated on its held-out predictions and fitted on all rows.

    Parameters
    ----------
    model : {"auto", "linear", "boosting"}, default "auto"
        Which models to compare.
    horizon_months : int, default 12
        Length of the window in which `y` was observed: the gap between what is learned from and what is
        held out in a forward comparison.
    prior_rate : float or str, optional
        Share that leaves, as known without these rows, or the column of `X` that holds it by row (no model
        reads that column). Under `small_sample` rows (or groups, where given) the probability is an average
        of model and prior. Where it is not given, the rows' own share stands in.
    small_sample : int, default 50
        Rows under which the prior keeps a weight; it then counts as much as so many rows.
    random_state : int, default 0

    Attributes
    ----------
    classes_ : array, shape (2,)
        The second is the one whose probability is modelled.
    chosen_ : str
        The candidate taken, or "rate" where one class had under 5 rows.
    comparison_ : DataFrame
        Log loss by candidate on held-out rows, beside that of the base rate.
    compared_by_ : str
        "forward in time", "cross-validation" or "nothing".
    beats_base_rate_ : bool
        Whether the chosen model, calibration aside, beat the base rate by more than chance gives (95 %).
    n_learned_ : int
        Rows learned from.
    rate_ : float
        Share of them that left.
    calibration_ : Calibration
    weight_ : float
        Weight of the model against the prior; 1 from `small_sample` rows on.
    prior_rate_ : float
        Mean over the rows, where the prior differs between them.
    n_features_in_, feature_names_in_
        As in scikit-learn.

    Examples
    --------
    >>> rows = np.arange(400)
    >>> X = pd.DataFrame({"hours": rows % 20, "plan": np.where(rows % 3 == 0, "basic", "pro")})
    >>> y = (rows % 20 < 6) ^ (rows % 11 == 0)
    >>> model = ChurnClassifier().fit(X, y)
    >>> model.predict_proba(X.head(2)).shape, model.beats_base_rate_
    ((2, 2), True)
    """

    def __init__(
        self,
        model: Kind = "auto",
        horizon_months: int = YEAR,
        prior_rate: float | str | None = None,
        small_sample: int = 50,
        random_state: int = 0,
    ) -> None:
        self.model = model
        self.horizon_months = horizon_months
        self.prior_rate = prior_rate
        self.small_sample = small_sample
        self.random_state = random_state

    def fit(self, X: Any, y: Any, *, time: Any = None, groups: Any = None) -> Self:
        """Compare, calibrate and fit.

        Parameters
        ----------
        X : DataFrame or array, shape (rows, columns)
            Numbers, booleans and texts, with gaps.
        y : array, shape (rows,)
            Two classes.
        time : array, shape (rows,), optional
            When each row's features were taken: dates, or numbers of months.
        groups : array, shape (rows,), optional
            What must stay on one side of a cross-validation, such as the account or its family. Forward in
            time it splits nothing, but rows of a group count together in `beats_base_rate_`.

        Returns
        -------
        ChurnClassifier

        Raises
        ------
        FeatureError
            For one class only, and for what `FramePreparation` refuses.

        Warns
        -----
        SmallSampleWarning
            Under `small_sample` rows or groups.
        FeatureWarning
            For a column that is left out, or a `time` too short to look ahead.
        """
        X, prior = take_prior(X, self.prior_rate)
        _check_rates(self.prior_rate, prior)
        self.preparation_ = FramePreparation()
        table = self.preparation_.fit_transform(X)
        validate_data(self, X, skip_check_array=True)
        left = self._read_target(y)
        check_consistent_length(table, left, time, groups)

        self.n_learned_ = len(left)
        rows = len(left) if groups is None else len(np.unique(np.asarray(groups)))
        self.weight_ = weight_of(rows, self.small_sample)
        self.prior_rate_ = self._typical_prior(left, prior)
        if rows < self.small_sample:
            few = f"{rows} rows to learn from are fewer than {self.small_sample}"
            text = f"{few}: probabilities lean on the prior rate {self.prior_rate_:.3g}"
            warnings.warn(text, SmallSampleWarning, stacklevel=2)

        order = content_order(table, left, self.random_state)
        table, left = table[order], left[order]
        months = None if time is None else _months(time)[order]
        families = None if groups is None else np.asarray(groups)[order]
        with threads_for(len(left)):
            self._compare_and_fit(table, left, months, families)
        return self

    def predict_proba(self, X: Any) -> Floats:
        """Return the probability of each class, shape (rows, 2), columns as `classes_`."""
        check_is_fitted(self)
        X, prior = take_prior(X, self.prior_rate)
        table = self.preparation_.transform(X)
        left = self._left(table, prior)
        return np.column_stack([1 - left, left])

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the likelier class of each row, shape (rows,)."""
        likelier = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[likelier])

    def _typical_prior(self, left: NDArray[np.bool_], prior: Floats | None) -> float:
        if prior is not None:
            return float(prior.mean())
        if isinstance(self.prior_rate, (int, float)):
            return float(self.prior_rate)
        return float((left.sum() + 1) / (len(left) + 2))

    def score_prepared(self, table: Floats) -> Floats:
        """Return the log-odds of rows as `preparation_` lays them out, shape (rows,), at the mean prior."""
        return log_odds(self._left(table, None))

    @property
    def is_additive(self) -> bool:
        """Whether the log-odds are a sum of what single columns say."""
        return self.model_ is None or (isinstance(self.model_, Pipeline) and self.raw_scale is not None)

    @property
    def raw_scale(self) -> float | None:
        """What the model's own log-odds are multiplied by in the end; None where they are bent."""
        straight = self.weight_ == 1 and self.calibration_.steps is None
        return self.calibration_.slope if straight else None

    def _left(self, table: Floats, prior: Floats | None) -> Floats:
        if self.model_ is None:
            learned = np.full(len(table), self.rate_)
        else:
            with threads_for(len(table)):
                learned = self.calibration_.apply(_probability(self.model_, table))
        usual = self.prior_rate_ if prior is None else prior
        return np.asarray(self.weight_ * learned + (1 - self.weight_) * usual)

    def _read_target(self, y: Any) -> NDArray[np.bool_]:
        if y is None:
            raise FeatureError("ChurnClassifier requires y to be passed, but the target y is None")
        y = column_or_1d(y, warn=True)
        assert_all_finite(y, input_name="y")
        check_classification_targets(y)
        if type_of_target(y, input_name="y", raise_unknown=True) != "binary":
            raise FeatureError(
                "Only binary classification is supported. The type of the target is"
                f" {type_of_target(y, input_name='y')}."
            )
        self.classes_ = np.unique(y)
        if len(self.classes_) == 1:
            raise FeatureError(
                f"y holds one class only ({self.classes_[0]!r}): nothing tells who leaves from who stays"
            )
        return np.asarray(y == self.classes_[1], dtype=bool)

    def _compare_and_fit(
        self,
        table: Floats,
        left: NDArray[np.bool_],
        months: Floats | None,
        families: NDArray[Any] | None,
    ) -> None:
        """Choose, calibrate and fit on rows in random order."""
        self.rate_ = float(left.mean())
        some = slice(MOST_TO_COMPARE)
        splits = self._splits(
            left[some],
            None if months is None else months[some],
            None if families is None else families[some],
        )
        if not splits:
            self._take_the_rate()
            return
        candidates = churn_candidates(self.preparation_.is_category, len(left), self.model, self.random_state)
        choice = choose(candidates, table[some], left[some], splits, predict=_probability, loss=log_losses)
        self._judge(choice, left[some], splits, None if families is None else families[some])
        self.chosen_ = choice.candidate.name
        if len(left) > MOST_TO_COMPARE and months is None and families is None:
            self.model_ = choice.candidate.make().fit(table[MOST_TO_COMPARE:], left[MOST_TO_COMPARE:])
            held_out = _probability(self.model_, table[some])
        else:
            self.model_ = choice.candidate.make().fit(table, left)
            held_out = choice.held_out
        seen = np.isfinite(held_out)
        # Forward in time, rows held out were foreseen by models of far fewer rows, more timid than this one.
        stretch = self.compared_by_ != FORWARD
        self.calibration_ = calibrate(held_out[seen], left[some][seen], stretch=stretch)
        if self.calibration_.steps is None:  # steps stay where they are: no need to predict all rows
            self.calibration_ = self.calibration_.centred(_probability(self.model_, table), self.rate_)

    def _splits(
        self, left: NDArray[np.bool_], months: Floats | None, families: NDArray[Any] | None
    ) -> Splits:
        """Split so that both sides of each split hold both classes; none where that cannot be."""
        self.compared_by_ = "nothing"
        if months is not None:
            forward = [s for s in forward_splits(months, self.horizon_months) if _learnable(left[s[0]])]
            if forward:
                self.compared_by_ = FORWARD
                return forward
            text = f"time is too short to look {self.horizon_months} months ahead: models are compared by"
            warnings.warn(f"{text} cross-validation", FeatureWarning, stacklevel=4)
        if not _learnable(left):
            return []
        splits = [s for s in stratified_splits(left, families) if len(np.unique(left[s[0]])) > 1]
        self.compared_by_ = "cross-validation" if splits else "nothing"
        return splits

    def _take_the_rate(self) -> None:
        self.model_, self.chosen_, self.beats_base_rate_ = None, "rate", False
        self.calibration_ = Calibration("sigmoid")
        self.comparison_ = pd.DataFrame(columns=["loss", "excess", "standard_error"], dtype="float64")

    def _judge(
        self, choice: Choice, left: NDArray[np.bool_], splits: Splits, families: NDArray[Any] | None
    ) -> None:
        seen = np.concatenate([test for _, test in splits])
        rate = np.concatenate([np.full(len(test), left[train].mean()) for train, test in splits])
        plain = log_losses(left[seen], rate)
        own = None if families is None else families[seen]
        gain = paired_gain(log_losses(left[seen], choice.held_out[seen]), plain, own)
        self.beats_base_rate_ = gain.beyond_noise
        self.comparison_ = choice.comparison
        best = choice.comparison["loss"].min()
        self.comparison_.loc["base rate"] = [plain.mean(), plain.mean() - best, np.nan]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.classifier_tags.multi_class = False
        return tags


def _probability(model: Any, table: Floats) -> Floats:
    return np.asarray(model.predict_proba(table)[:, 1])


def _learnable(left: NDArray[np.bool_]) -> bool:
    return bool(min(left.sum(), (~left).sum()) >= FEWEST_OF_A_CLASS)


def _check_rates(given: float | str | None, by_row: Floats | None) -> None:
    rates = np.asarray([given] if by_row is None and given is not None else by_row, dtype=float)
    outside = rates[(rates < 0) | (rates > 1)]
    if outside.size:
        raise ConfigError(f"prior_rate must be from 0 to 1, got {outside[0]}")


def _months(time: Any) -> Floats:
    """Count months: dates from year 0 on, with the share of the month gone; numbers as they are."""
    values = pd.Series(time).reset_index(drop=True)
    if values.isna().any():
        raise FeatureError(f"time is missing in {values.isna().sum()} row(s)")
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy("float64")
    try:
        whole = isinstance(values.dtype, pd.PeriodDtype)
        dates = pd.Series(values.dt.to_timestamp() if whole else pd.to_datetime(values))
    except (TypeError, ValueError) as error:
        raise FeatureError(f"time must hold dates, or numbers of months ({error})") from error
    days = (dates.dt.day - 1) / dates.dt.days_in_month
    return np.asarray((dates.dt.year * 12 + dates.dt.month - 1 + days).to_numpy(), dtype="float64")
