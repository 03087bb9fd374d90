from itertools import product

import numpy as np
import pytest

from kamsim.experiments.clairvoyant import lowest_bound


@pytest.mark.parametrize("seed", range(5))
def test_it_bounds_every_choice_of_levels(seed: int) -> None:
    """Brute force over all choices of three levels for five accounts, in four courses of events."""
    luck = np.random.default_rng(seed)
    brings = luck.normal(1e4, 5e3, (3, 5, 4)).cumsum(axis=0)
    takes = np.sort(luck.uniform(0, 10, (3, 5)), axis=0)
    takes[0] = 0.0
    hours = 15.0
    accounts = np.arange(5)
    best = np.full(4, -np.inf)
    for levels in product(range(3), repeat=5):
        if takes[levels, accounts].sum() <= hours:
            best = np.maximum(best, brings[levels, accounts].sum(axis=0))
    bound = lowest_bound(brings, takes, hours)
    assert (bound >= best).all()
    assert (bound <= 1.3 * best).all()


def test_hours_enough_for_all_leave_nothing_open() -> None:
    brings = np.array([[[1.0], [5.0]], [[3.0], [4.0]]])
    assert lowest_bound(brings, np.array([[0.0, 0.0], [1.0, 1.0]]), 100.0).tolist() == [8.0]
