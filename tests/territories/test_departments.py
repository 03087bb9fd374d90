"""The table of départements: whole, symmetric, connected but for Corsica, and in its right place."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from kamsim.portfolio.cities import read_towns
from kamsim.territories import (
    department_borders,
    department_outlines,
    departments,
    locate_departments,
)
from kamsim.territories.adjacency import link_up
from kamsim.territories.departments import _rows

KNOWN = {
    "75": {"92", "93", "94"},
    "29": {"22", "56"},
    "06": {"04", "83"},
    "66": {"09", "11"},
    "2A": {"2B"},
    "90": {"25", "68", "70", "88"},
    "48": {"07", "12", "15", "30", "43"},
}


def test_there_are_96_with_their_people() -> None:
    frame = departments()
    assert len(frame) == 96
    assert frame["unit_id"].is_monotonic_increasing
    assert frame["population"].sum() == pytest.approx(66e6, rel=0.02)
    assert frame["area_km2"].sum() == pytest.approx(544e3, rel=0.02)


def test_neighbours_are_mutual() -> None:
    near = {row["code"]: set(row["neighbours"].split()) for row in _rows("departments.csv")}
    assert all(code in near[other] for code, others in near.items() for other in others)


@pytest.mark.parametrize("code", sorted(KNOWN))
def test_known_neighbours(code: str) -> None:
    borders = department_borders().to_numpy()
    assert {b if a == code else a for a, b in borders if code in (a, b)} == KNOWN[code]


def test_the_mainland_hangs_together_and_corsica_stands_apart() -> None:
    codes = departments()["unit_id"].tolist()
    a, b = (department_borders()[c].map(codes.index).to_numpy() for c in ("unit_id", "neighbour_id"))
    piece = link_up(a, b, 96).pieces()
    assert {c for c, p in zip(codes, piece, strict=True) if p != piece[0]} == {"2A", "2B"}
    assert piece.max() == 1


def test_chief_towns_lie_in_their_departments() -> None:
    """The outlines come from a drawing, the towns from GeoNames: they agree only if both stand right."""
    towns = {t.name: t for t in read_towns() if t.country == "FR"}
    known = departments()[lambda d: d["chief_town"].isin(list(towns))]
    here = [towns[name] for name in known["chief_town"]]
    found = locate_departments(np.array([t.latitude for t in here]), np.array([t.longitude for t in here]))
    assert len(known) > 60
    assert found.tolist() == known["unit_id"].tolist()


def test_points_at_sea_belong_to_the_coast_within_reach() -> None:
    found = locate_departments(np.array([43.15, 42.5, np.nan]), np.array([5.3, 5.5, 4.0]))
    assert found[0] == "13"
    assert found.isna().tolist() == [False, True, True]


def test_neighbours_share_corners_of_their_outlines() -> None:
    outlines = department_outlines()
    assert sorted(outlines) == departments()["unit_id"].tolist()
    corners = {c: {tuple(v) for ring in rings for v in ring} for c, rings in outlines.items()}
    assert all(corners[a] & corners[b] for a, b in department_borders().to_numpy())


def test_both_tables_name_source_and_licence() -> None:
    from importlib import resources

    for name, licence in (("departments.csv", "Licence Ouverte"), ("outlines.csv", "CC BY 4.0")):
        text = resources.files("kamsim.territories").joinpath(name).read_text(encoding="utf-8")
        head = [line for line in text.splitlines() if line.startswith("#")]
        assert licence in " ".join(head)
        assert next(csv.reader([text.splitlines()[len(head)]]))[0] == "code"
