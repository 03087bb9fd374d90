from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kamsim.allocation import build_problem, find_policy
from kamsim.dynamics import State
from kamsim.experiments.realign import (
    Books,
    CompiledRule,
    SolvedAgain,
    observed_problem,
    with_rep_change_cost,
)
from kamsim.experiments.starts import find_starts

CUTOFF = pd.Timestamp("2026-01-01")


@pytest.fixture(scope="module")
def problem(desk):
    return build_problem(desk.book, desk.portfolio.team, desk.scenario)


@pytest.fixture(scope="module")
def state(desk, problem) -> State:
    start = find_starts(desk.portfolio, desk.scores, desk.scenario, CUTOFF).start.pick(np.zeros(2, int))
    revenue = np.repeat(problem.revenue[:, None], 2, axis=1)
    idle = np.zeros(revenue.shape, np.int64)
    owner = np.repeat(problem.owner[:, None].astype(np.int64), 2, axis=1)
    return replace(start, revenue=revenue, idle=idle, owner=owner)


def test_a_run_that_changed_nothing_leaves_the_problem(desk, problem, state: State) -> None:
    seen = observed_problem(problem, desk.book, state, 0, 36, desk.scenario)
    np.testing.assert_allclose(seen.curves.gain, problem.curves.gain)
    np.testing.assert_allclose(seen.handover_eur, problem.handover_eur)
    assert seen.owner.tolist() == problem.owner.tolist()


def test_what_is_left_of_the_horizon_is_left_of_the_value(desk, problem, state: State) -> None:
    seen = observed_problem(problem, desk.book, state, 0, 9, desk.scenario)
    np.testing.assert_allclose(seen.curves.gain, problem.curves.gain / 4)
    np.testing.assert_allclose(seen.curves.base, problem.curves.base / 4)
    np.testing.assert_allclose(seen.handover_eur, problem.handover_eur / 4)


def test_growth_leaves_less_to_gain_and_idleness_less_to_hope_for(desk, problem, state: State) -> None:
    revenue, idle = state.revenue.copy(), state.idle.copy()
    revenue[:, 0] = problem.potential / 36
    idle[:, 1] = 12
    later = replace(state, revenue=revenue, idle=idle)
    grown, idle_ = (observed_problem(problem, desk.book, later, lane, 36, desk.scenario) for lane in (0, 1))
    had_room = problem.potential / 36 > problem.revenue
    assert (grown.curves.gain[had_room] == 0).all()
    np.testing.assert_allclose(
        idle_.curves.gain, desk.scenario.dynamics.rules.exit_share * problem.curves.gain
    )


def test_nothing_latent_is_read(desk, problem, state: State) -> None:
    """Whatever the truth is, what a realignment sees stays the same to the last bit."""
    other = replace(
        state, wallet=7 * state.wallet, responsiveness=3 * state.responsiveness, goodwill=state.goodwill / 2,
        propensity=state.propensity / 9, attainable=state.attainable / 2,
    )  # fmt: skip
    one, two = (observed_problem(problem, desk.book, s, 0, 20, desk.scenario) for s in (state, other))
    for name in ("base", "gain", "half"):
        np.testing.assert_array_equal(getattr(one.curves, name), getattr(two.curves, name))
    np.testing.assert_array_equal(one.handover_eur, two.handover_eur)


def test_the_rule_starts_from_the_owners_with_the_team_s_hours(desk, problem) -> None:
    plan = CompiledRule(desk.scenario).start(problem)
    owned = problem.owner >= 0
    assert plan.owner[owned].tolist() == problem.owner[owned].tolist()
    assert problem.load(plan.owner, plan.hours).sum() == pytest.approx(problem.capacity.sum())
    ratio = plan.hours / problem.workload
    assert ratio == pytest.approx(ratio[0])


def test_accounts_of_nobody_start_with_the_least_loaded(desk, problem) -> None:
    nobody = replace(problem, owner=np.full(problem.accounts, -1))
    plan = CompiledRule(desk.scenario).start(nobody)
    load = np.bincount(plan.owner, nobody.workload, nobody.reps)
    assert load.max() - load.min() <= nobody.workload.max()


def test_moves_add_up_between_realignments_under_the_cap(desk, problem) -> None:
    rules = {every: CompiledRule(desk.scenario).rules(problem, every, realigns=True) for every in (3, 12)}
    assert [rules[every].rebalancing.moves for every in (3, 12)] == [10, 40]
    capped = CompiledRule(desk.scenario.override({"allocation.disruption_cap": 0.05}))
    assert capped.rules(problem, 12, realigns=True).rebalancing.moves == 4
    assert capped.rules(problem, 12, realigns=False) is None
    exits = CompiledRule(desk.scenario, by_progress=True).rules(problem, 12, realigns=False)
    assert exits is not None
    assert (exits.exit.after_months, exits.rebalancing) == (6, None)


def test_a_solved_realignment_hands_over_what_it_moves_and_nothing_else(desk, problem, state: State) -> None:
    method = SolvedAgain(find_policy("balanced"), desk.book, desk.scenario, "balanced")
    start = method.start(problem)
    books = Books(state.owner, np.repeat(start.hours[:, None], 2, axis=1))
    after, new = method.after(problem, state, books, 24)
    moved = new.owner != state.owner
    assert moved.any()
    np.testing.assert_array_equal(after.owner, new.owner)
    months = desk.scenario.dynamics.handover_months
    assert (after.handover[moved] == months).all()
    np.testing.assert_array_equal(after.goodwill[~moved], state.goodwill[~moved])


@pytest.mark.parametrize(
    ("times", "effect", "goodwill"), [(1, 0.8, 0.75), (0, 0.0, 1.0), (-1, -0.8, 1.0), (2, 1.6, 0.5)]
)
def test_the_rep_change_cost_has_either_sign(desk, times: float, effect: float, goodwill: float) -> None:
    settings = with_rep_change_cost(desk.scenario, times).dynamics
    assert settings.handover_churn_effect == pytest.approx(effect)
    assert settings.handover_goodwill == pytest.approx(goodwill)
    assert settings.newcomer_opening_effect == desk.scenario.dynamics.newcomer_opening_effect
