from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kamsim.allocation import Plan, explain_moves, find_policy
from kamsim.allocation.frontier import capped, value_of
from kamsim.allocation.limits import Limits

from .worlds import random_problem

Make = Callable[..., Any]


def only_reason(problem: Any, owner: list[int]) -> tuple[str, Any]:
    plan = Plan(np.array(owner), np.full(len(owner), 0.5))
    row = explain_moves(problem, plan, "x").iloc[0]
    return row["reason"], row["constraint"]


def test_an_owner_who_left_is_the_first_reason(make_problem: Make) -> None:
    problem = make_problem([1.0] * 2, [9.0, 9.0], owner=[-1, 1], had_owner=[True, True])
    moves = explain_moves(problem, Plan(np.array([0, 1]), np.ones(2)), "x")

    assert moves[["account_id", "to_rep", "reason"]].to_numpy().tolist() == [["a000", "r000", "owner_gone"]]
    assert moves[["from_rep", "travel_saved_hours", "believed_gain_eur"]].isna().all(axis=None)


def test_an_account_that_nobody_owned_is_no_move(make_problem: Make) -> None:
    problem = make_problem([1.0], [9.0], owner=[-1], had_owner=[False])

    assert explain_moves(problem, Plan(np.array([0]), np.ones(1)), "x").empty


def test_a_constraint_is_named(make_problem: Make) -> None:
    limits = Limits({"travel.longest_km": np.array([[False, True], [True, True]])})
    problem = make_problem([1.0] * 2, [9.0, 9.0], owner=[0, 0], limits=limits)

    assert only_reason(problem, [1, 0]) == ("constraint", "travel.longest_km")


def test_a_family_that_is_brought_together_is_named(make_problem: Make) -> None:
    problem = make_problem([1.0] * 2, [9.0, 9.0], owner=[0, 1], limits=Limits(family=np.array([0, 0])))

    assert only_reason(problem, [1, 1]) == ("constraint", "families")


def test_less_travel_is_told_in_hours(make_problem: Make) -> None:
    problem = make_problem(
        [1.0] * 4, [9.0, 9.0], owner=[0, 0, 1, 1],
        hours_per_client_hour=[[2.0, 1.0], [1.0, 1.0], [1.0, 1.0], [1.0, 1.0]],
    )  # fmt: skip
    plan = find_policy("profit_maximising").allocate(problem)
    move = explain_moves(problem, plan, "x").iloc[0]

    assert (move["account_id"], move["reason"]) == ("a000", "nearer")
    assert move["travel_saved_hours"] == pytest.approx(plan.hours[0])
    assert move["believed_gain_eur"] > 0


def test_a_full_book_gives_to_an_empty_one(make_problem: Make) -> None:
    problem = make_problem([3.0] * 6, [9.0, 9.0], owner=[0] * 6)
    roomy = make_problem([1.0] * 6, [9.0, 9.0], owner=[0] * 6)

    assert only_reason(problem, [0, 0, 0, 1, 1, 1]) == (
        "owner_overloaded",
        pytest.approx(np.nan, nan_ok=True),
    )
    assert only_reason(roomy, [0, 0, 0, 1, 1, 1])[0] == "more_hours"


def test_a_move_not_worth_it_makes_room_or_follows_a_rule(make_problem: Make) -> None:
    problem = make_problem([1.0] * 4, [9.0, 9.0], owner=[0, 0, 1, 1], handover_eur=[400.0] * 4)

    assert only_reason(problem, [1, 0, 0, 1])[0] == "makes_room"
    assert only_reason(problem, [1, 0, 1, 1])[0] == "rule"


@pytest.mark.parametrize("seed", range(3))
def test_gains_add_up_nearly_to_what_all_moves_gain(seed: int, make_problem: Make) -> None:
    problem = random_problem(make_problem, seed, 60, 4)
    plan = find_policy("profit_maximising").allocate(problem)
    stays = find_policy("profit_maximising").allocate(capped(problem, 0))
    moves = explain_moves(problem, plan, "x")
    gained = value_of(problem, plan) - value_of(problem, stays)

    assert len(moves) == problem.moved(plan.owner).sum() > 5
    assert moves["believed_gain_eur"].sum() == pytest.approx(gained, rel=0.5)
