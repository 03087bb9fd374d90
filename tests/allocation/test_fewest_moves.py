from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kamsim.allocation import fewest_moves
from kamsim.allocation.limits import Limits
from kamsim.errors import ConfigError, InfeasibleAllocationError

from .worlds import every_plan, random_problem

Make = Callable[..., Any]


@pytest.mark.parametrize("seed", range(3))
def test_the_fewest_moves_are_as_few_as_enumeration_finds(seed: int, make_problem: Make) -> None:
    problem = random_problem(make_problem, seed, 6, 2)
    found = fewest_moves(problem, share=0.7)
    value = problem.value(found.plan.owner, found.plan.hours)
    target = value - found.gain_eur + found.wanted_eur
    enough = [
        problem.leaves(p.owner).sum()
        for p in every_plan(problem)
        if problem.value(p.owner, p.hours) >= target
    ]

    assert value >= target - 1e-6
    assert found.at_least <= min(enough, default=found.count)
    assert found.count <= min(enough, default=found.count)
    assert found.count == len(found.frame()) == found.summary()["count"].iloc[0]


def test_more_gain_takes_no_fewer_moves(make_problem: Make) -> None:
    problem = random_problem(make_problem, 4, 16, 3)
    counts = [fewest_moves(problem, share=share).count for share in (0.3, 0.6, 1.0)]

    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_no_fewer_are_tried_than_constraints_force(make_problem: Make) -> None:
    """Three accounts must leave, and no other move is worth its hand-over: nothing is gained by moves."""
    problem = random_problem(make_problem, 1, 8, 2)
    allowed = np.ones((8, 2), bool)
    allowed[range(3), problem.owner[:3]] = False
    dear = np.full(8, 1e6)
    found = fewest_moves(replace(problem, limits=Limits({"x": allowed}), handover_eur=dear), share=0.5)

    assert found.count == 3
    assert found.gain_eur == pytest.approx(found.wanted_eur, abs=1.0)


def test_a_gain_that_no_plan_reaches_is_refused_with_what_is_proven(make_problem: Make) -> None:
    problem = random_problem(make_problem, 1, 6, 2)

    with pytest.raises(InfeasibleAllocationError, match=r"no plan gains 1000000 EUR by moves: at most \d+"):
        fewest_moves(problem, gain_eur=1e6)
    for wrong in ({}, {"share": 0.5, "gain_eur": 9.0}, {"share": 1.5}, {"gain_eur": -1.0}):
        with pytest.raises(ConfigError):
            fewest_moves(problem, **wrong)
