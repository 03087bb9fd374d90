"""Key figures as pure functions of arrays, with the definitions of the domain (docs/sources.md, D-KPI-*)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]


def _ratio(part: ArrayLike, whole: ArrayLike) -> Floats:
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    empty = np.full(np.broadcast(part, whole).shape, np.nan)
    ratio: Floats = np.divide(part, whole, out=empty, where=whole > 0)
    return ratio


def nrr(before: ArrayLike, after: ArrayLike, axis: int = 0) -> Floats:
    """Net revenue retention (D-KPI-2): what last year's customers bring this year, against last year.

    Upsell, cross-sell, contraction and churn are in it; customers won since are not.

    Parameters
    ----------
    before, after : array of float, accounts along `axis`
        Revenue in year N-1 and in year N, EUR.
    axis : int

    Returns
    -------
    array of float
        NaN where nobody was a customer in year N-1.

    Examples
    --------
    >>> float(nrr([100.0, 50.0, 0.0], [120.0, 0.0, 40.0]))
    0.8
    """
    before, after = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    return _ratio(np.where(before > 0, after, 0.0).sum(axis=axis), before.sum(axis=axis))


def grr(before: ArrayLike, after: ArrayLike, axis: int = 0) -> Floats:
    """Gross revenue retention: as `nrr`, but no account counts for more than it brought before.

    Examples
    --------
    >>> round(float(grr([100.0, 50.0, 0.0], [120.0, 0.0, 40.0])), 4)
    0.6667
    """
    before, after = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    return _ratio(np.minimum(before, after).sum(axis=axis), before.sum(axis=axis))


def logo_retention(customer_before: ArrayLike, customer_after: ArrayLike, axis: int = 0) -> Floats:
    """Share of the customers at the start of a period that are customers at its end (D-RET-1).

    Examples
    --------
    >>> float(logo_retention([True, True, False], [True, False, True]))
    0.5
    """
    before, after = np.asarray(customer_before, dtype=bool), np.asarray(customer_after, dtype=bool)
    return _ratio((before & after).sum(axis=axis), before.sum(axis=axis))


def share_interval(part: ArrayLike, whole: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Give the ends of Wilson's interval for a share of independent cases (Wilson 1927).

    Parameters
    ----------
    part, whole : array of int
        Cases counted, and cases in all.
    confidence : float

    Returns
    -------
    low, high : array of float
        NaN where there is no case.

    Examples
    --------
    >>> [round(float(end), 3) for end in share_interval(5, 10)]
    [0.237, 0.763]
    """
    whole = np.asarray(whole, dtype=float)
    share, z = _ratio(part, whole), stats.norm.ppf((1 + confidence) / 2)
    weight = _ratio(z**2, whole)
    middle = (share + weight / 2) / (1 + weight)
    half = np.sqrt(share * (1 - share) * weight + weight**2 / 4) / (1 + weight)
    return np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)


def ratio_interval(part: ArrayLike, whole: ArrayLike, confidence: float = 0.95) -> tuple[float, float]:
    """Give the ends of an interval for a ratio of two sums over accounts, such as NRR.

    Accounts are taken to be independent; the ratio is linearised, and Student's t used on what is left
    (Cochran 1977, *Sampling Techniques*, section 6.4). Few accounts that hold most of the revenue make it too
    short.

    Parameters
    ----------
    part, whole : array of float, shape (accounts,)
        Such as the revenue of this year and that of the year before.
    confidence : float

    Returns
    -------
    low, high : float
        NaN with fewer than two accounts, or where `whole` sums up to nothing.

    Examples
    --------
    >>> [round(end, 2) for end in ratio_interval([110.0, 95.0, 80.0, 120.0], [100.0, 100.0, 100.0, 100.0])]
    [0.73, 1.29]
    """
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    n, total = part.size, whole.sum()
    if n < 2 or not total > 0:
        return float("nan"), float("nan")
    ratio = part.sum() / total
    error = np.sqrt(n / (n - 1) * ((part - ratio * whole) ** 2).sum()) / total
    half = stats.t.ppf((1 + confidence) / 2, n - 1) * error
    return max(float(ratio - half), 0.0), float(ratio + half)


def share_of_wallet(revenue: ArrayLike, wallet: ArrayLike) -> Floats:
    """Revenue taken from the client in the category over the client's spend in it (D-KPI-1).

    Examples
    --------
    >>> float(share_of_wallet(30.0, 120.0))
    0.25
    """
    return _ratio(revenue, wallet)


def coverage_ratio(accounts: ArrayLike, account_executives: ArrayLike) -> Floats:
    """Accounts per account executive (D-COV-1).

    Examples
    --------
    >>> float(coverage_ratio(12, 3))
    4.0
    """
    return _ratio(accounts, account_executives)


def gini(values: ArrayLike) -> float:
    """Gini coefficient of non-negative values: 0 when all are equal, towards 1 when one holds all.

    Examples
    --------
    >>> gini([1.0, 1.0, 1.0]), gini([0.0, 0.0, 3.0])
    (0.0, 0.6666666666666666)
    """
    ordered = np.sort(np.asarray(values, dtype=float))
    n, total = ordered.size, ordered.sum()
    if n == 0 or total <= 0:
        return float("nan")
    return float(((2 * np.arange(1, n + 1) - n - 1) * ordered).sum() / (n * total))


def top_share(values: ArrayLike, share: float = 0.2) -> float:
    """Part of the total that the largest `share` of the values hold (D-CON-1).

    Examples
    --------
    >>> top_share([8.0, 1.0, 1.0, 0.0, 0.0])
    0.8
    """
    ordered = np.sort(np.asarray(values, dtype=float))[::-1]
    total = ordered.sum()
    if ordered.size == 0 or total <= 0:
        return float("nan")
    return float(ordered[: max(1, round(share * ordered.size))].sum() / total)


def coefficient_of_variation(values: ArrayLike) -> float:
    """Standard deviation (of a population) over mean; NaN without a positive mean.

    Examples
    --------
    >>> coefficient_of_variation([2.0, 2.0])
    0.0
    """
    values = np.asarray(values, dtype=float)
    if values.size == 0 or values.mean() <= 0:
        return float("nan")
    return float(values.std() / values.mean())
