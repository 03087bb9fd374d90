"""Bad arrays get a sentence with place, value and rule; good ones an order of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kamsim.allocation.assignment.pairs import build_pairs
from kamsim.errors import AssignmentError, InfeasibleAllocationError

FINE: dict[str, Any] = {
    "cost": [[1.0, 2.0], [3.0, 4.0]],
    "load": [[1.0, 1.0], [1.0, 1.0]],
    "capacity": [2.0, 2.0],
    "eligible": None,
}


def build(**changed: Any) -> Any:
    given = FINE | changed
    return build_pairs(given["cost"], given["load"], given["capacity"], given["eligible"], maximise=False)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"cost": [[1.0, 2.0], [np.nan, 4.0]]}, r"cost\[1, 0\] must be a finite number, got nan"),
        ({"cost": "abc"}, "cost must be an array of numbers"),
        ({"cost": [1.0, 2.0]}, "cost must have one row an account"),
        ({"cost": [[1.0, 2.0]]}, r"cost is shaped \(1, 2\) and load \(2, 2\)"),
        ({"load": [[1.0, -1.0], [1.0, 1.0]]}, r"load\[0, 1\] must be a finite number >= 0, got -1"),
        ({"capacity": [2.0, -2.0]}, r"capacity\[1\] must be a finite number >= 0, got -2"),
        ({"capacity": [2.0, np.inf]}, r"capacity\[1\] must be a finite number >= 0, got inf"),
        ({"capacity": [[2.0, 2.0]]}, r"capacity must be shaped \(representatives,\)"),
        ({"capacity": [2.0, 2.0, 2.0]}, "cost has 2 columns for 3 representatives"),
        ({"eligible": [[True, False]]}, "eligible is shaped"),
        ({"eligible": [[0.5, 1.0], [0.0, 1.0]]}, "eligible must hold true and false, or indices"),
        ({"eligible": [[0, 2], [0, 1]]}, r"eligible\[0, 1\] must be an index below 2"),
        ({"eligible": [[0, 1], [1, 1]]}, r"eligible\[1\] names a representative twice"),
    ],
)
def test_bad_arrays_are_refused(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(AssignmentError, match=sentence):
        build(**changed)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"cost": np.empty((2, 0)), "load": np.empty((2, 0)), "capacity": []}, "no representatives .* 2 acc"),
        ({"load": [[1.0, 1.0], [9.0, 7.0]]}, "account 1 needs a load of at least 7, and none .* more than 2"),
        (
            {"load": [[1.0, 1.0], [9.0, 20.0]], "capacity": [8.0, 9.0]},
            "account 1 needs 9 of representative 0, who has 8, and no other lacks less",
        ),
        ({"load": [[2.0, 2.0], [2.0, 2.0]], "capacity": [2.0, 1.5]}, "at least 4, .* have 3.5: 0.5 over"),
        (
            {"eligible": [[True, True], [False, False]]},
            r"account 1 is eligible for no representative \(1 such",
        ),
    ],
)
def test_what_no_assignment_meets_is_refused_with_numbers(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InfeasibleAllocationError, match=sentence):
        build(**changed)


def test_pairs_that_do_not_fit_or_are_not_allowed_are_left_out() -> None:
    pairs = build(
        load=[[3.0, 1.0], [1.0, 1.0]], eligible=[[True, True], [False, True]], cost=[[1, 2], [np.nan, 4]]
    )

    assert sorted(zip(pairs.row[pairs.account], pairs.rep, strict=True)) == [(0, 1), (1, 1)]


def test_the_order_of_accounts_depends_on_their_numbers_alone() -> None:
    luck = np.arange(40.0).reshape(20, 2) * 37 % 11
    turned = np.roll(np.arange(20), 7)

    straight = build(cost=luck, load=np.ones((20, 2)), capacity=[20, 20])
    other = build(cost=luck[turned], load=np.ones((20, 2)), capacity=[20, 20])

    assert (straight.cost == other.cost).all()
    assert (luck[straight.row] == luck[turned][other.row]).all()
    assert not (straight.row == np.arange(20)).all()
