"""All points are checked before one starts, and each has the key of what its result depends on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kamsim.errors import SweepError
from kamsim.runs.sweeps import Grid, task_of
from kamsim.runs.sweeps import points as module
from kamsim.runs.sweeps.points import points_of
from tests.runs.sweeps.stub import Stub

STUB = Stub(Path("nowhere"))


def grid_of(*varied: dict[str, Any], fixed: dict[str, Any] | None = None, **what: Any) -> Grid:
    named = {"notebook": None, "scenario": None, "data": None, "calibrated": False, **what}
    return Grid(**named, fixed=fixed or {}, varied=list(varied))


def test_points_are_numbered_typed_and_keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = grid_of({"x": "1"}, {"x": 2}, fixed={"y": 5})
    points = points_of(grid, STUB)

    assert [point.number for point in points] == [1, 2]
    assert points[0].parameters == {"y": 5, "x": 1}
    assert points[0].varied == ("x",)
    assert [point.key for point in points_of(grid, STUB)] == [point.key for point in points]
    monkeypatch.setattr(module, "code_version", lambda: "edited")
    assert not {point.key for point in points_of(grid, STUB)} & {point.key for point in points}


@pytest.mark.parametrize(
    ("varied", "why"),
    [
        ([{"x": 1}, {"z": 1}], r"point 2 \(z = 1\): unknown"),
        ([{"x": 1}, {"x": 2}, {"x": "1"}], r"point 3 \(x = '1'\) is the same as point 1"),
    ],
)
def test_a_bad_point_is_named(varied: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(SweepError, match=why):
        points_of(grid_of(*varied), STUB)


def test_a_name_of_the_table_itself_cannot_be_varied() -> None:
    class Anything(Stub):
        def accept(self, given: Any) -> dict[str, Any]:
            return dict(given)

    with pytest.raises(SweepError, match="'value' cannot be varied"):
        points_of(grid_of({"value": 1}), Anything(Path("nowhere")))


@pytest.mark.parametrize(
    ("varied", "why"),
    [
        ({"coverage.strategic.accounts_per_ea": 4}, "did you mean"),
        ({"coverage.strategic.accounts_per_ae": 0}, "must be >= 1|greater than or equal to 1"),
        ({"coverage.strategic.accounts_per_ae": "many"}, "accounts_per_ae"),
        ({"allocation.policies": ["status_qou"]}, "did you mean 'status_quo'"),
    ],
)
def test_a_bad_setting_of_the_main_job_is_named(varied: dict[str, Any], why: str) -> None:
    grid = grid_of(varied, scenario="saas_midmarket")

    with pytest.raises(SweepError, match=why):
        points_of(grid, task_of(grid))


def test_a_setting_spelled_in_two_ways_is_one_point() -> None:
    key = "coverage.strategic.accounts_per_ae"
    grid = grid_of({key: 4}, {key: 4.0}, scenario="saas_midmarket")

    with pytest.raises(SweepError, match="is the same as point 1"):
        points_of(grid, task_of(grid))


@pytest.mark.parametrize(
    ("varied", "why"),
    [
        ({"sed": 1}, "did you mean 'seed'"),
        ({"seed": "1,5"}, "must be a whole number"),
        ({"quarters": 13}, "<= 12, got 13"),
    ],
)
def test_a_bad_parameter_of_a_notebook_is_named(varied: dict[str, Any], why: str, repository: Path) -> None:
    grid = grid_of(varied, notebook=str(repository / "notebooks" / "05_coverage_ratios.ipynb"))

    with pytest.raises(SweepError, match=why):
        points_of(grid, task_of(grid))
