from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kamsim.allocation.random_owners import RandomOwners

Make = Callable[..., Any]


def test_every_ae_is_drawn_equally_often(make_problem: Make) -> None:
    """Theory: counts of 3,000 lots among 4 AEs lie within four standard deviations of 750."""
    problem = make_problem([1.0] * 3000, [3000.0, 50.0 * 60, 9000.0, 3000.0], minimum=[0.0] * 3000)
    counts = np.bincount(RandomOwners().allocate(problem).owner)

    assert counts == pytest.approx([750.0] * 4, abs=4 * np.sqrt(3000 * 0.25 * 0.75))


def test_an_added_account_moves_no_other(make_problem: Make) -> None:
    ids = [f"a{i:03d}" for i in range(40)]
    whole = make_problem([1.0] * 40, [20.0] * 3, account_ids=tuple(ids))
    fewer = make_problem([1.0] * 39, [20.0] * 3, account_ids=tuple(ids[:11] + ids[12:]))
    owner = RandomOwners().allocate(whole).owner.tolist()

    assert RandomOwners().allocate(fewer).owner.tolist() == owner[:11] + owner[12:]


def test_another_seed_draws_other_lots(make_problem: Make) -> None:
    one, other = (make_problem([1.0] * 40, [20.0] * 3, seed=seed) for seed in (1, 2))

    assert RandomOwners().allocate(one).owner.tolist() != RandomOwners().allocate(other).owner.tolist()


def test_an_ae_without_capacity_is_not_in_the_hat(make_problem: Make) -> None:
    plan = RandomOwners().allocate(make_problem([2.0, 4.0, 2.0], [0.0, 16.0, 0.0]))

    assert plan.owner.tolist() == [1, 1, 1]
    assert plan.hours == pytest.approx([4.0, 8.0, 4.0])
