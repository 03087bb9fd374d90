from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from kamsim.allocation.choice import Options, choose, largest_of_each
from kamsim.allocation.problem import Floats


def random_options(seed: int) -> tuple[Options, Floats]:
    """Five accounts, two AEs, three hour levels: 7,776 choices."""
    draw = np.random.default_rng(seed)
    account, rep, level = (x.ravel() for x in np.indices((5, 2, 3)))
    hours = draw.uniform(1, 3, 5)[account] * (1 + level)
    load = hours * draw.uniform(1, 1.5, (5, 2))[account, rep]
    value = np.sqrt(hours) * draw.uniform(50, 150, 5)[account] - 20 * (rep == 1)
    return Options(account, rep, hours, load, value, (rep == 1).astype(float)), draw.uniform(12, 18, 2)


def enumerated_best(options: Options, capacity: Floats, budget: float) -> float:
    by_account = [np.flatnonzero(options.account == a) for a in range(5)]
    best = -np.inf
    for combination in product(*by_account):
        k = np.array(combination)
        load = np.bincount(options.rep[k], options.load[k], capacity.size)
        if (load <= capacity).all() and options.counts[k].sum() <= budget:
            best = max(best, float(options.value[k].sum()))
    return best


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("budget", [np.inf, 2.0])
def test_it_is_the_best_of_all_choices(seed: int, budget: float) -> None:
    options, capacity = random_options(seed)
    found = choose(options, 5, capacity, budget=budget, seconds=20, target_gap=0)
    best = enumerated_best(options, capacity, budget)

    assert found.options is not None
    assert options.value[found.options].sum() == pytest.approx(best)
    assert found.bound == pytest.approx(best)


def test_dividing_accounts_gives_a_bound_from_above() -> None:
    options, capacity = random_options(1)
    none_whole = choose(options, 5, capacity, whole=np.zeros(5, bool), seconds=20, target_gap=0)

    assert none_whole.bound >= enumerated_best(options, capacity, np.inf)


@pytest.mark.parametrize("capacity", [[0.5, 0.5], [3.0, 0.0]])
def test_what_cannot_be_is_proven(capacity: list[float]) -> None:
    options, _ = random_options(0)

    assert choose(options, 5, np.array(capacity), seconds=20, target_gap=0).infeasible


def test_an_account_without_an_option_is_infeasible() -> None:
    options, capacity = random_options(0)

    assert choose(options, 6, capacity, seconds=20, target_gap=0).infeasible


def test_a_bound_stands_even_without_time() -> None:
    options, capacity = random_options(2)
    found = choose(options, 5, capacity, seconds=1e-9, target_gap=0)

    assert enumerated_best(options, capacity, np.inf) <= found.bound < np.inf


def test_the_largest_of_each_account_in_order() -> None:
    account = np.array([2, 0, 1, 0, 2, 1])

    assert largest_of_each(np.array([0.3, 0.2, 1.0, 0.8, 0.7, 0.0]), account).tolist() == [3, 2, 4]


@pytest.mark.parametrize("seed", range(4))
def test_families_and_several_budgets_are_kept_by_the_best_choice(seed: int) -> None:
    options, capacity = random_options(seed)
    amounts = np.random.default_rng(seed).uniform(size=5)[options.account]
    options = replace(options, counts=np.column_stack([options.rep == 1, amounts * (options.rep == 0)]))
    family, limits = np.array([0, 1, 0, 2, 1]), np.array([3.0, 1.5])
    found = choose(options, 5, capacity, budget=limits, family=family, seconds=20, target_gap=0)
    best = -np.inf
    for combination in product(*(np.flatnonzero(options.account == a) for a in range(5))):
        k = np.array(combination)
        rep, load = options.rep[k], np.bincount(options.rep[k], options.load[k], 2)
        within = (load <= capacity).all() and (options.counts[k].sum(axis=0) <= limits).all()
        if within and rep[0] == rep[2] and rep[1] == rep[4]:
            best = max(best, float(options.value[k].sum()))

    assert found.options is not None
    assert options.value[found.options].sum() == pytest.approx(best)


def test_a_family_without_a_common_ae_is_infeasible() -> None:
    two, zero = np.arange(2), np.zeros(2)
    options = Options(two, two, zero, zero, zero, zero)

    assert choose(options, 2, np.ones(2), family=np.array([0, 0]), seconds=20, target_gap=0).infeasible
    assert not choose(options, 2, np.ones(2), seconds=20, target_gap=0).infeasible
