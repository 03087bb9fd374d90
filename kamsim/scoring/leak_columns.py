"""Leaks that one column gives away by itself.

Strength alone is no proof: an honest score can reach an area under the curve of 0.95. So a rule asks for
strength together with something that an honest column does not have: a value that decides the answer, a
spread that looks made from the answer, a gap that stands for it, a place in the file, a name of later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import beta, norm

from kamsim.scoring.measures_of_skill import area_under_curve, rank_agreement
from kamsim.scoring.suspicion import Suspicion
from kamsim.scoring.uncertainty import delong_interval

Floats = NDArray[np.float64]

TOO_GOOD = 0.99
"""Hardly any honest column or model ranks this well: lower bound of its area under the curve."""

TOO_EXACT = 0.995
"""Rank correlation with an amount that hardly any honest column or model reaches."""

STRONG = 0.87
"""From this lower bound on, a column's spread is looked at."""

MOST_COPIES, RIVAL = 2, 0.78
"""Strong columns in plenty, or one with a rival that ranks this well, are how a strong table looks: real
classes often stand apart in many columns. A copy stands alone."""

MOST_DISTINCT, LARGEST_LUMP = 20, 0.1
"""Columns of fewer values, or with more of their rows at one value, have no spread to speak of."""

STRONG_FLAG = 0.85
"""Whether a column has one certain value ranks this well only when it restates the answer."""

TELLING_GAP = 0.65
"""Lower bound for whether a value is missing: a difference of 30 points in how often it is."""

TELLING_NAME = 0.65
TELLING_ORDER = 0.6
SORTED_BY_ANSWER = 0.75
DECISIVE_ODDS = 30.0
DECISIVE_SHARE = 0.4
FEW_VALUES = 10
FEWEST_ROWS = 10
MADE_FROM_ANSWER = 4.0
"""Log-likelihood by which two spreads, one for each answer, must beat one spread."""

MOST_PAIRED = 20
"""Pairs are looked at among this many columns at most, the first ones."""

LATER = {"future", "next", "after", "post", "later", "outcome", "label", "target", "upcoming", "subsequent"}


def as_numbers(column: pd.Series) -> Floats | None:
    """Read a column as numbers, missing as NaN; None for text."""
    if pd.api.types.is_datetime64_any_dtype(column):
        days = (column - pd.Timestamp(0, tz=column.dt.tz)) / pd.Timedelta(days=1)
        return np.asarray(days, dtype=np.float64)
    if pd.api.types.is_numeric_dtype(column):
        return np.asarray(column.to_numpy(float, na_value=np.nan), dtype=np.float64)
    return None


def area_bounds(answer: Floats, score: Floats) -> tuple[float, float]:
    """Return the area under the curve, turned to be above a half, and its lower bound."""
    if np.ptp(answer) == 0 or np.ptp(score) == 0:
        return 0.5, 0.5
    if area_under_curve(answer, score) < 0.5:
        score = -score
    return area_under_curve(answer, score), delong_interval(answer, score)[0]


def column_suspicions(features: pd.DataFrame, answer: Floats, target: Floats) -> Iterator[Suspicion]:
    """Look at each column by itself.

    Parameters
    ----------
    features : DataFrame, shape (rows, columns)
    answer : array of 0 and 1, shape (rows,)
        What happened; for amounts, whether they lie above their median.
    target : array, shape (rows,)
        What happened, or the amount.

    Yields
    ------
    Suspicion

    Examples
    --------
    >>> answer = np.tile([0.0, 1.0], 100)
    >>> table = pd.DataFrame({"seats": np.arange(200) // 2, "renewed_flag": 1 - answer})
    >>> {found.column for found in column_suspicions(table, answer, answer)}
    {'renewed_flag'}
    """
    amounts = not np.isin(target, (0.0, 1.0)).all()
    heaps: list[Suspicion] = []
    rival = 0.5
    for name in map(str, features.columns):
        column = features[name]
        yield from _missing(name, column, answer)
        if not amounts:
            yield from _decisive(name, column, answer)
        numbers = as_numbers(column)
        if numbers is None or np.isnan(numbers).mean() > 0.9:
            continue
        known = np.isfinite(numbers)
        yield from _strength(name, numbers[known], answer[known], target[known], amounts)
        heaped = None if amounts else _heaped(name, numbers[known], answer[known])
        if heaped is not None:
            heaps.append(heaped)
        else:
            rival = max(rival, area_bounds(answer[known], numbers[known])[0])
    if len(heaps) <= MOST_COPIES and rival < RIVAL:
        yield from heaps


