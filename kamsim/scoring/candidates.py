"""The models that an estimator chooses from, simplest first: strongly penalised to boosted trees.

All read the array of `FramePreparation`. The linear ones see numbers scaled (and unskewed, for
probabilities) and bounded, a flag for each gap and a column a category; the trees see gaps and categories
as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, QuantileRegressor, Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from kamsim.errors import ConfigError, unknown_name
from kamsim.scoring.unskewing import Unskewing

Kind = Literal["auto", "linear", "boosting"]

LOGISTIC_STRENGTHS = (0.0003, 0.001, 0.003, 0.01, 0.1, 1.0)
"""Inverse penalties of the logistic regressions, strongest penalty first. Strong ones are there because label
windows overlap: the same leavers come again at every cut-off, so rows count for less than their number."""

RIDGE_PENALTIES = (100.0, 10.0, 1.0)
"""Penalties of the ridge regressions, strongest first."""

FEWEST_TO_BOOST = 500
"""Trees are not tried on fewer rows: with leaves of 20 rows they can hardly say more than a mean."""

MOST_LEAVES = 15

FARTHEST = 5.0
"""Numbers are bounded to this many standard deviations. A column that hardly varies among the accounts
learned from may take any value elsewhere, and a linear model would follow it to infinity."""

FRONTIER_PENALTY = 0.01
"""Strength of the spend frontier's lasso penalty."""


@dataclass(frozen=True)
class Candidate:
    """A model that may be chosen: its name and how to make it, unfitted."""

    name: str
    make: Callable[[], Any]


def churn_candidates(is_category: NDArray[np.bool_], rows: int, model: Kind, seed: int) -> list[Candidate]:
    """List classifiers, simplest first.

    Parameters
    ----------
    is_category : array of bool, shape (columns,)
    rows : int
        Rows to learn from.
    model : {"auto", "linear", "boosting"}
    seed : int
        For the trees' early stopping.

    Returns
    -------
    list of Candidate

    Raises
    ------
    ConfigError
        When `model` is none of the three.

    Examples
    --------
    >>> [c.name for c in churn_candidates(np.array([False]), 100, "auto", 0)][:3]
    ['logistic, C=0.0003', 'logistic, C=0.001', 'logistic, C=0.003']
    """

    def logistic(strength: float) -> Candidate:
        def make() -> Any:
            # Newton steps: rows are many and columns few, and gradient steps crawl where columns are alike.
            model = LogisticRegression(C=strength, solver="newton-cholesky")
            return Pipeline([("prepare", unskewed_preparation(is_category)), ("model", model)])

        return Candidate(f"logistic, C={strength:g}", make)

    def boosting() -> Any:
        return HistGradientBoostingClassifier(
            max_leaf_nodes=MOST_LEAVES, categorical_features=is_category, random_state=seed
        )

    linear = [logistic(strength) for strength in LOGISTIC_STRENGTHS]
    return _choose(linear, Candidate("boosting", boosting), rows, model)


def potential_candidates(
    is_category: NDArray[np.bool_], rows: int, model: Kind, seed: int
) -> list[Candidate]:
    """List regressors of a log amount, simplest first; parameters as in `churn_candidates`."""

    def ridge(penalty: float) -> Candidate:
        return Candidate(f"ridge, alpha={penalty:g}", lambda: _linear(is_category, Ridge(alpha=penalty)))

    def boosting() -> Any:
        return HistGradientBoostingRegressor(
            max_leaf_nodes=MOST_LEAVES, categorical_features=is_category, random_state=seed
        )

    linear = [ridge(penalty) for penalty in RIDGE_PENALTIES]
    return _choose(linear, Candidate("boosting", boosting), rows, model)


def frontier_candidates(
    is_category: NDArray[np.bool_], rows: int, model: Kind, seed: int, quantile: float
) -> list[Candidate]:
    """List models of a high quantile of log spend, simplest first; else as in `churn_candidates`."""

    def linear() -> Any:
        regressor = QuantileRegressor(quantile=quantile, alpha=FRONTIER_PENALTY, solver="highs")
        return _linear(is_category, regressor)

    def boosting() -> Any:
        return HistGradientBoostingRegressor(
            loss="quantile",
            quantile=quantile,
            max_leaf_nodes=MOST_LEAVES,
            categorical_features=is_category,
            random_state=seed,
        )

    return _choose(
        [Candidate("linear quantile", linear)], Candidate("boosted quantile", boosting), rows, model
    )


def _choose(linear: list[Candidate], boosting: Candidate, rows: int, model: Kind) -> list[Candidate]:
    if model == "auto":
        return [*linear, boosting] if rows >= FEWEST_TO_BOOST else linear
    if model not in ("linear", "boosting"):
        raise ConfigError(unknown_name("model", str(model), ("auto", "linear", "boosting")))
    return linear if model == "linear" else [boosting]


def linear_preparation(is_category: NDArray[np.bool_]) -> ColumnTransformer:
    """Make what a linear model reads of a prepared array: no gaps, numbers scaled and bounded."""
    return _prepared(is_category, make_pipeline(_filled(), StandardScaler(), _bounded()), sparse=False)


def unskewed_preparation(is_category: NDArray[np.bool_]) -> ColumnTransformer:
    """Make what a logistic regression reads of a prepared array: no gaps, numbers unskewed and bounded.

    Money, hours and counts are skewed, and who leaves depends on them by ratios. The power of Yeo and Johnson
    (2000) that makes each column most like a normal one raises skill by about a tenth over scaled numbers
    (docs/evidence/scores.md). Ranks raise it as much, and were given up: where the hours of all accounts had
    shrunk a little, ranks had moved far, and 7 points too many departures were foreseen.
    """
    return _prepared(is_category, make_pipeline(_filled(), Unskewing(), _bounded()), sparse=True)


def _bounded() -> FunctionTransformer:
    return FunctionTransformer(np.clip, kw_args={"a_min": -FARTHEST, "a_max": FARTHEST})


def _filled() -> SimpleImputer:
    return SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)


def _prepared(is_category: NDArray[np.bool_], numbers: Pipeline, *, sparse: bool) -> ColumnTransformer:
    """Put numbers and categories side by side.

    With `sparse`, many categories come as a sparse matrix: a tenth of the memory and of the time.
    """
    categories = OneHotEncoder(handle_unknown="ignore", sparse_output=sparse)
    return ColumnTransformer(
        [
            ("numbers", numbers, np.flatnonzero(~is_category)),
            ("categories", categories, np.flatnonzero(is_category)),
        ]
    )


def _linear(is_category: NDArray[np.bool_], regressor: Any) -> Pipeline:
    return Pipeline([("prepare", linear_preparation(is_category)), ("model", regressor)])
