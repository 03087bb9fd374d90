"""Leaks by way of rows that belong together: target encodings, relatives' answers, hidden families."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2

from kamsim.scoring.leak_columns import as_numbers
from kamsim.scoring.measures_of_skill import area_under_curve
from kamsim.scoring.suspicion import Suspicion

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

FEWEST_KEYS = 20
LARGEST_MEAN_SIZE = 12
"""A column whose values hold more rows each is a category, not a key of families."""

LARGEST_SHARE_ALONE = 0.67
"""A column with more different values than this share of the rows holds hardly any two together."""

ALIKE = 4.0
"""Standard errors by which answers must agree within keys before folds are cut by them."""

PURE = 0.97
UNDERSPREAD = 1e-6


def key_columns(features: pd.DataFrame) -> dict[str, Rows]:
    """Return columns whose values hold a few rows each, as numbers of keys.

    Examples
    --------
    >>> table = pd.DataFrame({"family": np.repeat(np.arange(30), 4), "seats": np.arange(120)})
    >>> list(key_columns(table))
    ['family']
    """
    found: dict[str, Rows] = {}
    for name in map(str, features.columns):
        codes, values = pd.factorize(features[name])
        known = int((codes >= 0).sum())
        if len(values) < FEWEST_KEYS or known < len(codes):
            continue
        if known / LARGEST_MEAN_SIZE <= len(values) <= LARGEST_SHARE_ALONE * known:
            found[name] = codes.astype(np.int64)
    return found


def alikeness(answer: Floats, keys: Rows) -> float:
    """Return by how many standard errors answers within keys agree more than chance has it.

    Pearson's statistic of homogeneity, with the variance that it has for small keys (Haldane 1940).
    """
    sizes = np.bincount(keys)
    sizes, sums = sizes[sizes > 0], np.bincount(keys, weights=answer)[sizes > 0]
    rate = float(answer.mean())
    spread = rate * (1 - rate)
    statistic = float(np.sum((sums - sizes * rate) ** 2 / (sizes * spread)))
    variance = float(np.sum(2 - 2 / sizes + (1 / spread - 4) / sizes))
    return float((statistic - len(sizes)) / np.sqrt(max(variance, 1e-9)))


def encoding_suspicions(features: pd.DataFrame, target: Floats, groups: Rows | None) -> Iterator[Suspicion]:
    """Look for columns that were computed from the answers of their own row or of its relatives.

    Parameters
    ----------
    features : DataFrame, shape (rows, columns)
    target : array, shape (rows,)
        0 and 1, or an amount.
    groups : array of int, shape (rows,), optional

    Examples
    --------
    >>> family = np.repeat(np.arange(40), 5)
    >>> left = (np.arange(200) ** 2 % 101 % 3 == 0).astype(float)
    >>> encoded = pd.Series(left).groupby(family).transform("mean")
    >>> [found.rule for found in encoding_suspicions(pd.DataFrame({"code": encoded}), left, None)]
    ['target encoding']
    """
    keys = key_columns(features)
    if groups is not None:
        keys["groups"] = groups
    for name in map(str, features.columns):
        numbers = as_numbers(features[name])
        if numbers is None or not np.isfinite(numbers).all() or np.ptp(numbers) == 0:
            continue
        if _is_mean_of_answer(numbers, target):
            why = "its values are the mean answers of the rows that hold them, without the scatter of chance"
        else:
            by = next((k for k, rows in keys.items() if k != name and _from_key(numbers, target, rows)), None)
            why = f"it follows the answers within {by!r} closer than chance allows" if by else ""
        if why:
            yield Suspicion(
                "target encoding", f"Column {name!r} was computed from the answer: {why}.", column=name
            )


def _is_mean_of_answer(numbers: Floats, target: Floats) -> bool:
    """Say whether each value of a column is the mean answer of its rows, or too straight a line of it."""
    values, place, sizes = np.unique(numbers, return_inverse=True, return_counts=True)
    if not 3 <= len(values) <= LARGEST_SHARE_ALONE * len(numbers):
        return False
    means = np.bincount(place, weights=target) / sizes
    if np.allclose(means, values, rtol=1e-6, atol=1e-9):
        return True
    several = sizes >= 2
    if not np.isin(target, (0.0, 1.0)).all() or several.sum() < 6:
        return False
    values, means, sizes = values[several], means[several], sizes[several]
    line = np.polynomial.Polynomial.fit(values, means, 1, w=np.sqrt(sizes))(values)
    rate = float(target.mean())
    statistic = float(np.sum(sizes * (means - line) ** 2) / (rate * (1 - rate)))
    freedom = int(several.sum()) - 2
    # In log odds far from one half the scatter is smaller than at the mean rate, hence the tenth.
    return bool(statistic < 0.1 * freedom and chi2.cdf(statistic, freedom) < UNDERSPREAD)


def _from_key(numbers: Floats, target: Floats, keys: Rows) -> bool:
    sizes = np.bincount(keys).astype(float)
    if (sizes > 0).sum() < FEWEST_KEYS or len(keys) / (sizes > 0).sum() < 1.5:
        return False
    return _beats_reliability(numbers, target, keys, sizes) or _pure_within(numbers, target, keys, sizes)


def _beats_reliability(numbers: Floats, target: Floats, keys: Rows, sizes: Floats) -> bool:
    """Say whether a column that is constant within keys explains more of their means than is not chance.

    A key's mean answer is its own rate plus chance; an honest column knows of the rate only, so its R² with
    the means is at most the means' reliability (Spearman 1904).
    """
    here = sizes >= 2
    mean_number = np.bincount(keys, weights=numbers)[here] / sizes[here]
    spread = np.bincount(keys, weights=numbers**2)[here] / sizes[here] - mean_number**2
    if np.mean(spread <= 1e-9 * numbers.var()) < 0.95 or here.sum() < FEWEST_KEYS or np.ptp(mean_number) == 0:
        return False
    mean = np.bincount(keys, weights=target)[here] / sizes[here]
    within = np.bincount(keys, weights=target**2)[here] - sizes[here] * mean**2
    chance = float(within.sum() / (sizes[here] - 1).sum()) * float(np.mean(1 / sizes[here]))
    if mean.var() == 0:
        return False
    reliability = max(0.0, 1 - chance / float(mean.var(ddof=1)))
    explained = float(np.corrcoef(mean_number, mean)[0, 1] ** 2)
    noise = 3 * float(np.sqrt(2 / here.sum())) * (1 - reliability)
    return bool(explained - reliability > max(0.2, noise))


def _pure_within(numbers: Floats, target: Floats, keys: Rows, sizes: Floats) -> bool:
    """Say whether, among relatives with different answers, a column tells them apart without fail.

    A mean of the others' answers is lower for the one who left than for the one who stayed.
    """
    if not np.isin(target, (0.0, 1.0)).all():
        return False
    rate = (np.bincount(keys, weights=target) / np.maximum(sizes, 1))[keys]
    mixed = (rate > 0) & (rate < 1)
    if mixed.sum() < FEWEST_KEYS:
        return False
    own = numbers - (np.bincount(keys, weights=numbers) / np.maximum(sizes, 1))[keys]
    within = area_under_curve(target[mixed], own[mixed])
    overall = area_under_curve(target, numbers)
    # A strong honest column is as strong among relatives; one made from their answers is stronger by far.
    return max(within, 1 - within) >= PURE and abs(max(within, 1 - within) - max(overall, 1 - overall)) > 0.05