def _missing(name: str, column: pd.Series, answer: Floats) -> Iterator[Suspicion]:
    absent = np.asarray(column.isna(), dtype=np.float64)
    area, low = area_bounds(answer, absent)
    if low >= TELLING_GAP:
        yes, no = absent[answer == 1].mean(), absent[answer == 0].mean()
        yield Suspicion(
            "missingness",
            f"Column {name!r} is missing in {yes:.0%} of the rows where it happened and in {no:.0%} of the "
            f"others: whether it is missing gives the answer away (AUC {area:.2f} alone).",
            column=name,
        )


def _levels(column: pd.Series) -> pd.Series:
    """Turn a column into texts of its values, missing among them; only its commonest value if it has many."""
    texts = column.astype("str").where(column.notna(), "missing")
    counts = texts.value_counts()
    if len(counts) <= FEW_VALUES:
        return texts
    return texts.where(texts == counts.index[0], "other values")


def _decisive(name: str, column: pd.Series, answer: Floats) -> Iterator[Suspicion]:
    texts = _levels(column)
    happened = pd.Series(answer, index=column.index)
    table = happened.groupby(texts).agg(["sum", "count"])
    yes, all_yes = table["sum"], answer.sum()
    no, all_no = table["count"] - yes, len(answer) - answer.sum()
    odds = ((yes + 0.5) / (all_yes + 1)) / ((no + 0.5) / (all_no + 1))
    held = pd.concat([yes / all_yes, no / all_no], axis=1).max(axis=1)
    decides = (np.maximum(odds, 1 / odds) >= DECISIVE_ODDS) & (held >= DECISIVE_SHARE)
    for level in table.index[decides & (table["count"] >= FEWEST_ROWS)]:
        rate = float(table.loc[level, "sum"] / table.loc[level, "count"])
        yield Suspicion(
            "decisive value",
            f"Column {name!r} decides the answer where it is {level}: it happened in {rate:.1%} of those "
            f"{int(table.loc[level, 'count'])} rows, against {answer.mean():.1%} of all.",
            column=name,
        )
        return
    level = str(((yes / all_yes) - (no / all_no)).abs().idxmax())
    area, low = area_bounds(answer, np.asarray(texts == level, dtype=np.float64))
    if low >= STRONG_FLAG:
        yield Suspicion(
            "copy",
            f"Whether column {name!r} is {level} ranks with AUC {area:.3f} alone: it restates the answer.",
            column=name,
        )


