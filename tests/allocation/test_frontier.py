from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kamsim.allocation import find_policy, move_frontier
from kamsim.allocation.frontier import rising_caps
from kamsim.allocation.limits import Limits
from kamsim.errors import ConfigError, InfeasibleAllocationError

from .worlds import every_plan, random_problem

Make = Callable[..., Any]


def test_caps_rise_from_the_fewest_to_the_most() -> None:
    assert rising_caps(0, 30) == [0, 1, 2, 5, 10, 20, 30]
    assert rising_caps(3, 9) == [3, 4, 5, 8, 9]
    assert rising_caps(2, 2) == [2]


@pytest.mark.parametrize("seed", range(3))
def test_it_reaches_the_best_of_all_owners_at_each_cap(seed: int, make_problem: Make) -> None:
    problem = random_problem(make_problem, seed, 6, 2)
    points = move_frontier(problem, range(7)).frame()
    plans = [(problem.value(p.owner, p.hours), problem.leaves(p.owner).sum()) for p in every_plan(problem)]

    for row in points.to_dict("records"):
        best = max(value for value, moves in plans if moves <= row["moves_allowed"])
        bound = row["gain_bound_eur"] - row["gain_eur"] + row["believed_eur"]
        assert row["accounts_moved"] <= row["moves_allowed"]
        assert 0.97 * best <= row["believed_eur"] <= bound
        assert best <= bound


def test_gain_and_bound_never_fall_and_hours_are_told_apart_from_moves(make_problem: Make) -> None:
    problem = random_problem(make_problem, 4, 16, 3)
    result = move_frontier(problem)
    points, first = result.frame(), result.points.iloc[0]
    status_quo = find_policy("status_quo").allocate(problem)

    assert (points["gain_moves_eur"].diff().dropna() >= 0).all()
    assert (points["gain_bound_eur"].diff().dropna() >= 0).all()
    assert (first["moves_allowed"], first["accounts_moved"], first["gain_moves_eur"]) == (0, 0, 0.0)
    assert first["gain_hours_eur"] == pytest.approx(
        first["believed_eur"] - problem.value(status_quo.owner, status_quo.hours)
    )
    assert points["gain_eur"].to_numpy() == pytest.approx(
        (points["gain_hours_eur"] + points["gain_moves_eur"]).to_numpy()
    )
    for row, plan in zip(points.to_dict("records"), result.plans, strict=True):
        assert problem.value(plan.owner, plan.hours) == pytest.approx(row["believed_eur"])
    summary = result.summary().iloc[0]
    assert summary["moves_for_50%"] <= summary["moves_for_80%"] <= summary["accounts_moved"]


def test_it_starts_from_the_moves_that_constraints_force(make_problem: Make) -> None:
    problem = random_problem(make_problem, 2, 8, 2)
    allowed = np.ones((8, 2), bool)
    allowed[0, problem.owner[0]] = allowed[1, problem.owner[1]] = False
    held = random_problem(make_problem, 2, 8, 2, limits=Limits({"x": allowed}))

    assert move_frontier(held).points["moves_allowed"].iloc[0] == 2
    with pytest.raises(InfeasibleAllocationError, match=r"lets 1 accounts change owner, .* need 2 to"):
        move_frontier(held, [1])
    with pytest.raises(ConfigError, match=r"caps must be one or more numbers >= 0, got \[-1\]"):
        move_frontier(held, [-1])
