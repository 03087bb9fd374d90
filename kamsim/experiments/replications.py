"""How many replications: played until the widest interval is as narrow as asked for, or the budget is spent.

A sequential rule in the manner of Chow & Robbins (1965): stop as soon as the half-width is at most the
target. Stopping by looking favours samples whose spread happens to be small, so that intervals cover less
than they say; a first stage that is not small, few looks, and a half-width that must be met a little better
than asked keep the loss below what 1,000 macro-replications can tell (docs/evidence/statistics.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError
from kamsim.experiments.intervals import mean_intervals, replications_for_skewness

FIRST_STAGE = 30
"""Replications before the first look, the budget permitting."""

_MARGIN = 1.1
"""Next looks are taken this much later than the spread seen asks for, so that few are needed."""

_LARGEST_STEP = 8
"""A look is never farther than this many times the replications before it: an early guess may be wild."""

Contributions = Callable[[int], Floats]
"""Values of all policies in the first n replications, the baseline's in column 0: shape (n, policies)."""


@dataclass(frozen=True)
class Precision:
    """What precision was asked for, and what was reached.

    Attributes
    ----------
    target_eur : float
        Half-width asked for.
    half_width_eur : float
        Of the widest interval of a difference from the baseline.
    replications : int
        Played.
    budget : int
        That might be played.
    wanted : int
        That the target takes, by the spread seen; at most those played where it is reached.
    looks : int
        Times that the intervals were looked at.
    """

    target_eur: float
    half_width_eur: float
    replications: int
    budget: int
    wanted: int
    looks: int

    @property
    def is_reached(self) -> bool:
        """Whether the widest interval is as narrow as asked for."""
        return self.half_width_eur <= self.target_eur

    def summary(self) -> str:
        """Say in one line what was reached, and what the rest would take."""
        said = f"half-width {self.half_width_eur:,.0f} after {self.replications} replications"
        if self.is_reached:
            return f"{said}, {self.target_eur:,.0f} asked for"
        return f"{said}; {self.target_eur:,.0f} would take about {self.wanted:,} (budget {self.budget:,})"


def replicate_to_precision(
    contributions: Contributions,
    *,
    target_eur: float = 0.0,
    target_share: float = 0.0,
    confidence: float,
    first_stage: int,
    budget: int,
) -> Precision:
    """Play replications until the paired differences from the baseline are as precise as asked for.

    Parameters
    ----------
    contributions : callable
        See `Contributions`; asked for more and more replications, and for the first ones always the same.
    target_eur, target_share : float
        Half-width wanted, in money or as a share of the baseline's mean; the wider of the two holds.
    confidence : float
        Of the intervals.
    first_stage : int
        Replications before the first look; `FIRST_STAGE` at least, the budget permitting.
    budget : int
        Replications that there may be.

    Returns
    -------
    Precision

    Raises
    ------
    ConfigError
        Where no precision is asked for, or the budget has no two replications.

    Examples
    --------
    >>> from kamsim.streams import stream
    >>> luck = stream(1, "example").normal(size=(5000, 2))
    >>> done = replicate_to_precision(
    ...     lambda n: 100 + luck[:n], target_eur=0.1, confidence=0.95, first_stage=30, budget=5000
    ... )
    >>> done.is_reached, done.looks <= 4
    (True, True)
    """
    if max(target_eur, target_share) <= 0:
        raise ConfigError("a precision must be > 0, got none")
    if budget < 2:
        raise ConfigError(f"the budget of replications must be >= 2, got {budget}")
    played, looks = min(budget, max(first_stage, FIRST_STAGE)), 0
    while True:
        looks += 1
        values = contributions(played)
        differences = values[:, 1:] - values[:, :1]
        made = mean_intervals(differences, confidence)
        half_width = float(np.maximum(made.high - made.mean, made.mean - made.low).max())
        target = max(target_eur, target_share * abs(float(values[:, 0].mean())))
        wanted = _wanted(played, half_width, target)
        trusted = min(budget, replications_for_skewness(differences))
        if played == budget or (half_width <= target and played >= trusted):
            return Precision(target, half_width, played, budget, wanted, looks)
        ahead = max(trusted, np.ceil(_MARGIN * wanted))
        played = int(min(budget, max(played + 1, min(ahead, _LARGEST_STEP * played))))


def _wanted(played: int, half_width: float, target: float) -> int:
    """Replications that the target takes; a share of nothing takes more than there can be."""
    if half_width <= target:
        return played
    most = float(2**53)
    return int(min(most, np.ceil(played * (half_width / target) ** 2))) if target > 0 else int(most)
