from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from kamsim.allocation.levels import hour_levels
from kamsim.allocation.profit_maximising import ProfitMaximising
from kamsim.allocation.status_quo import StatusQuo
from kamsim.errors import InfeasibleAllocationError

Make = Callable[..., Any]
FACTORS = (2.0, 0.5)
EXACT = {"target_gap": 0.0, "candidates_per_account": 9}


def random_problem(make_problem: Make, seed: int, accounts: int, reps: int, **settings: Any) -> Any:
    draw = np.random.default_rng(seed)
    return make_problem(
        draw.uniform(1, 8, accounts),
        draw.uniform(8, 16, reps),
        gain=draw.uniform(100, 3000, accounts),
        half=draw.uniform(0.5, 6, accounts),
        owner=draw.integers(0, reps, accounts),
        handover_eur=draw.uniform(0, 60, accounts),
        hours_per_client_hour=draw.uniform(1, 1.6, (accounts, reps)),
        settings=EXACT | settings,
    )


def enumerated_best(problem: Any) -> float:
    """Value of the best of all owners and hour levels, with moves within the disruption cap."""
    levels = hour_levels(problem, FACTORS)
    best = -np.inf
    for owners in product(range(problem.reps), repeat=problem.accounts):
        owner = np.array(owners)
        if problem.moved(owner).sum() > problem.settings.disruption_cap * problem.accounts + 1e-9:
            continue
        for places in product(range(levels.shape[1]), repeat=problem.accounts):
            hours = levels[np.arange(problem.accounts), places]
            if (problem.load(owner, hours) <= problem.capacity).all():
                best = max(best, problem.value(owner, hours))
    return best


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("cap", [1.0, 0.25])
def test_it_reaches_the_best_of_all_owners_and_hours(seed: int, cap: float, make_problem: Make) -> None:
    """Theory: on four accounts and two AEs the plan is worth at least the best that enumeration finds."""
    problem = random_problem(make_problem, seed, 4, 2, disruption_cap=cap)
    plan = ProfitMaximising(FACTORS).allocate(problem)
    best = enumerated_best(problem)

    assert plan.gap == pytest.approx(0.0, abs=1e-6)
    assert problem.value(plan.owner, plan.hours) >= best - 1e-6
    assert problem.value(plan.owner, plan.hours) <= best * 1.25


@pytest.mark.parametrize("seed", range(4))
def test_no_plan_found_at_random_beats_the_bound(seed: int, make_problem: Make) -> None:
    problem = random_problem(make_problem, seed, 12, 3, target_gap=0.001)
    plan = ProfitMaximising().allocate(problem)
    value = problem.value(plan.owner, plan.hours)

    assert plan.gap is not None
    assert plan.gap <= 0.001
    assert value > problem.value(*_owner_and_hours(StatusQuo().allocate(problem)))


def _owner_and_hours(plan: Any) -> tuple[Any, Any]:
    return plan.owner, plan.hours


@pytest.mark.parametrize("cap", [0.0, 0.1, 0.2])
def test_the_disruption_cap_is_kept(cap: float, make_problem: Make) -> None:
    problem = random_problem(make_problem, 3, 20, 3, disruption_cap=cap, target_gap=0.01)
    free = random_problem(make_problem, 3, 20, 3, target_gap=0.01)
    moved = problem.moved(ProfitMaximising().allocate(problem).owner).sum()

    assert moved <= cap * 20
    assert free.moved(ProfitMaximising().allocate(free).owner).sum() > cap * 20


def test_a_loosened_cap_is_never_worth_less(make_problem: Make) -> None:
    values = []
    for cap in (0.0, 0.25, 0.5, 1.0):
        problem = random_problem(make_problem, 8, 8, 2, disruption_cap=cap)
        plan = ProfitMaximising().allocate(problem)
        values.append(problem.value(plan.owner, plan.hours))

    assert (np.diff(values) >= -1e-3 * values[0]).all()


def test_a_cap_that_the_minimum_hours_break_is_told(make_problem: Make) -> None:
    problem = make_problem(
        [1.0] * 4, [10.0, 10.0], owner=[0] * 4, minimum=[5.0] * 4, settings={"disruption_cap": 0.25}
    )

    with pytest.raises(
        InfeasibleAllocationError, match=r"disruption_cap = 0\.25 lets 1 accounts .* need 2 to"
    ):
        ProfitMaximising().allocate(problem)


def test_a_costly_hand_over_keeps_the_owner(make_problem: Make) -> None:
    near = [[1.6, 1.0]]
    cheap = make_problem([5.0], [9.0, 9.0], owner=[0], hours_per_client_hour=near, handover_eur=[0.0])
    dear = make_problem([5.0], [9.0, 9.0], owner=[0], hours_per_client_hour=near, handover_eur=[900.0])

    assert ProfitMaximising().allocate(cheap).owner.tolist() == [1]
    assert ProfitMaximising().allocate(dear).owner.tolist() == [0]


def test_every_ae_is_somebody_s_candidate_where_places_are_unknown(make_problem: Make) -> None:
    problem = make_problem([9.0] * 8, [10.0] * 8, settings={"candidates_per_account": 2})

    assert sorted(ProfitMaximising().allocate(problem).owner.tolist()) == list(range(8))


def test_the_minimum_is_met_even_where_the_candidates_alone_could_not(make_problem: Make) -> None:
    """All four are owned by the nearest AE, the only candidate, who has time for two."""
    problem = make_problem(
        [1.0] * 4, [10.0, 10.0], owner=[0] * 4, minimum=[5.0] * 4, distance_km=[[1.0, 900.0]] * 4,
        settings={"candidates_per_account": 1},
    )  # fmt: skip
    plan = ProfitMaximising().allocate(problem)

    assert np.bincount(plan.owner).tolist() == [2, 2]
    assert plan.hours == pytest.approx([5.0] * 4)
