"""Which units are neighbours: compressed rows, pieces that do not touch, and the triangulation of points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, QhullError, cKDTree

from kamsim.errors import SchemaError
from kamsim.travel import EARTH_RADIUS_KM

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Neighbours of each unit in compressed rows.

    Attributes
    ----------
    starts : array of int, shape (units + 1,)
    others : array of int
        Neighbours of unit i: ``others[starts[i]:starts[i + 1]]``, rising.
    """

    starts: Indices
    others: Indices

    def matrix(self) -> csr_array:
        """Return the neighbours as a sparse matrix of ones."""
        n = self.starts.size - 1
        return csr_array((np.ones(self.others.size), self.others, self.starts), shape=(n, n))

    def within(self, units: Indices) -> Neighbours:
        """Return the neighbours among some units, which are counted anew."""
        part = self.matrix()[units][:, units].sorted_indices()
        return Neighbours(part.indptr.astype(np.int64), part.indices.astype(np.int64))

    def pieces(self) -> Indices:
        """Number the connected piece of each unit, in the order of the pieces' first units."""
        return np.asarray(connected_components(self.matrix(), directed=False)[1], dtype=np.int64)


def link_up(first: Indices, second: Indices, units: int) -> Neighbours:
    """Turn pairs into rows: both directions, no pair twice, nobody a neighbour of themselves."""
    other = first != second
    rows = np.concatenate([first[other], second[other]])
    columns = np.concatenate([second[other], first[other]])
    matrix = coo_array((np.ones(rows.size), (rows, columns)), shape=(units, units)).tocsr()
    matrix.sum_duplicates()
    return Neighbours(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64))


