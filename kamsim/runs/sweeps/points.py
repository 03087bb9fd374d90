"""The points of a sweep: parameters checked, typed and keyed before anything starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kamsim.errors import KamsimError, SweepError
from kamsim.runs.sweeps.content import code_version, content_key
from kamsim.runs.sweeps.grid import Grid
from kamsim.runs.sweeps.tasks import Task
from kamsim.schemas import SWEEP_COLUMNS


@dataclass(frozen=True)
class Point:
    """One point of a sweep.

    Attributes
    ----------
    number : int
        Its place in the grid, from 1.
    parameters : dict
        All parameters that the grid file sets, typed.
    varied : tuple of str
        Those of them that are not the same at every point by the grid file.
    key : str
        Its content key: two points with one key have one result.
    """

    number: int
    parameters: dict[str, Any]
    varied: tuple[str, ...]
    key: str


def points_of(grid: Grid, task: Task) -> list[Point]:
    """Check every parameter set of a grid.

    Parameters
    ----------
    grid : Grid
    task : Task

    Returns
    -------
    list of Point
        In the order of the grid.

    Raises
    ------
    SweepError
        Naming the point and what is wrong with it: an unknown or bad parameter, a set that stands twice, or a
        name that the table of results has for itself.
    """
    points: list[Point] = []
    first_with: dict[str, int] = {}
    for number, varied in enumerate(grid.varied, start=1):
        try:
            values = task.accept({**grid.fixed, **varied})
            key = content_key(task.content(values), code_version())
        except KamsimError as caught:
            raise SweepError(f"point {number} ({say(varied)}): {caught}") from None
        if key in first_with:
            raise SweepError(f"point {number} ({say(varied)}) is the same as point {first_with[key]}")
        first_with[key] = number
        points.append(Point(number, values, tuple(varied), key))
    for name in grid.varied[0]:
        if name in SWEEP_COLUMNS:
            raise SweepError(
                f"parameter {name!r} cannot be varied: the table of results has a column of that name"
            )
    return points


def say(values: Mapping[str, Any]) -> str:
    """Spell parameters for a message.

    Examples
    --------
    >>> say({"seed": 1, "habit": "size"})
    "seed = 1, habit = 'size'"
    """
    return ", ".join(f"{name} = {value!r}" for name, value in values.items())
