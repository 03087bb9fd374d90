"""One setting of the dashboard, and the answer to it: plain data."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kamsim.config import Scenario
from kamsim.coverage import TIER_SEGMENTS
from kamsim.errors import ConfigError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WhatIf:
    """What somebody who plans coverage can turn.

    Parameters
    ----------
    accounts_per_ae : tuple of float
        Coverage ratios of tiers 1, 2 and 3.
    tier_1_above_eur, tier_2_from_eur : float
        Cut-offs between tiers, EUR over 36 months.
    aes : float
        Full-time AEs.
    most_moves : int
        Accounts that may leave an owner who is in the team.

    Raises
    ------
    ConfigError
        When the team or the moves are no number from 0 on; ratios and cut-offs are checked by `applied_to`.

    Examples
    --------
    >>> setting = WhatIf((4.0, 35.0, 120.0), 600_000.0, 100_000.0, 12.0, 50)
    >>> setting.applied_to(Scenario.load("base")).segmentation.tier_1_above_eur
    600000.0
    """

    accounts_per_ae: tuple[float, float, float]
    tier_1_above_eur: float
    tier_2_from_eur: float
    aes: float
    most_moves: int

    def __post_init__(self) -> None:
        """Refuse a team or a limit below zero."""
        for name in ("aes", "most_moves"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise ConfigError(f"{name} must be a number >= 0, got {value:g}")

    def applied_to(self, scenario: Scenario) -> Scenario:
        """Return the scenario with these ratios and cut-offs; its rules hold for them."""
        ratios = zip(TIER_SEGMENTS.values(), self.accounts_per_ae, strict=True)
        return scenario.override(
            {
                **{f"coverage.{segment}.accounts_per_ae": ratio for segment, ratio in ratios},
                "segmentation.tier_1_above_eur": self.tier_1_above_eur,
                "segmentation.tier_2_from_eur": self.tier_2_from_eur,
            }
        )


@dataclass(frozen=True)
class TierAnswer:
    """What one tier comes to.

    Attributes
    ----------
    tier, accounts : int
    hours_asked, hours_given : float
        AE hours a month with an account: what the ratio stands for, and what the team has for it.
    minimum_hours : float
        Below these an account counts as abandoned.
    """

    tier: int
    accounts: int
    hours_asked: float
    hours_given: float
    minimum_hours: float

    @property
    def abandoned(self) -> bool:
        """Tell whether its accounts get less than the least."""
        return self.accounts > 0 and self.hours_given < self.minimum_hours * (1 - 1e-12)


@dataclass(frozen=True)
class Moves:
    """What changes of owner bring with today's team and tiers.

    Attributes
    ----------
    allowed, accounts_moved : int
    gain_hours_eur, gain_moves_eur : float
        Over the status quo from better hours alone, and beyond it from moves.
    bound_moves_eur : float
        Proven: with these moves no plan gains more beyond better hours.
    """

    allowed: int
    accounts_moved: int
    gain_hours_eur: float
    gain_moves_eur: float
    bound_moves_eur: float


@dataclass(frozen=True)
class Money:
    """An amount in EUR over the horizon, with the interval of what is believed."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Answer:
    """What a setting comes to.

    Attributes
    ----------
    setting : WhatIf
    tiers : tuple of TierAnswer
    aes_by_ratio, aes_by_hours : float
        AEs that the ratios ask for, and that the hours do, leave and the road counted.
    ses, csms : float
        People of these roles that the hours ask for.
    hours_there, hours_asked : float
        AE hours a month with clients: of the team, road and leave taken off, and what the tiers ask for.
    gross : Money
        Believed contribution, hours spread as the tiers ask.
    cost_eur : float
        Of the AEs over the horizon.
    best_net_eur : float
        The same hours where they bring most, the AEs' cost taken off.
    moves : Moves, optional
        None where the limit allows no plan, or no plan is known.
    reached : array, shape (accounts,)
        Share of each account's gain that its hours reach.
    """

    setting: WhatIf
    tiers: tuple[TierAnswer, ...]
    aes_by_ratio: float
    aes_by_hours: float
    ses: float
    csms: float
    hours_there: float
    hours_asked: float
    gross: Money
    cost_eur: float
    best_net_eur: float
    moves: Moves | None
    reached: Floats = field(repr=False)

    @property
    def net(self) -> Money:
        """Believed contribution after the AEs' cost."""
        return Money(*(x - self.cost_eur for x in (self.gross.value, self.gross.low, self.gross.high)))

    @property
    def load(self) -> float:
        """Hours asked as a share of those there; infinite without a team."""
        return self.hours_asked / self.hours_there if self.hours_there > 0 else math.inf

    @property
    def abandoned(self) -> int:
        """Accounts that get less than the least."""
        return sum(tier.accounts for tier in self.tiers if tier.abandoned)
