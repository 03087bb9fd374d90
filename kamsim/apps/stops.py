"""Where the sliders stop: round values around today's, today's among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kamsim.apps.response import CoverageResponse

ROUND = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0)
"""Stops within a power of ten."""
REACH = 5.0
"""Ratios and cut-offs go from a fifth of today's to five times as much."""
MOST_SIZES = 60


@dataclass(frozen=True)
class Stops:
    """The values that each slider can take, rising.

    Attributes
    ----------
    accounts_per_ae : tuple of tuple of float
        Of tiers 1, 2 and 3.
    cutoffs_eur : tuple of float
        For both cut-offs.
    aes : tuple of float
    moves : tuple of int
        Where the frontier has a plan; empty where it is.
    """

    accounts_per_ae: tuple[tuple[float, ...], ...]
    cutoffs_eur: tuple[float, ...]
    aes: tuple[float, ...]
    moves: tuple[int, ...]


def stops_of(response: CoverageResponse) -> Stops:
    """Choose the stops for a portfolio."""
    today = response.today
    now = response.answer(today)
    cutoffs = {*around(today.tier_1_above_eur), *around(today.tier_2_from_eur)}
    return Stops(
        accounts_per_ae=tuple(around(ratio, least=1.0) for ratio in today.accounts_per_ae),
        cutoffs_eur=tuple(sorted(cutoffs)),
        aes=_team_sizes(today.aes, max(today.aes, now.aes_by_ratio, now.aes_by_hours)),
        moves=tuple(response.frontier["moves_allowed"].tolist()),
    )


def around(today: float, *, least: float = 0.0) -> tuple[float, ...]:
    """Return round values from a fifth of today's to five times as much, today's among them.

    Examples
    --------
    >>> around(4.0, least=1.0)
    (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 15.0, 20.0)
    """
    low, high = max(today / REACH, least), today * REACH
    powers = range(int(np.floor(np.log10(low))), int(np.floor(np.log10(high))) + 1)
    values = {float(f"{step}e{power}") for power in powers for step in ROUND}
    within = {value for value in values if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)}
    return tuple(sorted({*within, float(today)}))


def _team_sizes(today: float, largest: float) -> tuple[float, ...]:
    """Return whole numbers of AEs up to twice the largest, and the AEs there are."""
    most = max(4.0, np.ceil(2 * largest))
    sizes = np.unique(np.round(np.linspace(1, most, min(MOST_SIZES, int(most)))))
    return tuple(sorted({*sizes.tolist(), today}))
