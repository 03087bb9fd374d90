"""What a design gives: tables of units, loads and shapes, and the figures that sum them up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from kamsim.schemas import TERRITORIES, TERRITORY_BALANCE, TERRITORY_SHAPES, check
from kamsim.territories.adjacency import Floats, Indices, Neighbours
from kamsim.territories.problem import NONE, TerritoryProblem

SLACK = 1e-9
"""What a sum may miss by rounding."""


@dataclass(frozen=True, eq=False)
class TerritoryResult:
    """A plan of territories, measured.

    Attributes
    ----------
    territories : DataFrame
        `TERRITORIES`, one row a unit.
    balance : DataFrame
        `TERRITORY_BALANCE`, one row a territory and attribute.
    shapes : DataFrame
        `TERRITORY_SHAPES`, one row a territory.
    links : DataFrame
        Neighbours that were added to join pieces that do not touch: `unit_id`, `neighbour_id`, `km`.
    largest_deviation : float
        Of any territory and attribute from the mean, as a share.
    within_tolerance : bool
        Whether every deviation keeps its attribute's tolerance.
    inertia_km2 : float
        Sum over units of the squared distance to the centre of their territory.
    moved_share : float
        Units that had another territory in the plan before, of those that had one.
    """

    territories: pd.DataFrame
    balance: pd.DataFrame
    shapes: pd.DataFrame
    links: pd.DataFrame
    largest_deviation: float
    within_tolerance: bool
    inertia_km2: float
    moved_share: float

    def frame(self) -> pd.DataFrame:
        """Return `TERRITORIES`: unit to territory."""
        return self.territories.copy()

    def summary(self) -> pd.DataFrame:
        """Return one row a territory: units, total and deviation of each attribute, shape, moved share."""
        shapes = self.shapes.set_index("territory_id")
        wide = {}
        for name in self.balance["attribute"].unique():
            mine = self.balance[self.balance["attribute"] == name].set_index("territory_id")
            wide[name] = mine["total"]
            wide[f"{name}_deviation"] = mine["deviation"]
        kept = ["inertia_km2", "mean_km", "farthest_km", "contiguous", "moved_share"]
        return pd.concat([shapes[["units"]], pd.DataFrame(wide), shapes[kept]], axis=1).reset_index()


def measure(
    problem: TerritoryProblem,
    coordinates: Floats,
    label: Indices,
    before: pd.Series,
    links: pd.DataFrame,
) -> TerritoryResult:
    """Measure a plan, from the tables alone: nothing is taken over from the search.

    Parameters
    ----------
    problem : TerritoryProblem
    coordinates : array, shape (units, 2)
        Latitude and longitude.
    label : array of int, shape (units,)
    before : Series
        Name of each unit's territory in the plan before.
    links : DataFrame

    Returns
    -------
    TerritoryResult
    """
    centre = _centres(problem, label)
    names = _name_territories(problem, centre)
    moved = (problem.previous != NONE) & (problem.previous != label)
    territories = pd.DataFrame(
        {
            "unit_id": pd.Series(problem.unit_ids, dtype="str"),
            "latitude": coordinates[:, 0],
            "longitude": coordinates[:, 1],
            "territory_id": pd.Series(names[label], dtype="str"),
            "previous_id": pd.Series(before.to_numpy(), dtype="str"),
            "moved": moved,
            "locked": problem.held != NONE,
        }
    )
    balance = _balance(problem, label, names)
    deviation, tolerance = balance["deviation"].abs(), balance["tolerance"]
    apart = np.linalg.norm(problem.x - centre[label], axis=1)
    had = (problem.previous != NONE).sum()
    return TerritoryResult(
        territories=check(territories, TERRITORIES),
        balance=check(balance, TERRITORY_BALANCE),
        shapes=check(_shapes(problem, label, names, centre, apart, moved), TERRITORY_SHAPES),
        links=links,
        largest_deviation=float(deviation.max()),
        within_tolerance=bool((deviation <= tolerance + SLACK).all()),
        inertia_km2=float((apart**2).sum()),
        moved_share=float(moved.sum() / had) if had else 0.0,
    )


def connected(neighbours: Neighbours, label: Indices, k: int) -> np.ndarray:
    """Tell which territories are contiguous, shape (k,): one connected piece of units each."""
    matrix = neighbours.matrix().tocoo()
    same = label[matrix.row] == label[matrix.col]
    inside = csr_array((matrix.data[same], (matrix.row[same], matrix.col[same])), shape=matrix.shape)
    piece = connected_components(inside, directed=False)[1]
    pieces = pd.Series(piece).groupby(label).nunique().reindex(range(k), fill_value=0)
    return np.asarray(pieces.to_numpy() == 1)


def _centres(problem: TerritoryProblem, label: Indices) -> Floats:
    count = np.bincount(label, minlength=problem.k)
    middle = (
        np.stack([np.bincount(label, problem.x[:, i], problem.k) for i in range(3)], axis=1) / count[:, None]
    )
    return np.where(problem.fixed[:, None], problem.centre, middle)


def _name_territories(problem: TerritoryProblem, centre: Floats) -> np.ndarray:
    """Name the territories, shape (k,): known ones keep theirs, others count from north to south."""
    names = np.empty(problem.k, dtype=object)
    names[: len(problem.names)] = problem.names
    nameless = np.arange(len(problem.names), problem.k)
    digits = max(2, len(str(problem.k)))
    fresh = (f"T{number:0{digits}d}" for number in range(1, 2 * problem.k + 1))
    free = [name for name in fresh if name not in problem.names]
    for name, t in zip(
        free, nameless[np.argsort(-centre[nameless, 2].round(6), kind="stable")], strict=False
    ):
        names[t] = name
    return names


def _balance(problem: TerritoryProblem, label: Indices, names: np.ndarray) -> pd.DataFrame:
    parts = []
    for a, attribute in enumerate(problem.attributes):
        total = np.bincount(label, problem.amount[:, a], problem.k)
        mean = float(problem.amount[:, a].sum() / problem.k)
        parts.append(
            pd.DataFrame(
                {
                    "territory_id": pd.Series(names, dtype="str"),
                    "attribute": pd.Series([attribute] * problem.k, dtype="str"),
                    "total": total,
                    "mean": mean,
                    "deviation": total / mean - 1,
                    "tolerance": float(problem.tolerance[a]),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _shapes(
    problem: TerritoryProblem,
    label: Indices,
    names: np.ndarray,
    centre: Floats,
    apart: Floats,
    moved: np.ndarray,
) -> pd.DataFrame:
    count = np.bincount(label, minlength=problem.k)
    had = np.bincount(label, problem.previous != NONE, problem.k)
    left = np.bincount(label, moved, problem.k)
    outward = np.linalg.norm(centre, axis=1)
    return pd.DataFrame(
        {
            "territory_id": pd.Series(names, dtype="str"),
            "units": count.astype(np.int64),
            "latitude": np.degrees(np.arcsin(np.clip(centre[:, 2] / outward, -1, 1))),
            "longitude": np.degrees(np.arctan2(centre[:, 1], centre[:, 0])),
            "fixed_centre": problem.fixed,
            "inertia_km2": np.bincount(label, apart**2, problem.k),
            "mean_km": np.bincount(label, apart, problem.k) / count,
            "farthest_km": pd.Series(apart).groupby(label).max().to_numpy(),
            "contiguous": connected(problem.neighbours, label, problem.k),
            "moved_share": left / np.maximum(had, 1),
        }
    )
