"""Joining features as of a cut-off: what was not known by then is refused or masked, and said."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamsim.errors import ConfigError, FeatureWarning, unknown_name

REFUSED_FROM = 0.5
"""A column late in this share of its known cells is no feature of that moment: it is left out."""


class LateFeatureWarning(FeatureWarning):
    """A feature was not yet available as of the cut-off: its late cells are masked, or the column refused."""


@dataclass(frozen=True)
class AsOf:
    """Features as of the cut-off.

    Parameters
    ----------
    features : DataFrame
        What was known; masked cells are missing.
    late : DataFrame of bool
        Which cells were known too late, for the columns that have any.
    refused : tuple of str
        Columns left out.
    """

    features: pd.DataFrame
    late: pd.DataFrame
    refused: tuple[str, ...]


def join_as_of(
    features: pd.DataFrame,
    available_at: Mapping[str, object] | pd.Series | pd.DataFrame,
    as_of: object,
) -> AsOf:
    """Keep what was available by the cut-off.

    Parameters
    ----------
    features : DataFrame, shape (rows, columns)
    available_at : mapping, Series or DataFrame
        When each column became available: one moment a column, or a frame with `features`' index and a
        moment a cell. Columns that are not named were always available; a missing moment is never.
    as_of : moment, or Series of moments with `features`' index
        The cut-off, of all rows or of each.

    Returns
    -------
    AsOf

    Raises
    ------
    ConfigError
        If a column is unknown or `as_of` is missing.

    Warns
    -----
    LateFeatureWarning
        For each column with late cells.

    Examples
    --------
    >>> table = pd.DataFrame({"seats": [3, 5], "usage_later": [1.0, 0.0]})
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", LateFeatureWarning)
    ...     known = join_as_of(table, {"usage_later": "2024-06-30"}, "2024-01-01")
    >>> known.refused, list(known.features)
    (('usage_later',), ['seats'])
    """
    if as_of is None:
        raise ConfigError("available_at is given without as_of or time: the cut-off is not known")
    cutoff = _moments(as_of, features.index)
    late = pd.DataFrame(index=features.index)
    names = list(available_at.columns if isinstance(available_at, pd.DataFrame) else available_at.keys())
    for name in names:
        if name not in features.columns:
            raise ConfigError(unknown_name("column of available_at", str(name), map(str, features.columns)))
        given = available_at[name]
        known_at = _moments(given, features.index)
        too_late = ~(known_at <= cutoff) & features[name].notna()
        if too_late.any():
            late[name] = too_late
    return _mask(features, late)


def _mask(features: pd.DataFrame, late: pd.DataFrame) -> AsOf:
    kept = features.copy()
    refused: list[str] = []
    for name in late.columns:
        share = float(late[name].sum() / max(int(features[name].notna().sum()), 1))
        if share >= REFUSED_FROM:
            refused.append(str(name))
            what = f"column {name!r} is refused: {share:.0%} of its values came after the cut-off"
        else:
            kept[name] = _nullable(kept[name]).mask(late[name])
            what = f"column {name!r} has {int(late[name].sum())} values from after the cut-off: masked"
        warnings.warn(what, LateFeatureWarning, stacklevel=4)
    return AsOf(kept.drop(columns=refused), late, tuple(refused))


def _nullable(column: pd.Series) -> pd.Series:
    """Make room for missing values in whole numbers and truth values."""
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_integer_dtype(column):
        return column.astype(float)
    return column


def _moments(given: object, index: pd.Index) -> pd.Series:
    """Lay moments out a row each: dates, or numbers where numbers are given."""
    if isinstance(given, pd.Series):
        return _dates(given.reindex(index))
    return _dates(pd.Series([given] * len(index), index=index))


def _dates(moments: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(moments):
        return moments.astype(float)
    return pd.to_datetime(moments)


def dates_after(features: pd.DataFrame, as_of: object) -> dict[str, float]:
    """Return, by name of a column of dates, the share of its dates that lie after the cut-off.

    Examples
    --------
    >>> table = pd.DataFrame({"signed": pd.to_datetime(["2023-01-01", "2024-03-01"])})
    >>> dates_after(table, pd.Timestamp("2024-01-01"))
    {'signed': 0.5}
    """
    cutoff = _moments(as_of, features.index)
    if not pd.api.types.is_datetime64_any_dtype(cutoff):
        return {}
    dates = [n for n in features.columns if pd.api.types.is_datetime64_any_dtype(features[n])]
    shares = {str(n): float(np.mean((features[n] > cutoff)[features[n].notna()])) for n in dates}
    return {name: share for name, share in shares.items() if share > 0}