def _strength(
    name: str, numbers: Floats, answer: Floats, target: Floats, amounts: bool
) -> Iterator[Suspicion]:
    area, low = area_bounds(answer, numbers)
    if amounts:
        agreement = abs(rank_agreement(target, numbers))
        if agreement >= TOO_EXACT:
            yield Suspicion(
                "copy",
                f"Column {name!r} ranks the target almost exactly (rank correlation {agreement:.3f}).",
                column=name,
            )
    elif low >= TOO_GOOD:
        yield Suspicion(
            "copy", f"Column {name!r} alone all but gives the answer (AUC {area:.3f}).", column=name
        )
    words = set(re.split(r"[\W_\d]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()))
    if words & LATER and low >= TELLING_NAME:
        yield Suspicion(
            "name of later",
            f"Column {name!r} is called after something later ({', '.join(sorted(words & LATER))}) and ranks "
            f"with AUC {area:.2f} alone: check when it was known.",
            column=name,
        )


def _heaped(name: str, numbers: Floats, answer: Floats) -> Suspicion | None:
    area, low = area_bounds(answer, numbers)
    counts = np.unique(numbers, return_counts=True)[1]
    lumpy = len(counts) <= MOST_DISTINCT or counts.max() > LARGEST_LUMP * len(numbers)
    if low < STRONG or lumpy or not _made_from(numbers, answer):
        return None
    return Suspicion(
        "copy",
        f"Column {name!r} ranks with AUC {area:.3f} alone, far better than any other, and its values fall "
        "into one heap for each answer: it looks made from the answer, not the other way round.",
        column=name,
    )


def _made_from(numbers: Floats, answer: Floats) -> bool:
    """Say whether two normal spreads of one width, one for each answer, fit much better than one spread.

    An honest column has one spread, and the answer changes gradually along it. A copy of the answer with
    noise has a heap for each answer. One spread may be normal, lognormal or bounded (a Beta, of which the
    uniform is one); the heaps may be normal as they stand or in logs.
    """
    scales = [(numbers, np.zeros(len(numbers)))]
    if numbers.min() >= 0:
        shift = max(float(np.median(numbers)) / 100, 1e-9)
        logs = np.log(numbers + shift)
        scales.append((logs, -logs))
    one = [float(np.sum(norm.logpdf(x, x.mean(), x.std() + 1e-12) + jacobian)) for x, jacobian in scales]
    one.append(_one_bounded_spread(numbers))
    heaps = [float(np.sum(_two_heaps(x, answer) + jacobian)) for x, jacobian in scales]
    return max(heaps) - max(one) > MADE_FROM_ANSWER


def _one_bounded_spread(numbers: Floats) -> float:
    """Return the log-likelihood of a Beta over the range, by the method of moments."""
    margin = np.ptp(numbers) / len(numbers)
    width = np.ptp(numbers) + 2 * margin
    share = (numbers - numbers.min() + margin) / width
    mean, variance = float(share.mean()), float(share.var())
    weight = max(mean * (1 - mean) / variance - 1, 0.1)
    return float(np.sum(beta.logpdf(share, mean * weight, (1 - mean) * weight) - np.log(width)))


def _two_heaps(x: Floats, answer: Floats) -> Floats:
    share = answer.mean()
    yes, no = x[answer == 1], x[answer == 0]
    width = float(np.sqrt(share * yes.var() + (1 - share) * no.var())) + 1e-12
    heap_yes = np.log(share) + norm.logpdf(x, yes.mean(), width)
    heap_no = np.log1p(-share) + norm.logpdf(x, no.mean(), width)
    return np.asarray(np.logaddexp(heap_yes, heap_no))


def order_suspicions(features: pd.DataFrame, answer: Floats, position: Floats) -> Iterator[Suspicion]:
    """Look for the answer in the order of the file, and in columns that number the rows.

    Parameters
    ----------
    features : DataFrame, shape (rows, columns)
    answer : array of 0 and 1, shape (rows,)
    position : array, shape (rows,)
        Place of each row in the table as given.
    """
    area, low = area_bounds(answer, position)
    if low >= SORTED_BY_ANSWER:
        yield Suspicion("row order", f"The rows stand in the order of the answer (AUC {area:.2f} by place).")
    for name in map(str, features.columns):
        numbers = _numbering(features[name])
        if numbers is None:
            continue
        in_order = abs(rank_agreement(position, numbers)) >= 0.99
        counts_up = np.ptp(numbers) <= 3 * len(numbers)
        area, low = area_bounds(answer, numbers)
        if (in_order or counts_up) and low >= TELLING_ORDER:
            yield Suspicion(
                "row order",
                f"Column {name!r} numbers the rows, and the number ranks the answer (AUC {area:.2f}): the "
                "order of the file, or of the ids, knows it.",
                column=name,
            )


def _numbering(column: pd.Series) -> Floats | None:
    """Return the numbers of a column that differ from row to row: whole numbers, or texts that end in one."""
    if pd.api.types.is_datetime64_any_dtype(column) or column.isna().any() or not column.is_unique:
        return None
    numbers = as_numbers(column)
    if numbers is None:
        digits = column.astype("str").str.extract(r"(\d{1,15})$", expand=False)
        if digits.isna().any():
            return None
        numbers = np.asarray(digits, dtype=np.float64)
    return numbers if np.array_equal(numbers, np.round(numbers)) else None


def pair_suspicions(features: pd.DataFrame, answer: Floats, target: Floats) -> Iterator[Suspicion]:
    """Look for an answer hidden in two columns: a total that holds the future beside one of the past."""
    numbers = {str(n): as_numbers(features[n]) for n in features.columns}
    whole = {n: x for n, x in numbers.items() if x is not None and np.isfinite(x).all() and np.ptp(x) > 0}
    names = [n for n, x in whole.items() if len(np.unique(x)) > FEW_VALUES][:MOST_PAIRED]
    amounts = not np.isin(target, (0.0, 1.0)).all()
    for one, other in combinations(names, 2):
        gap = whole[one] - whole[other]
        if amounts:
            agreement = abs(rank_agreement(target, gap))
            alone = max(abs(rank_agreement(target, whole[n])) for n in (one, other))
            found = agreement >= TOO_EXACT > alone
        else:
            found = _gap_decides(gap, [whole[one], whole[other]], answer)
        if found:
            yield Suspicion(
                "sum of later",
                f"Columns {one!r} and {other!r} together give the answer by their difference: one of them "
                "counts what came later.",
                column=one,
            )


def _gap_decides(gap: Floats, alone: list[Floats], answer: Floats) -> bool:
    if area_bounds(answer, gap)[1] >= TOO_GOOD:
        return max(area_bounds(answer, x)[0] for x in alone) < STRONG
    nothing = np.abs(gap) <= 1e-9 * np.abs(gap).max()
    yes, no = nothing[answer == 1].mean(), nothing[answer == 0].mean()
    return bool(max(yes, no) >= DECISIVE_SHARE and max(yes, no) >= DECISIVE_ODDS * max(min(yes, no), 1e-3))
