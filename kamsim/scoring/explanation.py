"""What raised and what lowered a score: effects of single columns, account by account.

An effect is a Shapley value of the score against typical accounts (Lundberg & Lee 2017, "A Unified Approach
to Interpreting Model Predictions"; the interventional kind): what a column adds on average when it is turned
from a typical account's value to this account's, the other columns being turned before it in random order.
Where the score is a sum of what single columns say, as in the linear models, one order gives exact effects;
boosted trees are gone through for all orders at once (`tree_effects`), against a sample of typical accounts.
What bends a model's score afterwards (isotonic calibration, an average with the prior) makes that impossible:
orders are then sampled, each walked in both directions (Štrumbelj & Kononenko 2014, "Explaining prediction
models and individual predictions with feature contributions", Knowledge and Information Systems 41).
Effects are centred in the end, so that among typical accounts each column's add up to nothing, as they do by
themselves when all orders and pairs of accounts are gone through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.utils.validation import check_is_fitted

from kamsim.errors import ConfigError, FeatureError
from kamsim.scoring.churn_classifier import ChurnClassifier
from kamsim.scoring.potential_regressor import PotentialRegressor
from kamsim.scoring.prior_column import take_prior
from kamsim.scoring.selection import content_order
from kamsim.scoring.tree_effects import tree_effects
from kamsim.streams import stream

Floats = NDArray[np.float64]

SAMPLES = 16
"""Walks from typical accounts to the one explained, where effects are sampled."""

TREE_STARTS = 50
"""Typical accounts that trees are followed against."""

ROWS_AT_ONCE = 50_000
"""Rows scored at a time."""

MOST_TYPICAL = 200
"""Accounts of a background on which effects are centred."""

NOTHING = 1e-9
"""Smaller effects are rounding."""

COLUMNS = ("row", "feature", "value", "typical", "effect", "rank", "target", "score", "typical_score")


def explain(
    estimator: ChurnClassifier | PotentialRegressor,
    X: Any,
    *,
    top: int | None = 3,
    background: Any = None,
    samples: int = SAMPLES,
    seed: int = 0,
) -> pd.DataFrame:
    """Tell which columns raised and which lowered each account's score.

    Parameters
    ----------
    estimator : ChurnClassifier or PotentialRegressor
        Fitted.
    X : DataFrame or array, shape (rows, columns)
        Accounts to explain, as for prediction; its index names them.
    top : int, optional
        Columns named for each account in either direction, largest effects first; all if None.
    background : DataFrame or array, optional
        The typical accounts that effects are measured against; the accounts of `X` themselves if absent.
    samples : int, default 16
        Walks, where effects are sampled: half as many typical accounts, each walked from in a random order
        of columns and in its reverse.
    seed : int, default 0
        Of those orders, and of ties.

    Returns
    -------
    DataFrame
        One row an account and column named: ``row`` (index of `X`), ``feature``, ``value`` (as given),
        ``typical`` (median or commonest value of the background), ``effect`` (on the log-odds of churn or on
        log potential; above 0 = raised), ``rank`` (1 = largest effect of all columns, whatever its
        direction), ``target`` ("churn" or "potential"), ``score`` and ``typical_score`` (probability, or
        units of potential). Sorted by ``row`` and ``rank``. The largest effect is always named, be it 0.

    Raises
    ------
    FeatureError
        When the estimator is of another kind, `X` names an account twice, or there are fewer than two
        typical accounts.
    ConfigError
        When `top` or `samples` is below 1.

    Notes
    -----
    All effects of an account add up to its score on the log scale less the typical one (exactly where the
    background is `X`; else nearly). A column that the model does not read has none. Columns that say the
    same share an effect: an explanation tells what the model made of the figures, not what causes what.
    Time grows with rows x trees for boosted trees, with rows x columns x `samples` where effects are sampled.

    Examples
    --------
    >>> rows = np.arange(400)
    >>> X = pd.DataFrame({"hours": rows % 20, "plan": np.where(rows % 3 == 0, "basic", "pro")})
    >>> model = ChurnClassifier(model="linear").fit(X, (rows % 20 < 6) ^ (rows % 11 == 0))
    >>> found = explain(model, X)
    >>> found.loc[found["row"] == 0, ["feature", "value", "typical", "rank"]].values.tolist()
    [['hours', 0, 9.5, 1], ['plan', 'basic', 'pro', 2]]
    """
    _check(estimator, top, samples)
    frame, table = _read(estimator, X)
    if not frame.index.is_unique:
        twice = frame.index[frame.index.duplicated()][0]
        raise FeatureError(f"X names the account {twice!r} more than once: effects could not be told apart")
    typical, reference = (frame, table) if background is None else _read(estimator, background)
    if len(reference) < 2:
        raise FeatureError(
            f"{len(reference)} typical account(s) to compare with: pass two or more, as X or as background"
        )
    scores, usual = estimator.score_prepared(table), estimator.score_prepared(reference)
    order = _by_score(reference, usual, seed)
    centre = slice(None) if background is None else order[_spread(len(order), MOST_TYPICAL)]
    effects_of = _attribution(estimator, reference[order], samples, seed)
    effects = effects_of(table)
    middle = effects if background is None else effects_of(reference[centre])
    effects = effects - middle.mean(axis=0)
    effects[np.abs(effects) < NOTHING] = 0.0
    found = _tidy(frame, typical, estimator.preparation_.kept_, effects, top)
    level = float(np.sort(usual[centre]).mean())
    back = expit if isinstance(estimator, ChurnClassifier) else np.exp
    found["target"] = "churn" if isinstance(estimator, ChurnClassifier) else "potential"
    found["score"] = back(scores)[found["row"].to_numpy()]
    found["typical_score"] = float(back(level))
    found["row"] = frame.index[found["row"].to_numpy()]
    return found.loc[:, list(COLUMNS)]


def _attribution(
    estimator: ChurnClassifier | PotentialRegressor, reference: Floats, samples: int, seed: int
) -> Callable[[Floats], Floats]:
    """Choose how effects are found; typical accounts in order of their score."""
    model, scale = estimator.model_, estimator.raw_scale
    if (
        isinstance(model, HistGradientBoostingClassifier | HistGradientBoostingRegressor)
        and scale is not None
    ):
        typical = reference[_spread(len(reference), TREE_STARTS)]
        return lambda table: scale * tree_effects(model, table, typical)
    if estimator.is_additive:
        samples = 1
    starts = reference[_spread(len(reference), (samples + 1) // 2)].repeat(2, axis=0)[:samples]
    walks = _Walks(starts, _orders(reference.shape[1], len(starts), seed))
    return lambda table: walks.effects(estimator, table)


@dataclass(frozen=True)
class _Walks:
    """Walks from a typical account to the one explained, one column at a time.

    Parameters
    ----------
    starts : array, shape (walks, columns)
    orders : array of int, shape (walks, columns)
    """

    starts: Floats
    orders: NDArray[np.intp]

    def effects(self, estimator: Any, table: Floats) -> Floats:
        """Average what each column adds when its turn comes, shape of `table`."""
        rows, columns = table.shape
        effects = np.zeros((rows, columns))
        step = max(1, ROWS_AT_ONCE // columns)
        for start, order in zip(self.starts, self.orders, strict=True):
            for first in range(0, rows, step):
                some = slice(first, first + step)
                effects[some] += _walk(estimator, table[some], start, order)
        return effects / len(self.starts)


def _walk(estimator: Any, table: Floats, start: Floats, order: NDArray[np.intp]) -> Floats:
    """Return what each column adds on one walk; only steps that change something are scored."""
    rows, columns = table.shape
    differs = (table != start) & ~(np.isnan(table) & np.isnan(start))
    on_way = np.empty((columns, rows, columns))
    on_way[:] = start
    for turn, column in enumerate(order):
        on_way[turn:, :, column] = table[:, column]
    moved = differs[:, order].T
    level = np.empty((columns + 1, rows))
    level[0] = estimator.score_prepared(start[None, :])[0]
    level[1:][moved] = estimator.score_prepared(on_way[moved]) if moved.any() else 0.0
    for turn in range(columns):
        level[turn + 1] = np.where(moved[turn], level[turn + 1], level[turn])
    added = np.empty((rows, columns))
    added[:, order] = np.diff(level, axis=0).T
    return added


def _check(estimator: Any, top: int | None, samples: int) -> None:
    if not isinstance(estimator, ChurnClassifier | PotentialRegressor):
        raise FeatureError(
            f"{type(estimator).__name__} is not explained: a ChurnClassifier or PotentialRegressor is"
        )
    check_is_fitted(estimator)
    for name, value in (("top", top), ("samples", samples)):
        if value is not None and value < 1:
            raise ConfigError(f"{name} must be 1 or above, got {value}")


def _read(estimator: ChurnClassifier | PotentialRegressor, X: Any) -> tuple[pd.DataFrame, Floats]:
    """Return a table as given, as a frame without the prior's column, and as numbers."""
    prior = estimator.prior_rate if isinstance(estimator, ChurnClassifier) else estimator.prior_potential
    X = take_prior(X, prior)[0]
    table = estimator.preparation_.transform(X)
    if isinstance(X, pd.DataFrame):
        return X, table
    return pd.DataFrame(
        np.asarray(X), columns=[f"x{k}" for k in range(np.shape(X)[1])]
    ).infer_objects(), table


