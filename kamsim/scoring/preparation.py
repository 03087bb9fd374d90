"""Any table of features as numbers: what both kinds of model read, with nothing prepared by the user.

Numbers and booleans stay what they are, gaps stay gaps, and texts become the number of their category.
Dates and infinities are refused; a column without any value, and a text that names its row, are left out
with a warning; whole numbers that name it are read, with a warning. Rows are never dropped.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from kamsim.errors import FeatureError, FeatureTypeError, FeatureWarning
from kamsim.scoring.plain_state import PlainState

Floats = NDArray[np.float64]

FEWEST_PER_CATEGORY = 5
"""Rarer categories share one number: a number of their own would be learned by heart."""

MOST_CATEGORIES = 250
"""Categories beyond the most frequent 250 share one number: gradient boosting takes no more than 255."""

LEFT_OUT_BECAUSE = {"empty": "has no value at all", "id": "looks like an id (no two rows share a text)"}
"""Why a column may be left out."""

FEWEST_FOR_AN_ID = 10
"""In fewer rows than this, texts that all differ say nothing of their column."""

FEWEST_TO_NUMBER = 50
"""In fewer rows than this, whole numbers may all differ by chance."""

WIDEST_NUMBERING = 3
"""Ids are taken to lie in a span of at most so many times their number."""


class FramePreparation(PlainState, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn a table of mixed columns into an array of numbers.

    Attributes
    ----------
    categories_ : dict of str to Index
        Text columns with the categories that have a number of their own, in that order. The next number
        stands for every other text.
    left_out_ : tuple of str
        Columns that no model reads, each named in a warning.
    reasons_ : tuple of str
        Why, by column left out: a key of `LEFT_OUT_BECAUSE`.
    kept_ : list
        Columns of the array, in order.
    feature_names_in_, n_features_in_
        As in scikit-learn.

    Examples
    --------
    >>> frame = pd.DataFrame({"size": [1.0, None], "kind": ["bank", "bank"], "public": [True, False]})
    >>> FramePreparation().fit_transform(frame)
    array([[ 1.,  0.,  1.],
           [nan,  0.,  0.]])
    """

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002
        """Learn columns and categories.

        Parameters
        ----------
        X : DataFrame or array, shape (rows, columns)
        y : ignored

        Returns
        -------
        FramePreparation

        Raises
        ------
        FeatureError
            For dates and infinities, naming the column.

        Warns
        -----
        FeatureWarning
            For a column that is left out, or of whole numbers that look like an id; naming it.
        """
        frame = _as_frame(X)
        validate_data(self, X, skip_check_array=True)
        self.categories_: dict[Hashable, pd.Index] = {}
        self.left_out_: tuple[Hashable, ...] = ()
        self.reasons_: tuple[str, ...] = ()
        for name, column in frame.items():
            if column.isna().all():
                self._leave_out(name, "empty")
            elif _is_text(column):
                self._learn_categories(name, *_texts(column))
            else:
                _numbers(column)
                if looks_like_id(column):
                    text = (
                        f"column {name!r} numbers the rows like an id, and is read as a feature nevertheless"
                    )
                    warnings.warn(text, FeatureWarning, stacklevel=3)
        self.kept_ = [name for name in frame.columns if name not in self.left_out_]
        if not self.kept_:
            raise FeatureError(f"no column is left to learn from: left out were {', '.join(map(str, frame))}")
        return self

    def transform(self, X: Any) -> Floats:
        """Lay the columns out as numbers, gaps as NaN.

        Parameters
        ----------
        X : DataFrame or array, shape (rows, columns)
            Columns as at fit.

        Returns
        -------
        array, shape (rows, kept columns)

        Raises
        ------
        FeatureError
            When a column is missing, unseen at fit, text where it was numeric (or the reverse), a date or
            infinite; the message names it.
        """
        check_is_fitted(self)
        frame = _as_frame(X)
        try:
            validate_data(self, X, reset=False, skip_check_array=True)
        except ValueError as error:
            raise FeatureError(str(error)) from error
        table = np.empty((len(frame), len(self.kept_)))
        for place, name in enumerate(self.kept_):
            table[:, place] = self._read(name, frame[name])
        return table

    @property
    def is_category(self) -> NDArray[np.bool_]:
        """Which columns of the array are numbers of categories, shape (kept columns,)."""
        return np.array([name in self.categories_ for name in self.kept_], dtype=bool)

    def _learn_categories(self, name: Hashable, codes: NDArray[np.intp], texts: pd.Index) -> None:
        counts = pd.Series(np.bincount(codes[codes >= 0], minlength=len(texts)), index=texts)
        if counts.max() <= 1 and len(codes) >= FEWEST_FOR_AN_ID:
            self._leave_out(name, "id")
            return
        frequent = counts[counts >= FEWEST_PER_CATEGORY].sort_index(kind="stable")
        most = frequent.sort_values(ascending=False, kind="stable").index[:MOST_CATEGORIES]
        self.categories_[name] = most.sort_values()

    def _leave_out(self, name: Hashable, reason: str) -> None:
        text = f"column {name!r} {LEFT_OUT_BECAUSE[reason]}: it is left out"
        warnings.warn(text, FeatureWarning, stacklevel=4)
        self.left_out_ = (*self.left_out_, name)
        self.reasons_ = (*self.reasons_, reason)

    def _read(self, name: Hashable, column: pd.Series) -> Floats:
        if column.isna().all():
            return np.full(len(column), np.nan)
        text, expected = _is_text(column), name in self.categories_
        if text != expected:
            kinds = ("numbers", "texts")
            raise FeatureError(f"column {name!r} holds {kinds[text]}, but held {kinds[expected]} at fit")
        if not text:
            return _numbers(column)
        (codes, texts), known = _texts(column), self.categories_[name]
        numbers = known.get_indexer(texts).astype("float64")
        numbers[numbers < 0] = len(known)
        return np.append(numbers, np.nan)[codes]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        return tags