def place_units(latitude: Floats, longitude: Floats) -> Floats:
    """Give places in space, in km from the middle of the Earth: no projection distorts them.

    Straight lines through the ground are what distances are measured along; over 1,000 km they are 0.1 %
    shorter than the way over it.

    Parameters
    ----------
    latitude, longitude : array, shape (units,)
        Degrees.

    Returns
    -------
    array, shape (units, 3)

    Examples
    --------
    >>> north, south = place_units(np.array([90.0, 0.0]), np.array([0.0, 0.0]))
    >>> north.round(1).tolist(), south.round(1).tolist()
    ([0.0, 0.0, 6371.0], [6371.0, 0.0, 0.0])
    """
    phi, lam = np.radians(latitude), np.radians(longitude)
    return EARTH_RADIUS_KM * np.stack(
        [np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=1
    )


def point_adjacency(units: pd.DataFrame, *, longest_km: float | None = None) -> pd.DataFrame:
    """Find neighbours among points: the sides of their Delaunay triangulation.

    The points are projected stereographically from the far side of their middle; circles stay circles, so
    that the triangulation is that on the sphere. Points in one place are neighbours of the first of them;
    points on one line, or fewer than three places, are neighbours in their order along it.

    Parameters
    ----------
    units : DataFrame
        With `unit_id`, `latitude` and `longitude` in degrees.
    longest_km : float, optional
        Leave longer sides out, such as those that close the hull; the points may then fall into pieces.

    Returns
    -------
    DataFrame
        `unit_id` and `neighbour_id`, one row a pair, sorted.

    Raises
    ------
    SchemaError
        For a missing column or coordinate.

    Examples
    --------
    >>> square = pd.DataFrame({"unit_id": list("ABCD"), "latitude": [45.0, 45.0, 46.0, 46.1],
    ...     "longitude": [4.0, 5.0, 4.0, 5.2]})
    >>> ["".join(pair) for pair in point_adjacency(square).to_numpy()]
    ['AB', 'AC', 'BC', 'BD', 'CD']
    """
    missing = [c for c in ("unit_id", "latitude", "longitude") if c not in units.columns]
    if missing:
        raise SchemaError(f"units: missing column {missing[0]!r}")
    units = units.sort_values("unit_id")
    names = units["unit_id"].to_numpy()
    lost = units[["latitude", "longitude"]].isna().any(axis=1).to_numpy()
    if lost.any():
        raise SchemaError(
            f"units: latitude and longitude must not be missing, got NaN for {names[lost][0]!r}"
        )
    x = place_units(units["latitude"].to_numpy(float), units["longitude"].to_numpy(float))
    first, second = _triangulate(x)
    if longest_km is not None:
        short = np.linalg.norm(x[first] - x[second], axis=1) <= longest_km
        first, second = first[short], second[short]
    pairs = np.unique(np.sort(np.stack([first, second], axis=1), axis=1), axis=0)
    return pd.DataFrame({"unit_id": names[pairs[:, 0]], "neighbour_id": names[pairs[:, 1]]})


def _triangulate(x: Floats) -> tuple[Indices, Indices]:
    """Find the sides between places, and tie those that share one to its first unit."""
    places, first_there, of = np.unique(x, axis=0, return_index=True, return_inverse=True)
    own = first_there[of.reshape(-1)]
    doubles = np.flatnonzero(own != np.arange(len(x)))
    a, b = _sides(places) if len(places) > 1 else (np.empty(0, np.int64), np.empty(0, np.int64))
    return (
        np.concatenate([first_there[a], own[doubles]]).astype(np.int64),
        np.concatenate([first_there[b], doubles]).astype(np.int64),
    )


def _sides(places: Floats) -> tuple[Indices, Indices]:
    flat = _flatten(places)
    try:
        if len(flat) < 3:
            raise QhullError
        triangles = Delaunay(flat)
    except QhullError:  # all on a line
        spread = flat - flat.mean(axis=0)
        order = np.argsort(spread @ np.linalg.svd(spread.T @ spread)[0][:, 0], kind="stable")
        return order[:-1], order[1:]
    corners = triangles.simplices
    a, b = (np.concatenate([corners[:, i] for i in side]) for side in ((0, 1, 2), (1, 2, 0)))
    left_out = triangles.coplanar  # points that are too near another one: (point, facet, nearest corner)
    return np.concatenate([a, left_out[:, 0]]), np.concatenate([b, left_out[:, 2]])


def _flatten(places: Floats) -> Floats:
    """Project stereographically onto the plane that touches the sphere in the middle of the places."""
    up = places.mean(axis=0)
    up = up / np.linalg.norm(up) if np.linalg.norm(up) > 1e-9 else np.array([0.0, 0.0, 1.0])
    aside = np.cross(up, [0.0, 0.0, 1.0] if abs(up[2]) < 0.9 else [1.0, 0.0, 0.0])
    east = aside / np.linalg.norm(aside)
    unit = places / EARTH_RADIUS_KM
    scale = 2 / np.maximum(1 + unit @ up, 1e-9)
    return EARTH_RADIUS_KM * np.stack([scale * (unit @ east), scale * (unit @ np.cross(up, east))], axis=1)


def bridges(neighbours: Neighbours, x: Floats) -> NDArray[np.int64]:
    """Find links that make all pieces one: the smallest piece to the nearest unit of another, and again.

    Parameters
    ----------
    neighbours : Neighbours
    x : array, shape (units, 3)

    Returns
    -------
    array of int, shape (links, 2)
        Empty where there is one piece.
    """
    piece = neighbours.pieces()
    links: list[tuple[int, int]] = []
    while piece.max() > 0:
        size = np.bincount(piece)
        smallest = int(np.argmin(np.where(size > 0, size, piece.size + 1)))
        if size[smallest] == piece.size:
            break
        inside, outside = np.flatnonzero(piece == smallest), np.flatnonzero(piece != smallest)
        distance, nearest = cKDTree(x[outside]).query(x[inside])
        at = int(np.argmin(distance))
        links.append((int(inside[at]), int(outside[nearest[at]])))
        piece[inside] = piece[outside[nearest[at]]]
    return np.array(links, dtype=np.int64).reshape(-1, 2)
