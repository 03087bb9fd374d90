"""Scorecards: transparent weighted rules, and how far they disagree with a learned score.

A card is a table in TOML: criteria, each with a column, what earns nothing and what earns everything, and
a weight. Nothing is learned, so anybody can see why an account scores as it does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import spearmanr

from kamsim.errors import ConfigError, FeatureError, unknown_name

Floats = NDArray[np.float64]

CARDS = Path(__file__).with_name("scorecards.toml")


@dataclass(frozen=True)
class Criterion:
    """One rule: which column, what earns nothing (`low`) and everything (`high`), and its weight."""

    name: str
    column: str
    weight: float
    low: float = 0.0
    high: float = 1.0
    log: bool = False

    def __post_init__(self) -> None:
        if not self.weight > 0:
            raise ConfigError(f"criterion {self.name!r}: weight must be above 0, got {self.weight}")
        if self.low == self.high or (self.log and min(self.low, self.high) <= 0):
            rule = "differ, and be above 0 on a log scale"
            raise ConfigError(
                f"criterion {self.name!r}: from and to must {rule}, got {self.low}, {self.high}"
            )

    def points(self, frame: pd.DataFrame) -> Floats:
        """Return the share of full marks by row, from 0 to 1; missing where the column is."""
        if self.column not in frame:
            raise FeatureError(f"criterion {self.name!r} wants column {self.column!r}, which is missing")
        try:
            values = frame[self.column].astype("Float64").to_numpy("float64", na_value=np.nan)
        except (TypeError, ValueError) as error:
            raise FeatureError(f"column {self.column!r} must hold numbers or flags ({error})") from error
        low, high = self.low, self.high
        if self.log:
            low, high = float(np.log(low)), float(np.log(high))
            values = np.log(np.maximum(values, np.finfo("float64").tiny))
        return np.asarray(np.clip((values - low) / (high - low), 0, 1))


@dataclass(frozen=True)
class Scorecard:
    """A weighted sum of criteria.

    Parameters
    ----------
    title : str
    source : str
        Fact of the domain that names the criteria.
    criteria : tuple of Criterion

    Examples
    --------
    >>> card = Scorecard.load("meddic")
    >>> deals = pd.DataFrame({c.column: [True, None] for c in card.criteria}).assign(champion=[False, True])
    >>> card.score(deals)[["score", "known"]].round(2)
       score  known
    0  83.33   1.00
    1  16.67   0.17
    """

    title: str
    source: str
    criteria: tuple[Criterion, ...]

    @classmethod
    def load(cls, name: str, path: Path = CARDS) -> Scorecard:
        """Read a card.

        Parameters
        ----------
        name : str
            "icp" (D-ICP-1), "account" (D-SCO-1) or "meddic" (D-MED-1), or a table of another file.
        path : Path, optional
            A file of cards, in the form of the one that comes with kamsim.

        Returns
        -------
        Scorecard

        Raises
        ------
        ConfigError
            When there is no such card, or one of its criteria cannot be.
        """
        try:
            cards = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(f"scorecards {path.name} cannot be read: {error}") from error
        if name not in cards:
            raise ConfigError(unknown_name("scorecard", name, cards))
        card = cards[name]
        criteria = tuple(_criterion(key, rule) for key, rule in card.get("criteria", {}).items())
        if not criteria:
            raise ConfigError(f"scorecard {name!r} has no criteria")
        return cls(str(card.get("title", name)), str(card.get("source", "")), criteria)

    def score(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Score every row.

        Parameters
        ----------
        frame : DataFrame
            The columns that the criteria name; flags, or numbers.

        Returns
        -------
        DataFrame
            Rows as in `frame`: a column a criterion with the points it brings, their sum `score` from 0
            to 100, and `known`, the share of the weight whose column is not missing. What is not known
            brings no points, as a rule that must be seen to be met.

        Raises
        ------
        FeatureError
            When a column is missing or holds texts.
        """
        total = sum(criterion.weight for criterion in self.criteria)
        points = pd.DataFrame(
            {c.name: 100 * c.weight / total * c.points(frame) for c in self.criteria}, index=frame.index
        )
        weights = np.array([criterion.weight / total for criterion in self.criteria])
        known = points.notna().to_numpy() @ weights
        points = points.fillna(0.0)
        return points.assign(score=points.sum(axis=1), known=known)


def rank_disagreement(card: Any, learned: Any) -> float:
    """Return 1 less Spearman's rank correlation: 0 = same order, 1 = unrelated, 2 = reversed.

    Parameters
    ----------
    card, learned : array, shape (rows,)
        Two scores of the same rows; rows where one is missing are passed over.

    Returns
    -------
    float
        Missing where one of the scores does not vary.

    Examples
    --------
    >>> round(rank_disagreement([1, 2, 3], [10, 30, 20]), 6)
    0.5
    """
    first, second = np.asarray(card, dtype="float64"), np.asarray(learned, dtype="float64")
    both = np.isfinite(first) & np.isfinite(second)
    first, second = first[both], second[both]
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return float("nan")
    return float(1 - spearmanr(first, second).statistic)


def _criterion(name: str, rule: Mapping[str, Any]) -> Criterion:
    unknown = set(rule) - {"column", "weight", "from", "to", "log"}
    if unknown or not {"column", "weight"} <= set(rule):
        names = "must have column and weight, and may have from, to and log"
        raise ConfigError(f"criterion {name!r} {names}; got {sorted(rule)}")
    low, high = rule.get("from", 0.0), rule.get("to", 1.0)
    return Criterion(
        name, rule["column"], float(rule["weight"]), float(low), float(high), bool(rule.get("log"))
    )
