"""What the rows of `tools.measure_scores` come to: shares and measures, each with its 95 % limits.

Accounts of one book share a model and its luck, so all limits draw, or weigh, whole books.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from kamsim.scoring.measures_of_skill import bias_in_points, calibration_slope, expected_calibration_error
from kamsim.scoring.uncertainty import LEVEL, bootstrap, percentile_interval
from kamsim.streams import stream

RESAMPLES = 400


@dataclass(frozen=True)
class Limits:
    """A figure with its 95 % limits and what it rests on."""

    value: float
    low: float
    high: float
    n: int


def book_of(rows: pd.DataFrame) -> pd.Series:
    """Name each row's book."""
    return rows["preset"] + " " + rows["seed"].astype(str)


def share_over_books(rows: pd.DataFrame, column: str = "covered") -> Limits:
    """Return the share of rows in which something holds, its error taken between books (ratio estimator)."""
    by_book = rows.groupby(book_of(rows))[column].agg(["sum", "size"])
    count, books = len(rows), len(by_book)
    share = by_book["sum"].sum() / count
    spread = ((by_book["sum"] - share * by_book["size"]) ** 2).sum() * books / max(books - 1, 1)
    reach = stats.norm.ppf((1 + LEVEL) / 2) * np.sqrt(spread) / count
    return Limits(float(share), float(share - reach), float(share + reach), count)


def shares_by(
    rows: pd.DataFrame, by: Sequence[str], column: str = "covered"
) -> dict[tuple[object, ...], Limits]:
    """Return the share within each group of rows."""
    return {key: share_over_books(own, column) for key, own in rows.groupby(list(by))}  # type: ignore[misc]


def calibration(rows: pd.DataFrame, resamples: int = RESAMPLES) -> dict[str, Limits]:
    """Return ECE, bias in points and slope of pooled predictions, and beside them the base rate's bias."""
    happened, predicted, base = (rows[name].to_numpy("float64") for name in ("happened", "predicted", "base"))

    def measure(drawn: np.ndarray) -> dict[str, float]:
        left, said = happened[drawn], predicted[drawn]
        return {
            "ece": expected_calibration_error(left, said),
            "bias": bias_in_points(left, said),
            "slope": calibration_slope(left, said),
            "base_bias": bias_in_points(left, base[drawn]),
        }

    books = np.unique(book_of(rows).to_numpy(dtype=np.str_), return_inverse=True)[1].astype(np.int64)
    found = measure(np.arange(len(rows)))
    draws = bootstrap(measure, books, stream(0, "evidence", "calibration"), resamples)
    return {name: Limits(found[name], *percentile_interval(draws[name]), len(rows)) for name in found}


def share_of_books(rows: pd.DataFrame, column: str = "noted") -> Limits:
    """Return in which share of books something is said, with exact limits (Clopper & Pearson 1934)."""
    said = rows.groupby(book_of(rows))[column].first()
    limits = stats.binomtest(int(said.sum()), len(said)).proportion_ci(LEVEL)
    return Limits(float(said.mean()), float(limits.low), float(limits.high), len(said))


def shares_of_ceiling(rows: pd.DataFrame, factor: int = 100) -> dict[int, Limits]:
    """Return by number of accounts the mean share of the skill at `factor` times as many.

    Where no book is as large as that, the largest stands in. Limits are of the mean over books (Student's t).
    """
    large = rows[rows["ceiling"]].sort_values("accounts")
    found = {}
    for accounts, own in rows[~rows["ceiling"]].groupby("accounts"):
        enough = large[large["accounts"] >= factor * int(accounts)]
        top = (enough if len(enough) else large.tail(1)).iloc[0]
        shares = own["skill"] / top["skill"]
        reach = stats.t.ppf((1 + LEVEL) / 2, len(own) - 1) * shares.std(ddof=1) / np.sqrt(len(own))
        mean = float(shares.mean())
        found[int(accounts)] = Limits(mean, mean - float(reach), mean + float(reach), len(own))
    return found
