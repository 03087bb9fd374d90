import numpy as np
import pytest

from kamsim.allocation import program
from kamsim.allocation.choice import Options
from kamsim.allocation.problem import Floats
from kamsim.allocation.program import Solution, solve_program


def market(accounts: int, reps: int, seed: int = 0) -> tuple[Options, Floats]:
    """Accounts of very different size, three hour levels, two AEs each, the second one worth more."""
    draw = np.random.default_rng(seed)
    account, place, level = (x.ravel() for x in np.indices((accounts, 2, 3)))
    rep = (account + place) % reps
    size = np.exp(draw.normal(0, 1.2, accounts))
    load = size[account] * np.array([0.2, 1.0, 2.0])[level]
    value = size[account] * np.array([1.0, 3.0, 4.0])[level] * draw.uniform(0.8, 1.2, accounts)[account]
    worth = value * np.array([0.7, 1.0])[place]
    options = Options(account, rep, load, load, worth, (place == 1).astype(float))
    return options, np.full(reps, size.sum() / reps)


def solve(options: Options, capacity: Floats, large: Floats, **limits: float) -> Solution:
    accounts = int(options.account.max()) + 1
    start = np.arange(accounts) % capacity.size
    rules = {"budget": np.inf, "seconds": 20.0, "target_gap": 5e-3} | limits
    return solve_program(options, capacity, start, large.astype(bool), **rules)


def loads(options: Options, solution: Solution, reps: int) -> Floats:
    return np.bincount(options.rep[solution.chosen], options.load[solution.chosen], reps)


def test_two_stages_come_close_to_one_and_their_bound_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    options, capacity = market(24, 3)
    at_once = solve(options, capacity, np.ones(24))
    monkeypatch.setattr(program, "AT_ONCE", 0)
    size = np.bincount(options.account, options.load)
    staged = solve(options, capacity, size > np.quantile(size, 0.8))

    assert staged.value <= at_once.bound + 1e-9
    assert staged.bound >= at_once.value - 1e-9
    assert staged.value == pytest.approx(at_once.value, rel=0.02)
    assert (loads(options, staged, 3) <= capacity + 1e-6).all()
    assert options.account[staged.chosen].tolist() == list(range(24))


def test_the_budget_holds_over_both_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "AT_ONCE", 0)
    options, capacity = market(30, 3, seed=2)
    large = np.arange(30) < 5
    free, bound = solve(options, capacity, large), solve(options, capacity, large, budget=2.0)

    assert options.counts[free.chosen].sum() > 2
    assert options.counts[bound.chosen].sum() <= 2


def test_without_time_everybody_is_at_the_fewest_hours_with_the_first_owner() -> None:
    options, capacity = market(30, 3)
    found = solve(options, capacity, np.ones(30), seconds=1e-9)

    assert options.rep[found.chosen].tolist() == [a % 3 for a in range(30)]
    fewest = [options.hours[options.account == a].min() for a in range(30)]
    assert options.hours[found.chosen].tolist() == fewest
    assert 0 < found.gap < np.inf


def test_the_gap_is_a_share_of_the_value() -> None:
    assert Solution(np.array([0]), value=-100.0, bound=-90.0).gap == pytest.approx(0.1)
    assert Solution(np.array([0]), value=100.0, bound=99.9999).gap == 0.0
