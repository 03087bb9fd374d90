"""How near the draws of a lane come to their thresholds: the reference engine with draws that keep count."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kamsim.dynamics.reference import play_lane
from kamsim.dynamics.reference_luck import Luck

from .worlds import World, reference_lane


class Watched(float):
    """A draw that notes how far it is from whatever it is compared with."""

    gaps: list[float]

    def __new__(cls, value: float, gaps: list[float]) -> Watched:
        draw = super().__new__(cls, value)
        draw.gaps = gaps
        return draw

    def _note(self, threshold: Any) -> None:
        self.gaps.append(abs(float(self) - float(threshold)))

    def __lt__(self, threshold: float) -> bool:
        self._note(threshold)
        return float(self) < threshold

    def __ge__(self, threshold: float) -> bool:
        self._note(threshold)
        return float(self) >= threshold


@dataclass(frozen=True)
class WatchedLuck(Luck):
    """Luck whose draws are watched, by month."""

    by_month: dict[int, list[float]] = field(default_factory=dict)

    def uniform(self, entity: int, process: int, month: int) -> float:
        """Give a watched draw; those of organisation events are filed under January."""
        return Watched(super().uniform(entity, process, month), self.by_month.setdefault(month, []))

    def halves(self, entity: int, process: int, month: int) -> tuple[float, float]:
        """Give two watched draws."""
        gaps = self.by_month.setdefault(month, [])
        moves, loses = super().halves(entity, process, month)
        return Watched(moves, gaps), Watched(loses, gaps)


def nearest_draws(world: World, lane: int) -> list[float]:
    """For each month, the smallest distance of a draw from its threshold up to then."""
    luck = WatchedLuck(world.key, world.replications[lane])
    state = reference_lane(world, lane)
    nearest, smallest = [], 1.0
    for month in range(world.first_month, world.first_month + world.months):
        play_lane(state, luck, month, 1)
        filed = luck.by_month.get(month, []) + luck.by_month.get(month - month % 12, [])
        smallest = min([smallest, *filed])
        nearest.append(smallest)
    return nearest
