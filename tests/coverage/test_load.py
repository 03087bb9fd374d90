"""Workload by who holds it, ratios that hours allow, people needed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.coverage import hours_ratios, net_capacity, staffing, travel_share, workload
from kamsim.schemas import BOOK, TEAM

MakeFrame = Callable[..., pd.DataFrame]
BASE = Scenario.load("base")
SETTINGS = BASE.coverage
CUTOFF = pd.Timestamp("2026-01-01")


@pytest.fixture
def book(make_frame: MakeFrame) -> pd.DataFrame:
    return make_frame(
        BOOK,
        account_id=["a", "b", "c", "d"],
        tier=[1, 1, 2, 3],
        owner_id=["r", "r", "gone", None],
        latitude=[45.0, 45.0, 45.0, np.nan],
        longitude=[4.0, 4.0 + 1e-9, 4.0, np.nan],
        workload_hours=[16.25, 16.25, 2.0, 0.5],
        se_hours=[5.0, 2.5, 0.5, 0.0],
        csm_hours=[5.0, 5.0, 1.0, 0.2],
    )


@pytest.fixture
def team(make_frame: MakeFrame) -> pd.DataFrame:
    return make_frame(
        TEAM, rep_id=["r", "s"], role=["AE", "SE"], capacity_hours=[65.0, 90.0], latitude=[45.0, np.nan],
        longitude=[5.0, np.nan],
    )  # fmt: skip


def test_hours_by_holder_and_tier(book: pd.DataFrame, team: pd.DataFrame) -> None:
    found = workload(book, team, SETTINGS).set_index(["role", "held_by", "tier"])

    assert found.loc[("AE", "r", 1), "client_hours"] == 32.5
    assert found.loc[("AE", "r", 1), "accounts"] == 2
    assert found.xs("nobody", level="held_by")["accounts"].tolist() == [1, 1], (
        "an owner who has left is nobody"
    )
    assert found.loc[("SE", "pool", 1), "client_hours"] == 7.5
    totals = found["client_hours"].groupby("role").sum()
    assert totals.to_dict() == {"AE": 35.0, "SE": 8.0, "CSM": 11.2}


def test_the_road_is_from_the_owners_home(book: pd.DataFrame, team: pd.DataFrame) -> None:
    """One degree of longitude at 45 north is 78.6 km: 1.966 h there and back, for 6 client hours."""
    found = workload(book, team, SETTINGS).set_index(["role", "held_by", "tier"])["travel_hours"]

    assert found["AE", "r", 1] == pytest.approx(32.5 / 6 * 2 * 78.626 / 80, rel=1e-4)
    assert found["AE", "nobody"].tolist() == [0.0, 0.0]
    assert found["SE"].sum() == 0


def test_meetings_are_prepared(book: pd.DataFrame, team: pd.DataFrame) -> None:
    found = workload(book, team, SETTINGS)
    assert found["ritual_hours"].tolist() == pytest.approx((found["client_hours"] / 6).tolist())


def test_the_guides_ratio_is_what_hours_allow_without_leave_and_road(
    book: pd.DataFrame, team: pd.DataFrame
) -> None:
    here = BASE.override({"coverage.working_time.leave_share": 0.0}).coverage
    at_home = workload(book.assign(longitude=5.0), team, here)
    ratios = hours_ratios(at_home, here)
    assert ratios["hours_ratio"].tolist() == pytest.approx(ratios["guide_ratio"].tolist())
    away = hours_ratios(workload(book, team, SETTINGS), SETTINGS)
    assert (away["hours_ratio"] < away["guide_ratio"]).all()


def test_people_by_hours_are_hours_over_what_one_has(book: pd.DataFrame, team: pd.DataFrame) -> None:
    hours = workload(book, team, SETTINGS)
    capacity = net_capacity(team, SETTINGS, BASE.dynamics.people, cutoff=CUTOFF)
    found = staffing(book, hours, capacity, SETTINGS).set_index("role")

    assert found["by_hours"]["SE"] == pytest.approx(8.0 / (90 * 0.87))
    assert found["by_hours"]["AE"] > found["by_ratio"]["AE"]
    assert found["heads"].to_dict() == {"AE": 1, "CSM": 0, "SE": 1}


def test_share_of_the_road(book: pd.DataFrame, team: pd.DataFrame) -> None:
    aes = workload(book, team, SETTINGS).query("role == 'AE'")
    expected = aes["travel_hours"].sum() / (aes["travel_hours"].sum() + aes["client_hours"].sum())
    assert travel_share(workload(book, team, SETTINGS)) == pytest.approx(expected)
