"""Rules that act during a run, on what is observed at that time (6.12); each is off unless given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics_settings import RuleSettings
from kamsim.errors import ConfigError

ROUTING, BOOKS, PULL_LIMIT, EXIT, EXIT_AFTER, REBALANCING, TOLERANCE, MOVES = range(8)
"""Positions in the array of numbers that the kernel reads."""


def _at_least(name: str, value: float, least: float) -> None:
    if not value >= least:
        raise ConfigError(f"{name} must be >= {least:g}, got {value!r}")


@dataclass(frozen=True)
class Rebalancing:
    """Every quarter, AEs with too much load hand accounts to those with the least (D-ROU-1).

    Attributes
    ----------
    tolerance : float
        Load over capacity, above the team's mean, that calls for a move.
    moves : int
        Largest number of moves in a quarter.
    """

    tolerance: float
    moves: int

    def __post_init__(self) -> None:
        _at_least("rebalancing tolerance", self.tolerance, 0)
        _at_least("rebalancing moves", self.moves, 0)


@dataclass(frozen=True)
class ExitRule:
    """Every quarter, accounts without progress for so many months are deprioritised (D-EXIT-1)."""

    after_months: int

    def __post_init__(self) -> None:
        _at_least("exit after_months", self.after_months, 1)


@dataclass(frozen=True)
class DynamicBooks:
    """Exited accounts return to a pool; every quarter the least loaded AEs pull from it.

    Attributes
    ----------
    pull_limit : float
        Load over capacity up to which an AE pulls.
    """

    pull_limit: float

    def __post_init__(self) -> None:
        _at_least("dynamic books pull_limit", self.pull_limit, 0)


@dataclass(frozen=True)
class LeastLoadedRouting:
    """A new lead goes to the AE with the least load over capacity, instead of its named owner (D-ROU-1)."""


@dataclass(frozen=True)
class Rules:
    """The rules of a run.

    Examples
    --------
    >>> Rules(exit=ExitRule(6)).numbers().tolist()
    [0.0, 0.0, 0.0, 1.0, 6.0, 0.0, 0.0, 0.0]
    """

    routing: LeastLoadedRouting | None = None
    books: DynamicBooks | None = None
    exit: ExitRule | None = None
    rebalancing: Rebalancing | None = None

    @classmethod
    def of(
        cls,
        settings: RuleSettings,
        *,
        routing: bool = False,
        books: bool = False,
        exit_rule: bool = False,
        rebalancing: bool = False,
    ) -> Self:
        """Switch rules on with the figures of the settings."""
        return cls(
            LeastLoadedRouting() if routing else None,
            DynamicBooks(settings.pull_limit) if books else None,
            ExitRule(settings.exit_after_months) if exit_rule else None,
            Rebalancing(settings.rebalancing_tolerance, settings.rebalancing_moves) if rebalancing else None,
        )

    @property
    def need_a_team(self) -> bool:
        """Tell whether a rule is on that means nothing without owners."""
        return self.routing is not None or self.books is not None or self.rebalancing is not None

    def numbers(self) -> NDArray[np.float64]:
        """Give the rules as the numbers that the kernel reads."""
        out = np.zeros(8)
        out[ROUTING] = self.routing is not None
        if self.books is not None:
            out[[BOOKS, PULL_LIMIT]] = 1, self.books.pull_limit
        if self.exit is not None:
            out[[EXIT, EXIT_AFTER]] = 1, self.exit.after_months
        if self.rebalancing is not None:
            out[[REBALANCING, TOLERANCE, MOVES]] = 1, self.rebalancing.tolerance, self.rebalancing.moves
        return out
