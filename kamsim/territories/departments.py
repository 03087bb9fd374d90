"""The départements of metropolitan France as units: places, people, borders and outlines.

Names, chief towns and populations: INSEE, Licence Ouverte. Outlines, and what is computed from them: MapSVG,
CC BY 4.0. The heads of the two tables and docs/sources.md say more; `tools/write_departments.py` wrote them.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources

import numpy as np
import pandas as pd
from matplotlib.path import Path

from kamsim.territories.adjacency import Floats

REACH_DEGREES = 0.3
"""How far off every outline a point still belongs to the nearest: coasts are drawn coarsely."""


def departments() -> pd.DataFrame:
    """Return the 96 départements, sorted by code.

    Returns
    -------
    DataFrame
        `unit_id` (code), `name`, `chief_town`, `latitude` and `longitude` of the outline's centroid,
        `area_km2`, `population`.

    Examples
    --------
    >>> departments().loc[lambda d: d["unit_id"] == "69", ["name", "chief_town"]].to_numpy().tolist()
    [['Rhône', 'Lyon']]
    """
    rows = _rows("departments.csv")
    frame = pd.DataFrame(rows).rename(columns={"code": "unit_id"}).drop(columns="neighbours")
    numbers = ["latitude", "longitude", "area_km2", "population"]
    texts = dict.fromkeys(["unit_id", "name", "chief_town"], "str")
    return frame.astype({**texts, **dict.fromkeys(numbers, "float64")})


def department_borders() -> pd.DataFrame:
    """Return the pairs of départements that share a border: `unit_id` below `neighbour_id`, sorted.

    The mainland is connected; Corsica's two have only each other. Calvados (14) and Seine-Maritime (76)
    meet in the estuary of the Seine, which a bridge crosses.

    Examples
    --------
    >>> borders = department_borders()
    >>> borders.loc[borders["neighbour_id"] == "2B"].to_numpy().tolist()
    [['2A', '2B']]
    """
    pairs = [
        (row["code"], other)
        for row in _rows("departments.csv")
        for other in row["neighbours"].split()
        if row["code"] < other
    ]
    return pd.DataFrame(sorted(pairs), columns=["unit_id", "neighbour_id"]).astype("str")


@lru_cache(maxsize=1)
def department_outlines() -> dict[str, list[Floats]]:
    """Return the outlines by code: rings of longitude and latitude, shape (corners, 2), the largest first."""
    outlines: dict[str, list[Floats]] = {}
    for row in _rows("outlines.csv"):
        ring = np.array([corner.split(" ") for corner in row["outline"].split(";")], dtype=np.float64)
        outlines.setdefault(row["code"], []).append(ring)
    return outlines


def locate_departments(latitude: Floats, longitude: Floats) -> pd.Series:
    """Find the département that points lie in.

    Parameters
    ----------
    latitude, longitude : array, shape (points,)
        Degrees; NaN where unknown.

    Returns
    -------
    Series of str
        Codes; missing where the coordinates are, and farther than 0.3 degrees from every outline.

    Examples
    --------
    Lyon, Ajaccio, and London:

    >>> locate_departments(np.array([45.76, 41.93, 51.5]), np.array([4.84, 8.74, -0.1])).tolist()
    ['69', '2A', nan]
    """
    points = np.stack([longitude, latitude], axis=1).astype(np.float64)
    found = np.full(len(points), None, dtype=object)
    known = np.isfinite(points).all(axis=1)
    for code, rings in department_outlines().items():
        for ring in rings:
            low, high = ring.min(axis=0), ring.max(axis=0)
            open_ = known & (found == None)  # noqa: E711
            near = np.flatnonzero(open_ & ((points >= low) & (points <= high)).all(axis=1))
            if near.size:
                found[near[Path(ring).contains_points(points[near])]] = code
    _take_nearest(points, found, np.flatnonzero(known & (found == None)))  # noqa: E711
    return pd.Series(found, dtype="str")


def _take_nearest(points: Floats, found: np.ndarray, lost: np.ndarray) -> None:
    """Give points outside all outlines the nearest corner's, within reach."""
    if not lost.size:
        return
    from scipy.spatial import cKDTree

    outlines = department_outlines()
    codes = np.array([code for code, rings in outlines.items() for ring in rings for _ in ring], dtype=object)
    corners = np.concatenate([ring for rings in outlines.values() for ring in rings])
    distance, nearest = cKDTree(corners).query(points[lost])
    found[lost] = np.where(distance <= REACH_DEGREES, codes[nearest], None)


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("kamsim.territories").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
