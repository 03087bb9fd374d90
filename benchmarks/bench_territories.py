"""Territories: time, balance and compactness, beside scikit-learn's k-means, and the exponent in units.

Units are scattered evenly with a workload that varies (log-normal, standard deviation 0.8 of its logarithm);
neighbours are those of their triangulation, which has its own row. Compactness is the sum of squared
distances to the centre over that of k-means, which balances nothing and knows no neighbours: once against a
single start, scikit-learn's default, once against the best of ten. A small design first loads compiled code.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from benchmarks.row import Row, at_most, measured, seconds
from kamsim.streams import stream
from kamsim.territories import (
    TerritoryResult,
    department_borders,
    departments,
    design_territories,
    point_adjacency,
)
from kamsim.territories.adjacency import place_units

UNITS, TERRITORIES, TOLERANCE = 10_000, 100, 0.02
SIZES = (10_000, 20_000, 40_000, 80_000)
"""Of the exponent; a hundred units a territory."""


def rows() -> Iterator[Row]:
    """Seconds, deviation, compactness and contiguity at the goal's size; more attributes; growth; France."""
    units = scatter(UNITS)
    design(scatter(500), 5)
    adjacency = point_adjacency(units)
    name = f"territories: {UNITS:,} x {TERRITORIES}"
    found: list[TerritoryResult] = []
    yield at_most(name, seconds(lambda: found.append(design(units, TERRITORIES, adjacency))), "s", 1.0)
    yield measured(f"{name}, neighbours", seconds(lambda: point_adjacency(units)), "s")
    result = found[0]
    yield at_most(f"{name}, largest deviation", 100 * result.largest_deviation, "%", 2.0)
    yield at_most(f"{name}, not contiguous", float((~result.shapes["contiguous"]).sum()), "count", 0)
    x = place_units(units["latitude"].to_numpy(), units["longitude"].to_numpy())
    for starts in (1, 10):
        free = KMeans(TERRITORIES, n_init=starts, random_state=0)
        ratio = result.inertia_km2 / free.fit(x).inertia_
        yield at_most(f"{name}, inertia over k-means of {starts}", ratio, "ratio", 1.05)
    yield from _beside_k_means(units, x, adjacency, name)
    yield from _more_attributes(units, adjacency, name, x)
    yield at_most("territories: exponent in units", _exponent(), "", 1.3)
    yield from _france()


def scatter(count: int) -> pd.DataFrame:
    """Units over some 700 by 700 km, with workload, a potential that goes with it, and clients."""
    rng = stream(6, "benchmark", "territories", count)
    work = rng.lognormal(0.0, 0.8, count)
    return pd.DataFrame(
        {
            "unit_id": [f"U{i:06d}" for i in range(count)],
            "latitude": 43 + 7 * rng.random(count),
            "longitude": -1 + 9 * rng.random(count),
            "workload": work,
            "potential": work * rng.lognormal(0.0, 0.3, count),
            "clients": 1.0,
        }
    )


def design(units: pd.DataFrame, k: int, adjacency: pd.DataFrame | None = None) -> TerritoryResult:
    """Design with the goal's tolerance of one attribute."""
    adjacency = point_adjacency(units) if adjacency is None else adjacency
    return design_territories(units, adjacency, k, ["workload"], TOLERANCE, require_tolerance=False)


def _beside_k_means(units: pd.DataFrame, x: np.ndarray, adjacency: pd.DataFrame, name: str) -> Iterator[Row]:
    own = cpu(lambda: design(units, TERRITORIES, adjacency))
    free = KMeans(TERRITORIES, n_init=1, random_state=0)
    label = free.fit_predict(x)
    load = np.bincount(label, units["workload"].to_numpy()) / (units["workload"].sum() / TERRITORIES)
    with threadpool_limits(1):  # threads that wait for each other would count as work
        alone = cpu(lambda: free.fit(x))
    yield measured(f"{name}, CPU over k-means", own / alone, "ratio")
    yield measured(f"{name}, largest deviation of k-means", 100 * float(np.abs(load - 1).max()), "%")


def _more_attributes(units: pd.DataFrame, adjacency: pd.DataFrame, name: str, x: np.ndarray) -> Iterator[Row]:
    free = KMeans(TERRITORIES, n_init=10, random_state=0).fit(x).inertia_
    three = ["workload", "potential", "clients"]
    for tolerance in (0.02, 0.05):
        clock = time.process_time()
        result = design_territories(units, adjacency, TERRITORIES, three, tolerance, require_tolerance=False)
        kind = f"{name}, three attributes at {tolerance:.0%}"
        yield measured(f"{kind}, CPU", time.process_time() - clock, "s")
        yield measured(f"{kind}, largest deviation", 100 * result.largest_deviation, "%")
        yield measured(f"{kind}, inertia over k-means of 10", result.inertia_km2 / free, "ratio")


def _exponent() -> float:
    taken = []
    for size in SIZES:
        units = scatter(size)
        adjacency = point_adjacency(units)
        taken.append(cpu(lambda u=units, a=adjacency, n=size: design(u, n // 100, a), 3))
    return float(np.polyfit(np.log(SIZES), np.log(taken), 1)[0])


def _france() -> Iterator[Row]:
    units, borders = departments(), department_borders()
    for tolerance in (0.02, 0.05):
        clock = time.process_time()
        result = design_territories(
            units, borders, 8, ["population"], tolerance, islands="join", require_tolerance=False
        )
        kind = f"territories: 96 départements x 8 at {tolerance:.0%}"
        yield measured(f"{kind}, CPU", time.process_time() - clock, "s")
        yield at_most(f"{kind}, largest deviation", 100 * result.largest_deviation, "%", 100 * tolerance)


def cpu(job: Callable[[], object], times: int = 5) -> float:
    """Return the median processor time of a job."""
    taken = []
    for _ in range(times):
        clock = time.process_time()
        job()
        taken.append(time.process_time() - clock)
    return float(np.median(taken))
