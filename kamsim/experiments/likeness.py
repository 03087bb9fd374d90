"""How like a real bundle a generated one is: shapes of columns, and trends of pairs of columns.

The four measures are those of SDMetrics (SDMetrics documentation, docs.sdv.dev, reports "Column Shapes" and
"Column Pair Trends"), written here because the library (0.32) does not take pandas 3. Each lies between 0
and 1, and is 1 for equal distributions.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from kamsim.bundle import Portfolio
from kamsim.contracts import DATE, TEXT, Column
from kamsim.errors import SchemaError
from kamsim.schemas import TABLES

COMPARED = ("accounts", "history", "opportunities", "team", "stakeholders", "events", "leads")
BINS = 10
"""Classes of a number beside a text, as in SDMetrics."""
MOST_ROWS = 50_000
"""Rows looked at in each table, evenly spread: more change the third decimal."""
MOST_WORDS = 100
"""A text column with more different values holds names, not kinds."""


@dataclass(frozen=True, eq=False)
class LikenessResult:
    """How like two bundles are.

    Attributes
    ----------
    shapes : DataFrame
        A row a column that both hold: table, column, measure ("ks" or "tv"), score.
    pairs : DataFrame
        A row a pair of them: table, first, second, measure ("correlation" or "contingency"), score.
    """

    shapes: pd.DataFrame
    pairs: pd.DataFrame

    def frame(self) -> pd.DataFrame:
        """Return the mean scores: table, columns, shapes, pairs."""
        shapes, pairs = (f.groupby("table", sort=False)["score"].mean() for f in (self.shapes, self.pairs))
        columns = self.shapes.groupby("table", sort=False).size()
        return pd.DataFrame({"columns": columns, "shapes": shapes, "pairs": pairs}).reset_index(names="table")

    def summary(self) -> str:
        """Say the two means in one line."""
        return (
            f"column shapes {self.shapes['score'].mean():.2f} over {len(self.shapes)} columns, "
            f"pair trends {self.pairs['score'].mean():.2f} over {len(self.pairs)} pairs"
        )


def compare_bundles(generated: Portfolio, real: Portfolio) -> LikenessResult:
    """Compare the columns that two bundles both fill.

    Ids, names and constants are left out; a date counts as days before the last date of its own bundle's
    column, so that bundles of other years can be alike.

    Parameters
    ----------
    generated, real : Portfolio

    Returns
    -------
    LikenessResult

    Raises
    ------
    SchemaError
        When they have no filled column in common.
    """
    shapes, pairs = [], []
    for name in COMPARED:
        first, second = getattr(generated, name), getattr(real, name)
        if first is None or second is None:
            continue
        kinds = _kinds(first, second, name)
        ours, theirs = (_plain(frame, kinds) for frame in (first, second))
        for column, number in kinds.items():
            score = (ks_complement if number else tv_complement)(theirs[column], ours[column])
            shapes.append((name, column, "ks" if number else "tv", score))
        for a, b in combinations(kinds, 2):
            numbers = [column for column in (a, b) if kinds[column]]
            if len(numbers) == 2:
                score = correlation_similarity(theirs[[a, b]], ours[[a, b]])
            else:
                score = contingency_similarity(theirs[[a, b]], ours[[a, b]], numbers)
            if not np.isnan(score):
                measure = "correlation" if len(numbers) == 2 else "contingency"
                pairs.append((name, a, b, measure, score))
    if not shapes:
        raise SchemaError("the two bundles have no filled column in common: nothing can be compared")
    return LikenessResult(
        pd.DataFrame(shapes, columns=["table", "column", "measure", "score"]),
        pd.DataFrame(pairs, columns=["table", "first", "second", "measure", "score"]),
    )


def ks_complement(real: pd.Series, generated: pd.Series) -> float:
    """1 less the Kolmogorov-Smirnov distance of two columns of numbers; missing values are left out.

    Examples
    --------
    >>> ks_complement(pd.Series([1.0, 2.0, 3.0, 4.0]), pd.Series([3.0, 4.0, 5.0, 6.0]))
    0.5
    """
    return float(1 - stats.ks_2samp(real.dropna(), generated.dropna()).statistic)


def tv_complement(real: pd.Series, generated: pd.Series) -> float:
    """1 less the total variation distance of two columns of words; missing values are left out.

    Examples
    --------
    >>> tv_complement(pd.Series(["a", "a", "b", "b"]), pd.Series(["a", "a", "a", "c"]))
    0.5
    """
    return _overlap(real.dropna().to_frame("word"), generated.dropna().to_frame("word"))


def correlation_similarity(real: pd.DataFrame, generated: pd.DataFrame) -> float:
    """1 less half the distance of two Pearson correlations; NaN where one of the columns is constant.

    Examples
    --------
    >>> a = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 3.0]})
    >>> correlation_similarity(a, a.assign(y=-a["y"]))
    0.0
    """
    found = []
    for frame in (real, generated):
        x, y = frame.dropna().to_numpy(float).T
        if x.size < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
            return float("nan")
        found.append(np.corrcoef(x, y)[0, 1])
    return float(1 - abs(found[0] - found[1]) / 2)


def contingency_similarity(real: pd.DataFrame, generated: pd.DataFrame, numbers: list[str]) -> float:
    """1 less the total variation distance of two tables of counts; "missing" counts as a word.

    Parameters
    ----------
    real, generated : DataFrame
        Two columns each.
    numbers : list of str
        Columns that are put in classes first: ten of equal width over the real column.

    Examples
    --------
    >>> a = pd.DataFrame({"x": ["p", "q"], "y": ["s", "t"]})
    >>> contingency_similarity(a, a.assign(y=["t", "s"]), [])
    0.0
    """
    real, generated = real.copy(), generated.copy()
    for column in numbers:
        edges = np.histogram_bin_edges(real[column].dropna(), bins=BINS)
        for frame in (real, generated):
            frame[column] = np.digitize(frame[column], edges)
    return _overlap(real, generated)


def _overlap(real: pd.DataFrame, generated: pd.DataFrame) -> float:
    shares = [
        frame.groupby(list(frame.columns), dropna=False).size() / len(frame) for frame in (real, generated)
    ]
    first, second = shares[0].align(shares[1], fill_value=0.0)
    return float(1 - (first - second).abs().sum() / 2)


def _kinds(first: pd.DataFrame, second: pd.DataFrame, name: str) -> dict[str, bool]:
    """Columns worth comparing; True for numbers and dates, False for words and flags."""
    kinds = {}
    for column, contract in TABLES[name].columns.items():
        if column in TABLES[name].key and contract.dtype != DATE:
            continue
        if column.endswith("_id") or column not in first or column not in second:
            continue
        both = [frame[column].dropna() for frame in (first, second)]
        if not all(len(values) for values in both):
            continue
        if _is_number(contract):
            kinds[column] = True
        elif all(values.nunique() <= MOST_WORDS for values in both):
            kinds[column] = False
    return kinds


def _is_number(contract: Column) -> bool:
    return contract.dtype not in (TEXT, "bool", "boolean")


def _plain(frame: pd.DataFrame, kinds: dict[str, bool]) -> pd.DataFrame:
    """Numbers as float, dates as days before the last, words as texts; rows evenly thinned."""
    step = max(1, -(-len(frame) // MOST_ROWS))
    columns = {}
    for column, number in kinds.items():
        values = frame[column]
        if str(values.dtype).startswith("datetime"):
            columns[column] = (values.max() - values).dt.total_seconds() / 86_400
        elif number:
            columns[column] = values.astype("float64")
        else:
            columns[column] = values.astype("str")
    return pd.DataFrame(columns, index=frame.index).iloc[::step].reset_index(drop=True)
