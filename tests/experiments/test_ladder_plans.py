import numpy as np
import pandas as pd
import pytest

from kamsim.allocation import build_problem, find_policy
from kamsim.experiments.ladder_plans import Made, best_count, scale_team


def made(desk, factor: float = 1.0) -> Made:
    team = scale_team(desk.portfolio.team, factor)
    problem = build_problem(desk.book, team, desk.scenario)
    return Made(problem, find_policy("marginal_value").allocate(problem), team, problem.reps)


def test_a_dearer_team_is_a_smaller_one(desk) -> None:
    plan = made(desk)
    dear = plan.team.assign(cost_eur_per_month=5 * plan.team["cost_eur_per_month"])
    cheap = plan.team.assign(cost_eur_per_month=0.02 * plan.team["cost_eur_per_month"])
    sizes = [
        best_count(desk.book, Made(plan.problem, plan.plan, team, plan.aes), desk.scenario)
        for team in (dear, plan.team, cheap)
    ]
    assert sizes[0] <= sizes[1] < sizes[2]


def test_a_team_covers_the_minimum_of_its_books(desk) -> None:
    """However dear, it keeps the hours that the fullest book needs at least."""
    plan = made(desk)
    dear = plan.team.assign(cost_eur_per_month=1e3 * plan.team["cost_eur_per_month"])
    count = best_count(desk.book, Made(plan.problem, plan.plan, dear, plan.aes), desk.scenario)
    load = plan.problem.load(plan.plan.owner, plan.problem.minimum) / plan.problem.capacity
    assert count == max(1, int(np.ceil(load.max() * plan.problem.reps)))


def test_scaling_touches_aes_alone(desk) -> None:
    team = desk.portfolio.team
    twice = scale_team(team, 2.0)
    aes = team["role"] == "AE"
    columns = ["capacity_hours", "cost_eur_per_month"]
    assert twice.loc[aes, columns].to_numpy() == pytest.approx(2 * team.loc[aes, columns].to_numpy())
    pd.testing.assert_frame_equal(twice[~aes], team[~aes])