def looks_like_id(column: pd.Series) -> bool:
    """Say whether a column of texts or whole numbers names the rows.

    Examples
    --------
    >>> looks_like_id(pd.Series([f"A{i}" for i in range(60)])), looks_like_id(pd.Series([3, 5] * 30))
    (True, False)
    """
    if len(column) < FEWEST_TO_NUMBER or not column.is_unique:
        return False
    if pd.api.types.is_integer_dtype(column):
        return int(column.max() - column.min()) <= WIDEST_NUMBERING * len(column)
    return bool(pd.api.types.is_string_dtype(column))


def _as_frame(X: Any) -> pd.DataFrame:
    if sparse.issparse(X):
        raise FeatureTypeError("sparse matrices are not supported: pass a DataFrame or a dense array")
    if isinstance(X, pd.DataFrame):
        if not X.columns.is_unique:
            twice = X.columns[X.columns.duplicated()][0]
            raise FeatureError(f"column {twice!r} occurs more than once")
        if X.empty:
            check_array(np.empty(X.shape))
        return X
    kept = check_array(X, dtype=None, ensure_all_finite=False)
    return pd.DataFrame(kept, columns=[f"x{i}" for i in range(kept.shape[1])]).infer_objects()


def _is_text(column: pd.Series) -> bool:
    """Tell texts from numbers by their values; refuse dates."""
    kind = types.infer_dtype(column, skipna=True)
    if kind == "categorical":
        kind = types.infer_dtype(column.cat.categories, skipna=True)
    if kind.startswith(("date", "timedelta", "period", "time", "interval")):
        raise FeatureError(
            f"column {column.name!r} holds dates, which no model reads: pass an age in months instead"
        )
    return isinstance(column.dtype, pd.CategoricalDtype) or kind in (
        "string",
        "mixed",
        "mixed-integer",
        "bytes",
    )


def _texts(column: pd.Series) -> tuple[NDArray[np.intp], pd.Index]:
    """Number a column's texts: each row's number, -1 for a gap, and the texts, each once."""
    if not isinstance(column.dtype, pd.CategoricalDtype | pd.StringDtype):
        column = column.astype("object").map(str, na_action="ignore")
    kinds, values = pd.factorize(column)
    place, texts = pd.factorize(pd.Index([str(value) for value in values]))
    return np.append(place, -1)[kinds], texts


def _numbers(column: pd.Series) -> Floats:
    if types.is_complex_dtype(column):
        raise FeatureError(f"Complex data not supported: column {column.name!r}")
    if column.dtype == "object":
        column = column.astype("Float64")
    numbers = np.asarray(column.to_numpy("float64", na_value=np.nan))
    if np.isinf(numbers).any():
        raise FeatureError(f"column {column.name!r} holds infinity (inf) in {np.isinf(numbers).sum()} row(s)")
    return numbers
