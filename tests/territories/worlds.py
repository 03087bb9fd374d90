"""Small worlds for tests: grids and scattered points, and an independent look at a plan."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from kamsim.streams import stream
from kamsim.territories import TerritoryResult


def grid(rows: int, columns: int, **attributes: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Square units in rows and columns, named r-c, neighbours along the sides."""
    cells = [(r, c) for r in range(rows) for c in range(columns)]
    units = pd.DataFrame(
        {
            "unit_id": [f"{r}-{c}" for r, c in cells],
            "latitude": [46.0 + 0.2 * r for r, _ in cells],
            "longitude": [3.0 + 0.28 * c for _, c in cells],
            "work": 1.0,
        }
    ).assign(**attributes)
    pairs = [(f"{r}-{c}", f"{r + 1}-{c}") for r, c in cells if r + 1 < rows]
    pairs += [(f"{r}-{c}", f"{r}-{c + 1}") for r, c in cells if c + 1 < columns]
    return units, pd.DataFrame(pairs, columns=["unit_id", "neighbour_id"])


def points(count: int, seed: int = 0) -> pd.DataFrame:
    """Scattered units with two attributes that go together, as potential and workload do."""
    rng = stream(seed, "tests", "territories")
    work = rng.lognormal(0.0, 0.5, count)
    return pd.DataFrame(
        {
            "unit_id": [f"U{i:04d}" for i in range(count)],
            "latitude": 44.0 + 5 * rng.random(count),
            "longitude": 0.0 + 6 * rng.random(count),
            "work": work,
            "potential": work * rng.lognormal(0.0, 0.2, count),
        }
    )


def pieces(result: TerritoryResult, adjacency: pd.DataFrame) -> dict[str, int]:
    """Count the connected pieces of each territory by walking, without the library's own graph code."""
    of = dict(result.frame()[["unit_id", "territory_id"]].to_numpy())
    near: dict[str, set[str]] = defaultdict(set)
    links = result.links[["unit_id", "neighbour_id"]].to_numpy().tolist()
    for a, b in [*adjacency.to_numpy().tolist(), *links]:
        near[a].add(b)
        near[b].add(a)
    seen: set[str] = set()
    count: dict[str, int] = defaultdict(int)
    for unit in of:
        if unit in seen:
            continue
        count[of[unit]] += 1
        waiting = [unit]
        seen.add(unit)
        while waiting:
            for other in near[waiting.pop()]:
                if other not in seen and of[other] == of[unit]:
                    seen.add(other)
                    waiting.append(other)
    return dict(count)


def deviations(result: TerritoryResult, units: pd.DataFrame, attribute: str) -> np.ndarray:
    """Deviation of each territory from the mean, added up from the units."""
    totals = units.merge(result.frame(), on="unit_id").groupby("territory_id")[attribute].sum()
    return np.asarray(totals / (units[attribute].sum() / result.shapes.shape[0]) - 1)
