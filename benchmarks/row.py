"""One measured figure, with its goal where there is one."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A figure: name ("room.what"), value, unit, the goal in words, and whether it is met."""

    name: str
    value: float
    unit: str
    goal: str | None = None
    met: bool | None = None


def measured(name: str, value: float, unit: str) -> Row:
    """A figure without a goal, there to be watched."""
    return Row(name, round(value, 4), unit)


def at_most(name: str, value: float, unit: str, limit: float) -> Row:
    """A figure that should not exceed `limit`."""
    return Row(name, round(value, 4), unit, f"<= {limit:g}", value <= limit)


def at_least(name: str, value: float, unit: str, limit: float) -> Row:
    """A figure that should reach `limit`."""
    return Row(name, round(value, 4), unit, f">= {limit:g}", value >= limit)


def seconds(job: Callable[[], object], times: int = 5) -> float:
    """Return the median wall time of a job."""
    taken = []
    for _ in range(times):
        clock = time.perf_counter()
        job()
        taken.append(time.perf_counter() - clock)
    return statistics.median(taken)
