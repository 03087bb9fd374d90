"""`PotentialRegressor`: a heavy-tailed amount with honest intervals, as a scikit-learn estimator."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.dummy import DummyRegressor
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_consistent_length, check_is_fitted, validate_data

from kamsim.errors import ConfigError, FeatureError, FeatureWarning, SmallSampleWarning
from kamsim.scoring.amounts import read_amounts
from kamsim.scoring.candidates import Candidate, Kind, frontier_candidates, potential_candidates
from kamsim.scoring.conformal import (
    Scale,
    conformal_interval,
    learn_scale,
    normal_errors,
    probability_above,
)
from kamsim.scoring.horizon import HORIZON_MONTHS
from kamsim.scoring.losses import pinball_losses
from kamsim.scoring.plain_state import PlainState
from kamsim.scoring.preparation import FramePreparation
from kamsim.scoring.prior_column import take_prior
from kamsim.scoring.selection import Choice, choose, content_order, shuffled_splits, threads_for
from kamsim.scoring.shrinkage import credibility, weight_of

Floats = NDArray[np.float64]

FEWEST_TO_LEARN = 10
"""With fewer amounts than this, a model is their median."""

MOST_TO_CROSS = 5_000
"""Up to so many rows, intervals rest on all of them (CV+)."""

HELD_OUT = 2_000
"""Beyond that, on so many that are kept apart (split-conformal)."""

GOLDEN_RATIO = (5**0.5 - 1) / 2
"""Its multiples, whole parts left off, fill the span from 0 to 1 more evenly than any others."""

MOST_TO_COMPARE = 20_000
LINEAR_FRONTIER_TO = 2_000
"""The linear quantile is a linear programme, slow beyond this many rows."""


class PotentialRegressor(PlainState, RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """An account's potential over 36 months, learned on the log scale, with conformal intervals.

    Where accounts disclosed their potential, it is learned from them: ridge regressions and gradient
    boosting are compared on accounts that they did not see, and the simplest within one standard error of
    the best is taken. Where next to none did, a high conditional quantile of what like accounts spend
    stands in, and `basis_` says so.

    Parameters
    ----------
    model : {"auto", "linear", "boosting"}, default "auto"
        Which models to compare.
    quantile : float, default 0.9
        Of spend, where nobody is surveyed.
    prior_potential : float or str, optional
        Typical potential (the median) as known without these rows, or the column of `X` that holds it by row
        (no model reads that column). Under `small_sample` amounts the log of the potential is an average of
        model and prior; where spend stands in, however many amounts there are. Where it is not given, the
        amounts' median stands in.
    prior_log_sd : float, optional
        Spread of log potential, as known without these rows: under `small_sample` amounts, intervals count
        it as so many more. Without it, intervals from under 19 amounts have no end at 90 %.
    small_sample : int, default 50
        Amounts under which the prior keeps a weight; it then counts as much as so many.
    unseen_log_errors : array, shape (n,), optional
        Log errors, equally likely, of what an amount does not tell of a potential, as known without these
        rows (that only a share of a disclosed wallet can be won, say). Each held-out error is given one, in
        turn, so that intervals and tier probabilities carry both.
    random_state : int, default 0

    Attributes
    ----------
    basis_ : str
        "survey", or "0.9 quantile of spend" with the quantile at hand.
    n_learned_ : int
        Rows that told an amount.
    chosen_ : str
        The candidate taken.
    comparison_ : DataFrame
        Mean loss by candidate on held-out rows: squared log error, or pinball loss for a quantile.
    weight_ : float
        Weight of the model against the prior; for disclosed amounts 1 from `small_sample` on.
    prior_potential_ : float
        Median over the rows, where the prior differs between them.
    n_features_in_, feature_names_in_
        As in scikit-learn.

    Notes
    -----
    `predict` is a median, not a mean: on heavy tails a correction brings more noise than it takes bias
    away. Without a survey, nothing can check the potential: intervals then show the scatter of spend
    between like accounts, not a coverage of the truth.

    Examples
    --------
    >>> rows = np.arange(200)
    >>> X = pd.DataFrame({"headcount": 10.0 * 2 ** (rows % 10), "industry": np.where(rows % 2, "a", "b")})
    >>> y = 1e3 * (rows % 10 + 1) * np.exp((rows * 7 % 13 - 6) / 20)
    >>> model = PotentialRegressor().fit(X, y)
    >>> low, high = model.predict_interval(X.head(1), coverage=0.8)[0]
    >>> model.basis_, bool(low < model.predict(X.head(1))[0] < high)
    ('survey', True)
    """

    def __init__(
        self,
        model: Kind = "auto",
        quantile: float = 0.9,
        prior_potential: float | str | None = None,
        prior_log_sd: float | None = None,
        small_sample: int = 50,
        unseen_log_errors: Any = None,
        random_state: int = 0,
    ) -> None:
        self.model = model
        self.quantile = quantile
        self.prior_potential = prior_potential
        self.prior_log_sd = prior_log_sd
        self.small_sample = small_sample
        self.unseen_log_errors = unseen_log_errors
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, *, spend: Any = None) -> Self:
        """Learn potential from who disclosed it, or from what all spend.

        Parameters
        ----------
        X : DataFrame or array, shape (rows, columns)
            Numbers, booleans and texts, with gaps. For a quantile of spend: the client's size and kind,
            nothing of what it buys.
        y : array, shape (rows,), optional
            Disclosed potential, above 0; missing where the account was not surveyed.
        spend : array, shape (rows,), optional
            What each account spends with us over the same horizon; read where under 10 are surveyed.

        Returns
        -------
        PotentialRegressor

        Raises
        ------
        FeatureError
            For amounts that cannot be, where nothing tells an amount, and for what `FramePreparation`
            refuses.

        Warns
        -----
        SmallSampleWarning
            Under `small_sample` amounts.
        FeatureWarning
            For a column that is left out, one that looks like an id, or a target that never varies.
        """
        self._check_settings()
        if y is None and spend is None:
            raise FeatureError("PotentialRegressor requires y to be passed, but the target y is None")
        X, prior = take_prior(X, self.prior_potential)
        self.preparation_ = FramePreparation()
        table = self.preparation_.fit_transform(X)
        validate_data(self, X, skip_check_array=True)
        amounts = np.full(len(table), np.nan) if y is None else read_amounts(y, "y")
        surveyed = np.isfinite(amounts)
        if (y is not None) and (amounts[surveyed] <= 0).any():
            raise FeatureError(
                f"y must be above 0, got {amounts[surveyed].min():g}: log potential is learned"
            )
        self.basis_ = "survey"
        if spend is not None and surveyed.sum() < FEWEST_TO_LEARN:
            self.basis_ = f"{self.quantile:g} quantile of spend"
            amounts = read_amounts(spend, "spend")
            surveyed = amounts > 0
        check_consistent_length(table, amounts)
        self.n_learned_ = int(surveyed.sum())
        if not self.n_learned_:
            raise FeatureError(
                "no row tells an amount: y is missing (NaN) throughout, and no spend is above 0"
            )
        learned, logs = table[surveyed], np.log(amounts[surveyed])
        if len(logs) > 1 and np.ptp(logs) == 0:
            same = f"the target is {amounts[surveyed][0]:g} in all {len(logs)} rows that tell it"
            warnings.warn(f"{same}: nothing can be learned", FeatureWarning, stacklevel=2)
        known = None if prior is None else prior[surveyed]
        self._set_prior(logs, known)
        order = content_order(learned, logs, self.random_state)
        with threads_for(len(logs)):
            self._compare_and_fit(learned[order], logs[order], self._prior_logs(known, len(logs))[order])
        return self

    def predict(self, X: Any) -> Floats:
        """Return potential, in the units of `y`, shape (rows,)."""
        check_is_fitted(self)
        return np.asarray(np.exp(self._log(self.model_, *self._read(X))))

    def predict_interval(self, X: Any, coverage: float = 0.9) -> Floats:
        """Return bounds between which potential lies with a probability of `coverage`.

        Parameters
        ----------
        X : DataFrame or array, shape (rows, columns)
        coverage : float, default 0.9
            Between 0 and 1.

        Returns
        -------
        array, shape (rows, 2)
            0 and infinity where the rows learned from are too few for the coverage.

        Raises
        ------
        ConfigError
            When `coverage` is not between 0 and 1.
        """
        check_is_fitted(self)
        if not 0 < coverage < 1:
            raise ConfigError(f"coverage must be between 0 and 1, got {coverage}")
        centres, scales = self._centres(*self._read(X))
        return np.asarray(np.exp(conformal_interval(centres, self.errors_, coverage, scales)))

    def predict_tier_probability(self, X: Any, bounds: Sequence[float]) -> pd.DataFrame:
        """Return how probable each tier is.

        Parameters
        ----------
        X : DataFrame or array, shape (rows, columns)
        bounds : sequence of float
            Least potential of each tier but the last, highest first (D-TIER-1, D-TIER-2).

        Returns
        -------
        DataFrame
            Columns 1, 2, ...: the tiers; rows as in `X`, each adding up to 1.

        Raises
        ------
        ConfigError
            When the bounds do not fall or are not above 0.
        """
        check_is_fitted(self)
        if any(b <= 0 for b in bounds) or any(a <= b for a, b in pairwise(bounds)):
            raise ConfigError(f"bounds must be above 0 and fall, got {list(bounds)}")
        centres, scales = self._centres(*self._read(X))
        above = [probability_above(centres, self.errors_, float(np.log(b)), scales) for b in bounds]
        edges = np.column_stack([np.zeros(len(centres)), *above, np.ones(len(centres))])
        index = X.index if isinstance(X, pd.DataFrame) else None
        return pd.DataFrame(np.diff(edges), index=index, columns=range(1, len(bounds) + 2))

    def headroom(self, X: Any, revenue_per_month: Any) -> Floats:
        """Return potential less what current revenue comes to over 36 months, shape (rows,).

        Below 0 where an account already brings more than accounts like it promise.
        """
        revenue = read_amounts(revenue_per_month, "revenue_per_month")
        return self.predict(X) - HORIZON_MONTHS * revenue

    def score_prepared(self, table: Floats) -> Floats:
        """Return log potential of rows as `preparation_` lays them out, shape (rows,), at the usual prior."""
        return self._log(self.model_, table, self._prior_logs(None, len(table)))

    @property
    def is_additive(self) -> bool:
        """Whether log potential is a sum of what single columns say."""
        return isinstance(self.model_, Pipeline | DummyRegressor)

    @property
    def raw_scale(self) -> float:
        """What the model's own log potential is multiplied by in the end."""
        return self.weight_

    def _check_settings(self) -> None:
        if not 0 < self.quantile < 1:
            raise ConfigError(f"quantile must be between 0 and 1, got {self.quantile}")
        for name in ("prior_potential", "prior_log_sd"):
            value = getattr(self, name)
            if isinstance(value, (int, float)) and value <= 0:
                raise ConfigError(f"{name} must be above 0, got {value}")

    def _set_prior(self, logs: Floats, known: Floats | None) -> None:
        if known is not None and (known <= 0).any():
            raise FeatureError(f"column {self.prior_potential!r} must be above 0, got {known.min():g}")
        typical = np.median(logs if known is None else np.log(known))
        given = self.prior_potential
        self.prior_potential_ = float(given) if isinstance(given, (int, float)) else float(np.exp(typical))
        # No amount can check what spend says of potential, so a prior that is given never falls silent.
        weigh = weight_of if self.basis_ == "survey" or given is None else credibility
        self.weight_ = weigh(self.n_learned_, self.small_sample)
        if self.n_learned_ < self.small_sample:
            few = f"{self.n_learned_} amounts to learn from are fewer than {self.small_sample}"
            text = f"{few}: potential leans on the prior {self.prior_potential_:.3g}"
            warnings.warn(text, SmallSampleWarning, stacklevel=3)

    def _prior_logs(self, known: Floats | None, rows: int) -> Floats:
        return np.full(rows, np.log(self.prior_potential_)) if known is None else np.log(known)

    def _read(self, X: Any) -> tuple[Floats, Floats]:
        """Return the prepared table, and the log of each row's prior."""
        X, known = take_prior(X, self.prior_potential)
        table = self.preparation_.transform(X)
        return table, self._prior_logs(known, len(table))

    def _compare_and_fit(self, table: Floats, logs: Floats, priors: Floats) -> None:
        """Choose a model, fit it and keep its held-out errors; rows in random order."""
        crossed = len(logs) <= MOST_TO_CROSS
        apart = 0 if crossed else HELD_OUT
        rows = slice(apart, apart + MOST_TO_COMPARE)
        splits = shuffled_splits(len(logs[rows])) if len(logs) > 1 else []
        choice = self._choose(table[rows], logs[rows], splits) if splits else None
        best = choice.candidate if choice else _MEDIAN
        self.chosen_ = best.name
        self.comparison_ = choice.comparison if choice else pd.DataFrame()
        self.model_ = best.make().fit(table[apart:], logs[apart:])
        self.fold_models_: list[Any] = []
        self.errors_: list[Floats] = []
        self.scale_ = Scale()
        if choice:
            self.fold_models_ = choice.models if crossed else [self.model_]
            tests = [test for _, test in splits] if crossed else [np.arange(apart)]
            # What each spends is known to the prior, which must not flatter errors made of that very spend.
            known = priors if self.basis_ == "survey" else None
            said = [
                _predict(model, table[test]) if known is None else self._log(model, table[test], known[test])
                for model, test in zip(self.fold_models_, tests, strict=True)
            ]
            self._keep_errors(said, [logs[test] + self._unseen(test) for test in tests])
        if self.prior_log_sd is not None and self.n_learned_ < self.small_sample:
            self.fold_models_ = [*self.fold_models_, self.model_]
            self.errors_.append(normal_errors(self.prior_log_sd, self.small_sample))

    def _unseen(self, rows: NDArray[np.intp]) -> Floats:
        """Deal out what amounts do not tell, evenly in every run of rows; rows stand in random order."""
        if self.unseen_log_errors is None:
            return np.zeros(len(rows))
        unseen = np.sort(np.asarray(self.unseen_log_errors, dtype="float64"))
        return np.asarray(unseen[((rows + 0.5) * GOLDEN_RATIO % 1 * len(unseen)).astype(np.intp)])

    def _keep_errors(self, said: list[Floats], actual: list[Floats]) -> None:
        """Keep errors by fold, each over its scale; those of a quantile are centred, their spread counts."""
        errors = [a - s for a, s in zip(actual, said, strict=True)]
        middle = 0.0 if self.basis_ == "survey" else float(np.median(np.concatenate(errors)))
        errors = [fold - middle for fold in errors]
        self.scale_ = learn_scale(np.concatenate(said), np.concatenate(errors))
        self.errors_ = [fold / self.scale_.at(s) for fold, s in zip(errors, said, strict=True)]

    def _choose(self, table: Floats, logs: Floats, splits: list[Any]) -> Choice:
        rows, is_category, seed = len(logs), self.preparation_.is_category, self.random_state
        if self.basis_ == "survey":
            candidates = potential_candidates(is_category, rows, self.model, seed)
        else:
            kind = "boosting" if self.model == "auto" and rows > LINEAR_FRONTIER_TO else self.model
            candidates = frontier_candidates(is_category, rows, kind, seed, self.quantile)
        if rows < FEWEST_TO_LEARN:
            candidates = [_MEDIAN]
        return choose(candidates, table, logs, splits, predict=_predict, loss=self._loss)

    def _loss(self, actual: Floats, predicted: Floats) -> Floats:
        if self.basis_ == "survey":
            return np.asarray((actual - predicted) ** 2)
        return pinball_losses(actual, predicted, self.quantile)

    def _log(self, model: Any, table: Floats, priors: Floats) -> Floats:
        return self.weight_ * _predict(model, table) + (1 - self.weight_) * priors

    def _centres(self, table: Floats, priors: Floats) -> tuple[Floats, Floats]:
        """Return what each fold's model says of each row, and the size of errors at the level predicted."""
        by_fold = [self._log(model, table, priors) for model in self.fold_models_]
        centres = np.column_stack(by_fold) if by_fold else np.empty((len(table), 0))
        return centres, self.scale_.at(self._log(self.model_, table, priors))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.target_tags.positive_only = True
        return tags


_MEDIAN = Candidate("median", lambda: DummyRegressor(strategy="median"))


def _predict(model: Any, table: Floats) -> Floats:
    with threads_for(len(table)):
        return np.asarray(model.predict(table), dtype="float64")
