"""Folds that hold rows out as life will: later rows, whole groups, and a gap as long as the label takes.

A label such as "left within 12 months" is known only 12 months after its row. A model that is asked at a
cut-off can have learned from rows whose label was known by then, hence the gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

from kamsim.errors import ConfigError

Rows = NDArray[np.int64]

FORWARD, GROUPED, RANDOM = "forward", "grouped", "random"
GROUP_PARTS = 3
"""Forward in time, groups are cut in this many parts: a part is tested by a model of the others."""

FEWEST_TO_LEARN = 20
"""A fold that leaves fewer rows to learn from is left out."""


@dataclass(frozen=True)
class Fold:
    """Positions of the rows learned from and of the rows held out, and which block of time they stand in."""

    learned: Rows
    held_out: Rows
    block: int


def random_folds(happened: NDArray[np.float64] | None, rows: int, folds: int, seed: int) -> list[Fold]:
    """Cut rows at random, each fold with its share of what happened where that is given.

    Examples
    --------
    >>> [len(fold.held_out) for fold in random_folds(np.tile([0.0, 1.0], 10), 20, 5, 0)]
    [4, 4, 4, 4, 4]
    """
    nothing = np.zeros(rows)
    if happened is None:
        splits = KFold(folds, shuffle=True, random_state=seed).split(nothing)
    else:
        fewest = int(min(happened.sum(), rows - happened.sum()))
        splits = StratifiedKFold(max(2, min(folds, fewest)), shuffle=True, random_state=seed).split(
            nothing, happened
        )
    return [Fold(learned, held_out, 0) for learned, held_out in splits]


def group_folds(happened: NDArray[np.float64] | None, groups: Rows, folds: int, seed: int) -> list[Fold]:
    """Cut whole groups, each fold with its share of what happened where that is given.

    Raises
    ------
    ConfigError
        If there is one group only.

    Examples
    --------
    >>> groups = np.repeat(np.arange(10), 3)
    >>> cut = group_folds(None, groups, 5, 0)
    >>> all(not set(groups[f.learned]) & set(groups[f.held_out]) for f in cut)
    True
    """
    count = len(np.unique(groups))
    if count < 2:
        raise ConfigError("groups holds one group only: there is nothing to hold out")
    folds = min(folds, count)
    nothing = np.zeros(len(groups))
    if happened is None:
        splits = GroupKFold(folds, shuffle=True, random_state=seed).split(nothing, groups=groups)
    else:
        fewest = int(min(happened.sum(), len(groups) - happened.sum()))
        cutter = StratifiedGroupKFold(max(2, min(folds, fewest)), shuffle=True, random_state=seed)
        splits = cutter.split(nothing, happened, groups)
    return [Fold(learned, held_out, 0) for learned, held_out in splits if len(held_out) and len(learned)]


def forward_folds(
    time: pd.Series, groups: Rows | None, *, folds: int, horizon: float, seed: int
) -> list[Fold]:
    """Cut time in blocks; each is held out by a model that learned from rows at least a horizon before it.

    Parameters
    ----------
    time : Series of dates or numbers, shape (rows,)
        When each row's features were known.
    groups : array of int, shape (rows,), optional
        Groups stay on one side: those of the held-out rows are not learned from.
    folds : int
        Blocks of time to hold out, at most.
    horizon : float
        How long the label takes: months where `time` holds dates, else in the unit of `time`.
    seed : int
        Of the cut of groups in parts.

    Returns
    -------
    list of Fold
        In order of time.

    Raises
    ------
    ConfigError
        If no row lies a horizon after enough others, or there is one group only.

    Examples
    --------
    >>> time = pd.Series(np.arange(40.0).repeat(5))
    >>> cut = forward_folds(time, None, folds=3, horizon=6, seed=0)
    >>> all(time[f.learned].max() + 6 <= time[f.held_out].min() for f in cut)
    True
    """
    starts = _block_starts(time, folds, horizon)
    found: list[Fold] = []
    for block, start in enumerate(starts):
        later = (time >= start).to_numpy()
        if block + 1 < len(starts):
            later = later & (time < starts[block + 1]).to_numpy()
        early = (time <= _before(start, horizon, time)).to_numpy()
        for learned, held_out in _cut_groups(early, later, groups, seed):
            if len(learned) >= FEWEST_TO_LEARN and len(held_out):
                found.append(Fold(learned, held_out, block))
    if not found:
        raise ConfigError(
            f"time runs from {time.min()} to {time.max()}: with a gap of horizon={horizon} "
            f"no later row has {FEWEST_TO_LEARN} earlier ones to learn from"
        )
    return found


def _block_starts(time: pd.Series, folds: int, horizon: float) -> Sequence[object]:
    """Choose the first moments of the blocks, with as many rows in each as there can be."""
    moments = time.sort_values(ignore_index=True)
    first = _after(moments.iloc[min(FEWEST_TO_LEARN, len(moments)) - 1], horizon, time)
    possible = moments[moments >= first]
    if possible.empty:
        return []
    # The first quarter of what could be tested is learned from, or the first fold would know next to nothing.
    enough = possible.iloc[len(possible) // 4 :].reset_index(drop=True)
    places = [len(enough) * k // folds for k in range(folds)]
    return list(dict.fromkeys(enough.iloc[place] for place in places))


def _before(moment: object, horizon: float, time: pd.Series) -> object:
    return _after(moment, -horizon, time)


def _after(moment: object, horizon: float, time: pd.Series) -> object:
    if pd.api.types.is_datetime64_any_dtype(time):
        whole = int(np.trunc(horizon))
        days = round((horizon - whole) * 30.4375)
        return pd.Timestamp(moment) + pd.DateOffset(months=whole, days=days)  # type: ignore[arg-type]
    return moment + horizon  # type: ignore[operator]


def _cut_groups(
    early: NDArray[np.bool_], later: NDArray[np.bool_], groups: Rows | None, seed: int
) -> Iterator[tuple[Rows, Rows]]:
    if groups is None:
        yield np.flatnonzero(early), np.flatnonzero(later)
        return
    names, place = np.unique(groups, return_inverse=True)
    if len(names) < 2:
        raise ConfigError("groups holds one group only: there is nothing to hold out")
    part = KFold(min(GROUP_PARTS, len(names)), shuffle=True, random_state=seed)
    for _, chosen in part.split(names):
        here = np.isin(place, chosen)
        yield np.flatnonzero(early & ~here), np.flatnonzero(later & here)
