"""Fitted state in plain parts, so that it can be stored without pickle.

`skops` knows numpy and scikit-learn but no pandas. An estimator that mixes in `PlainState` hands its frames,
indexes and mappings out as arrays and lists, and takes them back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class PlainIndex:
    """A pandas index as values, the name of their type, and a name."""

    values: list[Any] | NDArray[Any]
    dtype: str
    name: Any = None

    def restore(self) -> pd.Index:
        """Return the index."""
        index: pd.Index = pd.Index(self.values, dtype=self.dtype, name=self.name)
        return index


@dataclass(frozen=True)
class PlainFrame:
    """A DataFrame as columns and index levels."""

    names: list[Any]
    columns: list[PlainIndex]
    levels: list[PlainIndex]

    def restore(self) -> pd.DataFrame:
        """Return the frame."""
        parts = [level.restore() for level in self.levels]
        index = parts[0] if len(parts) == 1 else pd.MultiIndex.from_arrays(parts)
        values = {place: column.restore().array for place, column in enumerate(self.columns)}
        frame = pd.DataFrame(values, index=index)
        return frame.set_axis(pd.Index(self.names), axis=1) if self.names else frame


@dataclass(frozen=True)
class PlainMapping:
    """A dict whose keys need not be texts, as a list of keys and a list of values."""

    keys: list[Any]
    values: list[Any]

    def restore(self) -> dict[Any, Any]:
        """Return the dict."""
        return {key: restore(value) for key, value in zip(self.keys, self.values, strict=True)}


class PlainState:
    """Mixin whose pickled, copied or stored state holds no pandas object.

    Examples
    --------
    >>> class Fitted(PlainState):
    ...     pass
    >>> fitted = Fitted()
    >>> fitted.rates_ = pd.DataFrame({"rate": [0.1, 0.2]}, index=["smb", "strategic"])
    >>> type(fitted.__getstate__()["rates_"]).__name__
    'PlainFrame'
    >>> again = Fitted()
    >>> again.__setstate__(fitted.__getstate__())
    >>> again.rates_.equals(fitted.rates_)
    True
    """

    def __getstate__(self) -> dict[str, Any]:
        state: Any = super().__getstate__()
        return {name: plain(value) for name, value in (state or {}).items()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        whole = {name: restore(value) for name, value in state.items()}
        above = getattr(super(), "__setstate__", None)
        if above is None:
            self.__dict__.update(whole)
        else:
            above(whole)


def plain(value: Any) -> Any:
    """Return frames, indexes and dicts in plain parts, anything else as it is."""
    if isinstance(value, pd.DataFrame):
        levels = [value.index.get_level_values(k) for k in range(value.index.nlevels)]
        columns = [_plain_index(pd.Index(value.iloc[:, k])) for k in range(value.shape[1])]
        return PlainFrame(value.columns.tolist(), columns, [_plain_index(level) for level in levels])
    if isinstance(value, pd.Index):
        return _plain_index(value)
    if isinstance(value, dict):
        return PlainMapping(list(value), [plain(v) for v in value.values()])
    return value


def restore(value: Any) -> Any:
    """Return what `plain` was given."""
    return value.restore() if isinstance(value, PlainIndex | PlainFrame | PlainMapping) else value


def _plain_index(index: pd.Index) -> PlainIndex:
    numeric = isinstance(index.dtype, np.dtype) and index.dtype.kind in "biuf"
    return PlainIndex(index.to_numpy() if numeric else index.tolist(), str(index.dtype), index.name)