def _by_score(table: Floats, scores: Floats, seed: int) -> NDArray[np.intp]:
    """Order rows by score, equal ones by what they hold: the order they came in does not matter."""
    order = content_order(table, scores, seed)
    return np.asarray(order[np.argsort(scores[order], kind="stable")])


def _spread(rows: int, wanted: int) -> NDArray[np.intp]:
    """Return places spread evenly over so many rows: the middles of equal stretches."""
    count = min(rows, wanted)
    return ((np.arange(count) + 0.5) * rows / count).astype(np.intp)


def _orders(columns: int, count: int, seed: int) -> NDArray[np.intp]:
    """Draw orders of columns, each followed by its reverse."""
    draw = stream(seed, "explain", "orders")
    orders: list[NDArray[np.intp]] = []
    for _ in range(0, count, 2):
        forth = draw.permutation(columns)
        orders += [forth, forth[::-1]]
    return np.array(orders[:count])


def _tidy(
    frame: pd.DataFrame, typical: pd.DataFrame, kept: list[Any], effects: Floats, top: int | None
) -> pd.DataFrame:
    """Lay out the effects to name, one a row; accounts as places in order of the index."""
    rows, columns = effects.shape
    ranked = np.argsort(-np.abs(effects), axis=1, kind="stable")
    in_rank = np.take_along_axis(effects, ranked, axis=1)
    named = np.ones((rows, columns), dtype=bool)
    if top is not None:
        raised, lowered = in_rank > 0, in_rank < 0
        named = (raised & (raised.cumsum(axis=1) <= top)) | (lowered & (lowered.cumsum(axis=1) <= top))
        named[:, 0] = True
    places = _index_order(frame.index)
    turn, rank = np.nonzero(named[places])
    place = places[turn]
    column = ranked[place, rank]
    values = np.column_stack([frame[name].astype("object").to_numpy() for name in kept])
    usual = np.empty(columns, dtype="object")
    usual[:] = [_usual(typical[name]) for name in kept]
    return pd.DataFrame(
        {
            "row": place,
            "feature": np.array([*map(str, kept)], dtype="object")[column],
            "value": pd.Series(values[place, column], dtype="object"),
            "typical": pd.Series(usual[column], dtype="object"),
            "effect": effects[place, column],
            "rank": rank + 1,
        }
    )


def _index_order(index: pd.Index) -> NDArray[np.intp]:
    try:
        return np.asarray(index.argsort())
    except TypeError:  # numbers and texts mixed: there is no order but the one given
        return np.arange(len(index))


def _usual(column: pd.Series) -> Any:
    """Return the median of numbers, the commonest of texts and booleans, missing where all are."""
    known = column.dropna()
    if known.empty:
        return None
    if pd.api.types.is_numeric_dtype(known.dtype) and not pd.api.types.is_bool_dtype(known.dtype):
        return float(known.median())
    counts = known.astype("object").value_counts()
    return min(counts.index[counts == counts.iloc[0]], key=str)
