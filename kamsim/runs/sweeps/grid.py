"""The grid file of a sweep: what runs at every point, and with which parameters.

::

    notebook = "05_coverage_ratios"     # or: scenario = "saas_midmarket"

    [fixed]                             # the same at every point
    accounts = 600

    [grid]                              # every combination; or [[points]], one table a point
    leave_share = [0.1, 0.13, 0.2]
    seed = [1, 2]
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from kamsim.errors import SweepError, unknown_name

MOST_POINTS = 10_000
KEYS = ("notebook", "scenario", "data", "calibrated", "fixed", "grid", "points")


@dataclass(frozen=True)
class Grid:
    """A grid file as read: what to run, and the parameter sets, none of them checked yet.

    Attributes
    ----------
    notebook : str or None
        Name or path of a notebook; None for the main job.
    scenario : str or None
        Preset or TOML file of the main job.
    data : Path or None
        Run folder whose portfolio every point works on.
    calibrated : bool
        Whether the main job takes the parameters that `data` was calibrated to.
    fixed : dict
        Parameters that are the same at every point.
    varied : list of dict
        The parameters of each point beside them.
    """

    notebook: str | None
    scenario: str | None
    data: Path | None
    calibrated: bool
    fixed: dict[str, Any]
    varied: list[dict[str, Any]]


def read_grid(path: Path) -> Grid:
    """Read a grid file.

    Parameters
    ----------
    path : Path
        TOML; paths in it are relative to the current folder, as on the command line.

    Returns
    -------
    Grid

    Raises
    ------
    SweepError
        When it cannot be read, holds an unknown key, an empty axis, a value that stands twice on its axis, or
        more than `MOST_POINTS` points.
    """
    try:
        tree = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as caught:
        raise SweepError(f"{path}: cannot be read ({caught.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as caught:
        raise SweepError(f"{path}: not valid TOML ({caught})") from None
    try:
        return _read_tree(tree)
    except SweepError as caught:
        raise SweepError(f"{path}: {caught}") from None


def _read_tree(tree: dict[str, Any]) -> Grid:
    for key in tree:
        if key not in KEYS:
            raise SweepError(unknown_name("key", key, KEYS))
    notebook, scenario, data = (_text(tree, key) for key in ("notebook", "scenario", "data"))
    calibrated = tree.get("calibrated", False)
    if not isinstance(calibrated, bool):
        raise SweepError(f"calibrated must be true or false, got {calibrated!r}")
    if notebook is not None and (scenario is not None or calibrated):
        raise SweepError("must name a notebook or a scenario, not both: a notebook has its own parameters")
    if notebook is None and scenario is None and data is None:
        raise SweepError("must say what to run: notebook = NAME, scenario = NAME, or data = RUN")
    if ("grid" in tree) == ("points" in tree):
        raise SweepError("must have either [grid], for every combination, or [[points]], one table a point")
    fixed = _flat("fixed", tree.get("fixed", {}))
    varied = _combinations(tree["grid"]) if "grid" in tree else _listed(tree["points"])
    for name in varied[0].keys() & fixed.keys():
        raise SweepError(f"parameter {name!r} is both fixed and varied")
    return Grid(notebook, scenario, None if data is None else Path(data), calibrated, fixed, varied)


def _text(tree: Mapping[str, Any], key: str) -> str | None:
    value = tree.get(key)
    if value is not None and (not isinstance(value, str) or not value):
        raise SweepError(f"{key} must be a text, got {value!r}")
    return value


def _flat(part: str, table: Any) -> dict[str, Any]:
    """Spell the keys of nested tables with dots, as `--set` does."""
    if not isinstance(table, dict):
        raise SweepError(f"{part} must be a table of parameters, got {table!r}")
    return dict(_leaves(table, ""))


def _leaves(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _combinations(table: Any) -> list[dict[str, Any]]:
    axes = _flat("grid", table)
    if not axes:
        raise SweepError("[grid] must have an axis: a parameter with a list of values")
    for name, values in axes.items():
        if not isinstance(values, list):
            raise SweepError(f"axis {name} must be a list of values, got {values!r}; or set it under [fixed]")
        if not values:
            raise SweepError(f"axis {name} must have a value, got none")
        twice = [text for text, count in Counter(map(repr, values)).items() if count > 1]
        if twice:
            raise SweepError(f"axis {name} has the value {twice[0]} twice")
    sizes = [len(values) for values in axes.values()]
    _refuse_too_many(math.prod(sizes), f" ({' x '.join(map(str, sizes))})")
    return [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]


def _listed(tables: Any) -> list[dict[str, Any]]:
    if not isinstance(tables, list) or not tables:
        raise SweepError("[[points]] must be tables of parameters, one a point")
    _refuse_too_many(len(tables), "")
    points = [_flat(f"point {number}", table) for number, table in enumerate(tables, start=1)]
    for number, point in enumerate(points, start=1):
        if point.keys() != points[0].keys():
            odd = sorted(point.keys() ^ points[0].keys())[0]
            raise SweepError(
                f"point {number} must set the same parameters as point 1, and {odd!r} is not in both"
            )
    return points


def _refuse_too_many(points: int, how: str) -> None:
    if points > MOST_POINTS:
        raise SweepError(f"must have <= {MOST_POINTS} points, got {points}{how}")
