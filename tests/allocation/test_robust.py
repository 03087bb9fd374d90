from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kamsim.allocation.profit_maximising import ProfitMaximising
from kamsim.allocation.robust import Robust, case_values, draw_gains

Make = Callable[..., Any]


def uncertain(make_problem: Make, seed: int, *, spread: float = 1.0) -> Any:
    """Ten accounts of which half are believed in closely and half hardly at all."""
    draw = np.random.default_rng(seed)
    gain = draw.uniform(500, 1500, 10)
    return make_problem(
        [2.0] * 10, [9.0, 9.0], gain=gain, half=draw.uniform(1, 4, 10), owner=[0, 1] * 5,
        gain_sd=spread * gain * np.repeat([0.05, 0.9], 5), settings={"target_gap": 0.0},
    )  # fmt: skip


def worst_mean(problem: Any, plan: Any, gains: Any, share: float = 0.2) -> float:
    values = np.sort(case_values(problem, plan, gains))
    return float(values[: round(share * values.size)].mean())


def test_cases_have_the_believed_mean_and_spread_and_share_of_error(make_problem: Make) -> None:
    """Theory: within four standard errors for 4,000 cases, where no gain is cut at 0."""
    problem = make_problem([1.0] * 2, [9.0], gain=[1000.0, 500.0], gain_sd=[100.0, 20.0])
    gains = draw_gains(problem, 4000, 0.3)

    assert gains.mean(axis=1) == pytest.approx([1000, 500], abs=4 * 100 / 4000**0.5)
    assert gains.std(axis=1) == pytest.approx([100, 20], rel=0.05)
    assert np.corrcoef(gains)[0, 1] == pytest.approx(0.3, abs=4 / 4000**0.5)


def test_a_gain_is_never_negative_and_an_added_account_changes_no_other(make_problem: Make) -> None:
    wide = {"gain": [1.0] * 3, "gain_sd": [5.0] * 3}
    gains = draw_gains(make_problem([1.0] * 3, [9.0], **wide), 50, 0.5)
    fewer = {"gain": [1.0] * 2, "gain_sd": [5.0] * 2, "account_ids": ("a000", "a002")}

    assert gains.min() == 0
    assert (draw_gains(make_problem([1.0] * 2, [9.0], **fewer), 50, 0.5) == gains[[0, 2]]).all()


def test_a_case_is_worth_what_the_problem_with_its_gains_says(make_problem: Make) -> None:
    problem = replace(uncertain(make_problem, 1), handover_eur=np.full(10, 30.0))
    plan = ProfitMaximising().allocate(problem)
    gains = draw_gains(problem, 5, 0.5)
    apart = [
        replace(problem, curves=replace(problem.curves, gain=gains[:, k])).value(plan.owner, plan.hours)
        for k in range(5)
    ]

    assert case_values(problem, plan, gains) == pytest.approx(apart)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_worst_cases_are_better_than_under_the_most_profitable_plan(
    seed: int, make_problem: Make
) -> None:
    """Also in 3,000 cases that the policy never saw: the worst fifth, and at a cost to the mean."""
    problem = uncertain(make_problem, seed)
    robust, greedy = Robust().allocate(problem), ProfitMaximising().allocate(problem)
    fresh = draw_gains(replace(problem, seed=99), 3000, 0.5)

    for gains in (draw_gains(problem, 60, 0.5), fresh):
        assert worst_mean(problem, robust, gains) > worst_mean(problem, greedy, gains)
    assert problem.value(robust.owner, robust.hours) < problem.value(greedy.owner, greedy.hours)


def test_without_spread_it_is_the_most_profitable_plan(make_problem: Make) -> None:
    problem = uncertain(make_problem, 4, spread=0.0)
    robust, greedy = Robust().allocate(problem), ProfitMaximising().allocate(problem)

    assert robust.hours == pytest.approx(greedy.hours)
    assert problem.value(robust.owner, robust.hours) == pytest.approx(
        problem.value(greedy.owner, greedy.hours)
    )
