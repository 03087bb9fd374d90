"""What a notebook states reaches a sweep as it was stated."""

from __future__ import annotations

import math

import pytest
from nbformat import v4

from kamsim.errors import SchemaError, SweepError
from kamsim.runs.sweeps.measures import MIME, state_measures, stated_measures


def shown(*stated: object) -> object:
    outputs = [v4.new_output("display_data", s._repr_mimebundle_()) for s in stated]  # type: ignore[attr-defined]
    return v4.new_notebook(cells=[v4.new_markdown_cell("x"), v4.new_code_cell("y", outputs=outputs)])


def test_all_cells_are_gathered_in_their_order() -> None:
    one = state_measures({"needed": 12, "loss": (0.1, 0.0, 0.2)}, "AE")
    other = state_measures({"needed": 3.5})

    table = stated_measures(shown(one, other))

    assert table["row"].tolist() == [1, 2, 3]
    assert table["measure"].tolist() == ["needed", "loss", "needed"]
    assert table["item"].fillna("-").tolist() == ["AE", "AE", "-"]
    assert table["value"].tolist() == [12.0, 0.1, 3.5]
    assert math.isnan(table["low"][0])
    assert (table["low"][1], table["high"][1]) == (0.0, 0.2)


def test_what_is_missing_is_null_in_json() -> None:
    rows = state_measures({"needed": float("nan")})._repr_mimebundle_()[MIME]

    assert rows == [{"item": None, "measure": "needed", "value": None, "low": None, "high": None}]


def test_readers_see_plain_numbers_and_a_dash_for_what_is_missing() -> None:
    stated = state_measures({"loss": (1 / 3, -1e-9, 2e6), "needed": float("nan")})
    lines = str(stated._repr_mimebundle_()["text/plain"]).splitlines()

    assert [line.split() for line in lines] == [
        ["measure", "value", "low", "high"],
        ["loss", "0.3333", "0", "2000000"],
        ["needed", "–", "–", "–"],
    ]


def test_a_notebook_that_states_nothing_gives_no_rows() -> None:
    assert stated_measures(shown()).empty


def test_neither_one_number_nor_three_is_refused() -> None:
    with pytest.raises(SweepError, match="measure 'loss' must be a value, or value, low and high"):
        state_measures({"loss": (1.0, 2.0)})  # type: ignore[dict-item]


def test_infinity_is_no_measure() -> None:
    with pytest.raises(SchemaError, match="must be finite"):
        state_measures({"loss": float("inf")})
