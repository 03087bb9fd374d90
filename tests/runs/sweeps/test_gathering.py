"""The table of a sweep: tidy, typed, in the order of the grid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kamsim.runs.sweeps import state_measures
from kamsim.runs.sweeps.gathering import gather, write_results
from kamsim.runs.sweeps.points import Point
from kamsim.runs.sweeps.store import Store


def points_with(store: Store, *values: Any) -> list[Point]:
    points = [Point(n, {"a": v, "fixed": 1}, ("a",), f"key{n}") for n, v in enumerate(values, start=1)]
    for point in points:
        with store.aside(point.key) as folder:
            measures = {"nrr": (float(point.number), 0.0, 9.0), "grr": 0.5}
            store.record(folder, point.key, state_measures(measures, "x").table, {})
    return points


def test_one_row_a_point_and_measure(tmp_path: Path) -> None:
    store = Store(tmp_path)
    points = points_with(store, 30, 10)

    table = gather(points, {}, store)

    columns = ["point", "row", "a", "item", "value", "low", "high", "measure", "state", "error", "key"]
    assert list(table.columns) == columns
    assert table["point"].tolist() == [1, 1, 2, 2]
    assert table["a"].tolist() == [30, 30, 10, 10]
    assert table["value"].tolist() == [1.0, 0.5, 2.0, 0.5]
    assert set(table["state"]) == {"done"}
    assert (
        write_results(table, tmp_path).read_bytes()
        == write_results(gather(points, {}, store), tmp_path).read_bytes()
    )


def test_a_failed_point_is_a_row_with_its_error(tmp_path: Path) -> None:
    store = Store(tmp_path)
    points = points_with(store, 1, 2)

    table = gather(points, {"key2": "ValueError: no"}, store)

    last = table.iloc[-1]
    assert (last["point"], last["row"], last["state"], last["error"]) == (2, 0, "failed", "ValueError: no")
    assert table["error"].isna().tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("values", "dtype", "shown"),
    [
        ((True, False), "bool", [True, False]),
        ((1, 2.5), "float64", [1.0, 2.5]),
        (("size", "equal"), "str", ["size", "equal"]),
        ((["a", "b"], ["c"]), "str", ['["a", "b"]', '["c"]']),
        ((1, "x"), "str", ["1", "x"]),
    ],
)
def test_a_parameter_keeps_its_type(
    tmp_path: Path, values: tuple[Any, ...], dtype: str, shown: list[Any]
) -> None:
    store = Store(tmp_path)

    table = gather(points_with(store, *values), {}, store)

    assert str(table["a"].dtype) == dtype
    assert table["a"].tolist()[::2] == shown


def test_a_point_that_states_nothing_has_a_row(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.aside("k") as folder:
        store.record(folder, "k", state_measures({}).table, {})

    table = gather([Point(1, {"a": 1}, ("a",), "k")], {}, store)

    assert table[["row", "state"]].to_numpy().tolist() == [[0, "done"]]
