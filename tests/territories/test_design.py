"""Territories are whole, balanced or refused, near to the plan before, and the same for any order of rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from kamsim.errors import ConfigError, InfeasibleAllocationError
from kamsim.streams import stream
from kamsim.territories import department_borders, departments, design_territories, point_adjacency
from kamsim.territories.adjacency import place_units

from .worlds import deviations, grid, pieces, points


@pytest.fixture(scope="module")
def france() -> tuple[pd.DataFrame, pd.DataFrame]:
    return departments(), department_borders()


def test_departments_are_balanced_and_whole(france: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    units, borders = france
    result = design_territories(units, borders, 8, ["population"], 0.05, islands="join")

    assert sorted(result.frame()["unit_id"]) == sorted(units["unit_id"])
    assert set(pieces(result, borders).values()) == {1}
    assert result.shapes["contiguous"].all()
    assert np.abs(deviations(result, units, "population")).max() <= 0.05
    assert result.links[["unit_id", "neighbour_id"]].to_numpy().tolist() == [["2B", "06"]]


def test_two_attributes_at_once(france: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    units, borders = france
    tolerance = {"population": 0.1, "area_km2": 0.15}
    result = design_territories(units, borders, 8, list(tolerance), tolerance, islands="join")

    for name, most in tolerance.items():
        assert np.abs(deviations(result, units, name)).max() <= most


def test_a_strip_is_cut_where_arithmetic_says() -> None:
    units, adjacency = grid(1, 12)
    result = design_territories(units, adjacency, 4, ["work"], 0.0)

    names = result.frame().assign(column=lambda f: f["unit_id"].str[2:].astype(int)).sort_values("column")
    runs = names["territory_id"].to_numpy().reshape(4, 3)
    assert all(len(set(run)) == 1 for run in runs)
    assert len(set(runs[:, 0])) == 4


def test_nearly_as_compact_as_clusters_without_constraints() -> None:
    units = points(1500)
    result = design_territories(units, point_adjacency(units), 15, ["work"], 0.02)
    x = place_units(units["latitude"].to_numpy(), units["longitude"].to_numpy())
    free = KMeans(15, n_init=3, random_state=0).fit(x).inertia_

    assert result.within_tolerance
    assert result.inertia_km2 <= 1.05 * free


def test_the_search_reports_what_it_missed(france: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    units, borders = france
    with pytest.raises(
        InfeasibleAllocationError, match="no plan within tolerance was found: the nearest leaves"
    ):
        design_territories(units, borders, 8, ["population"], 0.0001, islands="join")
    result = design_territories(
        units, borders, 8, ["population"], 0.0001, islands="join", require_tolerance=False
    )
    assert not result.within_tolerance
    assert result.largest_deviation == pytest.approx(np.abs(deviations(result, units, "population")).max())


@pytest.fixture(scope="module")
def before() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    units, adjacency = grid(8, 8)
    plan = design_territories(units, adjacency, 4, ["work"], 0.05).frame()
    heavier = units.assign(work=np.where(units["latitude"] < 46.5, 1.6, 1.0))
    return heavier, adjacency, plan


class TestThePlanBefore:
    @pytest.mark.parametrize("share", [0.05, 0.15, 1.0])
    def test_the_cap_on_moves_holds(self, before: tuple[pd.DataFrame, ...], share: float) -> None:
        units, adjacency, plan = before
        result = design_territories(units, adjacency, 4, ["work"], 0.08, plan, share, require_tolerance=False)

        both = result.frame().merge(plan, on="unit_id", suffixes=("", "_then"))
        moved = (both["territory_id"] != both["territory_id_then"]).mean()
        assert moved == result.moved_share <= share
        assert set(pieces(result, adjacency).values()) == {1}

    def test_more_moves_allow_a_better_balance(self, before: tuple[pd.DataFrame, ...]) -> None:
        units, adjacency, plan = before
        none, some = (
            design_territories(units, adjacency, 4, ["work"], 0.08, plan, share, require_tolerance=False)
            for share in (0.0, 0.3)
        )
        assert none.moved_share == 0
        assert some.largest_deviation < none.largest_deviation

    def test_staying_is_worth_its_price(self, before: tuple[pd.DataFrame, ...]) -> None:
        units, adjacency, plan = before
        cheap, dear = (
            design_territories(units, adjacency, 4, ["work"], 0.08, plan, move_cost=cost).moved_share
            for cost in (0.0, 5.0)
        )
        assert dear <= cheap

    def test_a_balanced_plan_stays_as_it_is(self, before: tuple[pd.DataFrame, ...]) -> None:
        _, adjacency, plan = before
        units, _ = grid(8, 8)
        assert design_territories(units, adjacency, 4, ["work"], 0.05, plan).moved_share == 0

    def test_names_are_kept_and_added(self, before: tuple[pd.DataFrame, ...]) -> None:
        units, adjacency, plan = before
        fewer = design_territories(units, adjacency, 3, ["work"], 0.15, plan)
        more = design_territories(units, adjacency, 5, ["work"], 0.15, plan)
        names = set(plan["territory_id"])
        assert set(fewer.shapes["territory_id"]) < names < set(more.shapes["territory_id"])

    def test_what_must_move_is_counted_before_any_search(self, before: tuple[pd.DataFrame, ...]) -> None:
        units, adjacency, plan = before
        with pytest.raises(InfeasibleAllocationError, match=r"16 units must move .* allows 6 of 64"):
            design_territories(units, adjacency, 3, ["work"], 0.5, plan, 0.1)

    def test_a_torn_plan_takes_moves_to_mend(self) -> None:
        units, adjacency = grid(1, 6)
        torn = dict(zip(units["unit_id"], "ABABAB", strict=True))
        with pytest.raises(
            InfeasibleAllocationError, match="at most 1 of 6 units: making the plan before whole"
        ):
            design_territories(units, adjacency, 2, ["work"], 1.0, torn, 0.17)


class TestLocks:
    def test_locked_units_stay(self, france: tuple[pd.DataFrame, pd.DataFrame]) -> None:
        units, borders = france
        locks = {"29": "West", "67": "East", "06": "South", "59": "North", "80": "North", "64": "West"}
        result = design_territories(units, borders, 6, ["population"], 0.25, islands="join", locked=locks)

        frame = result.frame().set_index("unit_id")
        assert {u: frame.loc[u, "territory_id"] for u in locks} == locks
        assert frame["locked"].sum() == len(locks)
        assert set(pieces(result, borders).values()) == {1}

    def test_no_territory_is_caught_behind_locks(self) -> None:
        units, adjacency = grid(4, 6)
        wall = {"0-1": "A", "1-1": "A", "1-0": "A"}  # closes 0-0 off
        result = design_territories(units, adjacency, 4, ["work"], 0.2, locked=wall)
        assert result.frame().set_index("unit_id").loc["0-0", "territory_id"] == "A"

    def test_locks_that_part_each_other_are_refused(self) -> None:
        units, adjacency = grid(1, 5)
        with pytest.raises(
            InfeasibleAllocationError, match="'0-0' and '0-4' are both locked to 'A', but units"
        ):
            design_territories(
                units, adjacency, 2, ["work"], 1.0, locked={"0-0": "A", "0-4": "A", "0-2": "B"}
            )

    def test_locks_over_water_are_refused(self, france: tuple[pd.DataFrame, pd.DataFrame]) -> None:
        with pytest.raises(
            InfeasibleAllocationError, match="'01' and '2A' are both locked to 'A', but lie in"
        ):
            design_territories(*france, 5, ["population"], 0.9, locked={"01": "A", "2A": "A"})

    def test_locks_that_are_too_heavy_are_refused(self) -> None:
        units, adjacency = grid(2, 4)
        locks = dict.fromkeys(["0-0", "0-1", "0-2"], "A")
        with pytest.raises(
            InfeasibleAllocationError, match=r"3 units locked to 'A' hold 1.5 times the mean 'work'"
        ):
            design_territories(units, adjacency, 4, ["work"], 0.1, locked=locks)


class TestCentres:
    def test_a_fixed_centre_is_what_compactness_is_measured_from(self) -> None:
        units, adjacency = grid(4, 10)
        centres = pd.DataFrame({"territory_id": ["West"], "latitude": [46.3], "longitude": [3.0]})
        result = design_territories(units, adjacency, 2, ["work"], 0.1, centers=centres)

        west = result.shapes.set_index("territory_id").loc["West"]
        assert (west["latitude"], west["longitude"]) == pytest.approx((46.3, 3.0))
        mine = units[units["unit_id"].isin(result.frame().query("territory_id == 'West'")["unit_id"])]
        x = place_units(mine["latitude"].to_numpy(), mine["longitude"].to_numpy())
        away = ((x - place_units(np.array([46.3]), np.array([3.0]))) ** 2).sum()
        assert west["inertia_km2"] == pytest.approx(away)
        assert west["longitude"] < mine["longitude"].mean()

    def test_more_centres_than_territories_are_refused(self) -> None:
        units, adjacency = grid(2, 2)
        centres = pd.DataFrame({"territory_id": ["a", "b", "c"], "latitude": 46.0, "longitude": 3.0})
        with pytest.raises(ConfigError, match=r"name 3 territories .* k is 2"):
            design_territories(units, adjacency, 2, ["work"], 1.0, centers=centres)


class TestIslands:
    def test_each_piece_needs_a_territory(self, france: tuple[pd.DataFrame, pd.DataFrame]) -> None:
        with pytest.raises(
            InfeasibleAllocationError, match=r"2 pieces .* k is 1: .*94 units: '01'.*2 units: '2A'"
        ):
            design_territories(*france, 1, ["population"])

    def test_arithmetic_says_that_a_piece_is_too_small(
        self, france: tuple[pd.DataFrame, pd.DataFrame]
    ) -> None:
        with pytest.raises(
            InfeasibleAllocationError, match=r"2 units \('2A', '2B'\) holds 0.043 .*tolerance"
        ):
            design_territories(*france, 8, ["population"], 0.1)

    def test_pieces_apart_get_territories_of_their_own(
        self, france: tuple[pd.DataFrame, pd.DataFrame]
    ) -> None:
        result = design_territories(*france, 8, ["population"], 0.1, require_tolerance=False)
        corsica = result.frame().set_index("unit_id").loc[["2A", "2B"], "territory_id"].unique()
        assert len(corsica) == 1
        assert (result.frame()["territory_id"] == corsica[0]).sum() == 2
        assert set(pieces(result, france[1]).values()) == {1}

    def test_pieces_share_the_territories_by_load(self) -> None:
        units, adjacency = grid(3, 8)
        cut = adjacency[
            ~(adjacency["unit_id"].str.endswith("-1") & adjacency["neighbour_id"].str.endswith("-2"))
        ]
        result = design_territories(units, cut, 4, ["work"], 0.0)
        of = result.frame().set_index("unit_id")["territory_id"]
        assert len({of[u] for u in of.index if int(u[2:]) < 2}) == 1
        assert len({of[u] for u in of.index if int(u[2:]) >= 2}) == 3


def test_more_territories_than_units_are_refused() -> None:
    with pytest.raises(InfeasibleAllocationError, match="4 units cannot fill 5 territories"):
        design_territories(*grid(2, 2), 5, ["work"])


def test_every_unit_can_be_a_territory() -> None:
    result = design_territories(*grid(3, 3), 9, ["work"], 0.0)
    assert result.shapes["units"].tolist() == [1] * 9


def test_a_unit_that_is_too_large_is_named() -> None:
    units, adjacency = grid(2, 3)
    units.loc[0, "work"] = 5.0
    with pytest.raises(
        InfeasibleAllocationError, match=r"unit '0-0' alone holds 5, a territory may hold at most 3.66"
    ):
        design_territories(units, adjacency, 3, ["work"], 0.1)


@settings(max_examples=25, deadline=None)
@given(
    count=st.integers(3, 40),
    k=st.integers(1, 6),
    tolerance=st.sampled_from([0.05, 0.2, 0.6]),
    cap=st.sampled_from([None, 0.0, 0.2]),
    locks=st.integers(0, 3),
    seed=st.integers(0, 10_000),
)
def test_any_plan_keeps_what_was_asked(
    count: int, k: int, tolerance: float, cap: float | None, locks: int, seed: int
) -> None:
    units, rng = points(count, seed), stream(seed, "tests", "plan")
    adjacency = point_adjacency(units)
    kept = units.copy(deep=True), adjacency.copy(deep=True)
    ids = units["unit_id"].to_numpy()
    previous = locked = None
    if cap is not None:
        previous = pd.DataFrame({"unit_id": ids, "territory_id": rng.choice(["P", "Q"], count)})
    if locks:
        chosen = rng.choice(ids, min(locks, count), replace=False)
        locked = {str(u): f"L{i % min(k, 2)}" for i, u in enumerate(chosen)}
    wanted = {
        "previous": previous, "max_moved_share": cap, "locked": locked, "require_tolerance": bool(seed % 2),
    }  # fmt: skip
    outcomes = []
    for rows in (slice(None), slice(None, None, -1)):
        try:
            result = design_territories(
                units.iloc[rows], adjacency.iloc[rows], k, ["work", "potential"], tolerance, **wanted
            )
        except InfeasibleAllocationError as refused:
            outcomes.append(str(refused))
            continue
        outcomes.append(result.frame())
        assert result.frame()["unit_id"].tolist() == sorted(ids)
        assert set(pieces(result, adjacency).values()) == {1}
        assert len(pieces(result, adjacency)) == k
        worst = max(np.abs(deviations(result, units, a)).max() for a in ("work", "potential"))
        assert worst == pytest.approx(result.largest_deviation)
        assert result.within_tolerance == (worst <= tolerance + 1e-9)
        assert result.within_tolerance or not wanted["require_tolerance"]
        of = result.frame().set_index("unit_id")
        assert all(of.loc[u, "territory_id"] == t for u, t in (locked or {}).items())
        if previous is not None:
            then = previous.set_index("unit_id")["territory_id"]
            assert (of["territory_id"] != then).mean() <= cap + 1e-12
    first, second = outcomes
    assert first.equals(second) if isinstance(first, pd.DataFrame) else first == second
    pd.testing.assert_frame_equal(units, kept[0])
    pd.testing.assert_frame_equal(adjacency, kept[1])
