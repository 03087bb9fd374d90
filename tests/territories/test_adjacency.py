"""Neighbours among points, and links between pieces."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kamsim.errors import SchemaError
from kamsim.territories import point_adjacency
from kamsim.territories.adjacency import bridges, link_up, place_units
from kamsim.travel import great_circle_km

from .worlds import points


def frame(places: list[tuple[float, float]]) -> pd.DataFrame:
    names = [chr(65 + i) for i in range(len(places))]
    return pd.DataFrame({"unit_id": names}).assign(
        latitude=[p[0] for p in places], longitude=[p[1] for p in places]
    )


def sides(adjacency: pd.DataFrame) -> set[str]:
    return {"".join(pair) for pair in adjacency.to_numpy()}


def test_no_point_lies_in_the_circle_of_a_triangle() -> None:
    """Delaunay's own property, on the sphere: a side's ends and a common neighbour see no other point."""
    units = points(60)
    x = place_units(units["latitude"].to_numpy(), units["longitude"].to_numpy())
    number = {u: i for i, u in enumerate(units["unit_id"])}
    near: dict[int, set[int]] = {i: set() for i in range(60)}
    for a, b in point_adjacency(units).to_numpy():
        near[number[a]].add(number[b])
        near[number[b]].add(number[a])
    triangles = 0
    for a in near:
        for b in near[a]:
            common = [c for c in near[a] & near[b] if c > b > a]
            for c in common:
                normal = np.cross(x[b] - x[a], x[c] - x[a])
                normal *= np.sign(normal @ x[a])
                above = (x - x[a]) @ normal / np.linalg.norm(normal)
                triangles += np.delete(above, [a, b, c]).max() < 1e-6
    assert triangles >= 60


def test_points_in_one_place_hang_together() -> None:
    assert sides(point_adjacency(frame([(45, 4), (45, 4), (45, 5), (46, 4), (45, 4)]))) == {
        "AB", "AE", "AC", "AD", "CD",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([(45.0, 4.0)], set()),
        ([(45.0, 4.0), (45.0, 5.0)], {"AB"}),
        ([(45.0, 4.0), (47.0, 4.0), (46.0, 4.0)], {"AC", "BC"}),
        ([(0.0, 3.0), (0.0, 1.0), (0.0, 2.0), (0.0, 4.0)], {"BC", "AC", "AD"}),
    ],
)
def test_few_points_or_points_on_a_line(places: list[tuple[float, float]], expected: set[str]) -> None:
    assert sides(point_adjacency(frame(places))) == expected


def test_long_sides_can_be_left_out() -> None:
    assert sides(point_adjacency(frame([(45, 4), (45.1, 4), (45, 4.1), (49, 8)]), longest_km=50)) == {
        "AB", "AC", "BC",
    }  # fmt: skip


def test_a_missing_coordinate_is_named() -> None:
    with pytest.raises(SchemaError, match="got NaN for 'B'"):
        point_adjacency(frame([(45, 4), (np.nan, 4)]))
    with pytest.raises(SchemaError, match="missing column 'longitude'"):
        point_adjacency(frame([(45, 4)]).drop(columns="longitude"))


def test_places_in_space_keep_distances() -> None:
    lat, lon = np.array([48.85, 43.3]), np.array([2.35, 5.4])
    a, b = place_units(lat, lon)
    assert np.linalg.norm(a - b) == pytest.approx(
        float(great_circle_km(lat[:1], lon[:1], lat[1:], lon[1:])[0]), rel=1e-3
    )


def test_the_smallest_piece_goes_to_what_is_nearest() -> None:
    x = np.array([[0.0, 0, 0], [1, 0, 0], [2, 0, 0], [5, 0, 0], [9, 0, 0], [10, 0, 0]])
    apart = link_up(np.array([0, 1, 4]), np.array([1, 2, 5]), 6)
    assert bridges(apart, x).tolist() == [[3, 2], [4, 3]]


def test_pairs_count_once_whichever_way_they_stand() -> None:
    rows = link_up(np.array([0, 1, 1, 2]), np.array([1, 0, 2, 2]), 3)
    assert rows.starts.tolist() == [0, 1, 3, 4]
    assert rows.others.tolist() == [1, 0, 2, 1]
