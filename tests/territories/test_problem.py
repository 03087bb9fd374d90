"""Bad tables and numbers are refused with name, value and rule, before anything is searched."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from kamsim.errors import ConfigError, KamsimError, SchemaError
from kamsim.territories import design_territories

from .worlds import grid


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"k": 0}, ConfigError, "k must be a whole number >= 1, got 0"),
        ({"k": 2.5}, ConfigError, "k must be a whole number >= 1, got 2.5"),
        ({"attributes": []}, ConfigError, "attributes must be one or more names"),
        ({"attributes": ["play"]}, SchemaError, "units: missing column 'play'"),
        ({"tolerance": -0.1}, ConfigError, "tolerance of 'work' must be >= 0 and finite, got -0.1"),
        ({"tolerance": float("nan")}, ConfigError, "tolerance of 'work' must be >= 0 and finite, got nan"),
        ({"tolerance": {"play": 0.1}}, ConfigError, "tolerance must name each attribute once and no other"),
        ({"max_moved_share": 1.2}, ConfigError, "max_moved_share must be from 0 to 1, got 1.2"),
        ({"move_cost": -1.0}, ConfigError, "move_cost must be >= 0 and finite, got -1.0"),
        ({"islands": "swim"}, ConfigError, "islands must be 'apart' or 'join', got 'swim'"),
        ({"seed": -1}, ConfigError, "seed must be from 0"),
        ({"previous": {"x-y": "A"}}, SchemaError, "previous: unknown unit 'x-y'"),
        ({"locked": {"x-y": "A"}}, SchemaError, "locked: unknown unit 'x-y'"),
        ({"locked": {"0-0": "A", "0-1": "B", "1-1": "C"}}, ConfigError, "name 3 territories .* k is 2"),
        (
            {"previous": pd.DataFrame({"unit_id": ["0-0"]})},
            SchemaError,
            "previous: missing column 'territory_id'",
        ),
        (
            {"centers": pd.DataFrame({"territory_id": ["A"]})},
            SchemaError,
            "centers: missing column 'latitude'",
        ),
        (
            {"centers": pd.DataFrame({"territory_id": ["A"], "latitude": [np.nan], "longitude": [3.0]})},
            SchemaError,
            "centers: latitude and longitude must not be missing, got NaN for 'A'",
        ),
        (
            {"adjacency": pd.DataFrame({"unit_id": ["0-0", "9-9"], "neighbour_id": ["0-1", "0-0"]})},
            SchemaError,
            "adjacency: unknown unit '9-9'",
        ),
        (
            {"adjacency": pd.DataFrame({"unit_id": ["0-0"]})},
            SchemaError,
            "adjacency: missing column 'neighbour_id'",
        ),
    ],
)
def test_arguments_out_of_range(change: dict[str, Any], error: type[KamsimError], message: str) -> None:
    units, adjacency = grid(2, 2)
    usual = {"units": units, "adjacency": adjacency, "k": 2, "attributes": ["work"], "tolerance": 0.5}
    with pytest.raises(error, match=message):
        design_territories(**{**usual, **change})


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("work", np.nan, "units: work must be finite and >= 0, got nan for '0-1'"),
        ("work", -1.0, "units: work must be finite and >= 0, got -1.0 for '0-1'"),
        ("work", np.inf, "units: work must be finite and >= 0, got inf for '0-1'"),
        ("latitude", np.nan, "units: latitude must be from -90 to 90, got nan for '0-1'"),
        ("longitude", 181.0, "units: longitude must be from -180 to 180, got 181.0 for '0-1'"),
        ("unit_id", "0-0", "units: unit_id '0-0' stands more than once"),
        ("unit_id", "", "units: unit_id must be a text that is not empty, got ''"),
    ],
)
def test_a_bad_cell_is_named(column: str, value: object, message: str) -> None:
    units, adjacency = grid(2, 2)
    units.loc[1, column] = value
    with pytest.raises(SchemaError, match=message):
        design_territories(units, adjacency, 2, ["work"], 0.5)


def test_an_attribute_of_nothing_is_refused() -> None:
    units, adjacency = grid(2, 2, work=0.0)
    with pytest.raises(SchemaError, match="attribute 'work' sums to 0 over 4 units"):
        design_territories(units, adjacency, 2, ["work"], 0.5)


def test_words_are_no_numbers() -> None:
    units, adjacency = grid(2, 2, work="much")
    with pytest.raises(SchemaError, match="column 'work' must be numbers"):
        design_territories(units, adjacency, 2, ["work"], 0.5)


def test_no_units_are_refused() -> None:
    units, adjacency = grid(2, 2)
    with pytest.raises(SchemaError, match="there must be one unit or more"):
        design_territories(units.head(0), adjacency.head(0), 1, ["work"], 0.5)
