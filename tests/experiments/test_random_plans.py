from dataclasses import replace

import numpy as np

from kamsim.allocation import Plan as Allocation
from kamsim.allocation import build_problem, find_policy, keep_minimum
from kamsim.experiments.random_plans import draw_plans


def test_random_plans_keep_every_constraint(desk) -> None:
    scenario = desk.scenario.override({"allocation.disruption_cap": 0.3})
    problem = build_problem(desk.book, desk.portfolio.team, scenario)
    stay = Allocation(keep_minimum(problem, problem.owner), problem.minimum)
    drawn = draw_plans(problem, stay, find_policy("balanced").allocate(problem), 20, seed=3)
    for each in drawn:
        assert (problem.load(each.plan.owner, each.plan.hours) <= problem.capacity + 1e-6).all()
        assert (each.plan.hours >= problem.minimum - 1e-9).all()
        assert problem.moved(each.plan.owner).sum() <= 0.3 * problem.accounts
    assert len({each.plan.owner.tobytes() for each in drawn}) > 10


def test_accounts_whose_owner_has_left_are_dealt_whatever_the_cap(desk) -> None:
    """They must go to somebody, so they count against no cap, as in the exact program."""
    scenario = desk.scenario.override({"allocation.disruption_cap": 0.0})
    problem = build_problem(desk.book, desk.portfolio.team, scenario)
    gone = np.arange(problem.accounts) < 10
    problem = replace(problem, owner=np.where(gone, -1, problem.owner))
    stay = Allocation(keep_minimum(problem, problem.owner), problem.minimum)
    owners = np.array([each.plan.owner for each in draw_plans(problem, stay, stay, 10, seed=3)])

    assert (owners[:, ~gone] == stay.owner[~gone]).all()
    assert (owners[:5, gone] != stay.owner[gone]).any()
