from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kamsim.allocation.levels import hour_levels

Make = Callable[..., Any]
FACTORS = (4.0, 1.0, 0.25)


def test_levels_rise_from_the_minimum_to_an_ae_s_month(make_problem: Make) -> None:
    draw = np.random.default_rng(1)
    problem = make_problem(
        draw.uniform(1, 5, 30), [40.0] * 3, gain=draw.uniform(1, 9, 30), half=draw.uniform(1, 5, 30)
    )
    levels = hour_levels(problem, FACTORS)

    assert levels.shape == (30, 4)
    assert (np.diff(levels, axis=1) >= 0).all()
    assert levels[:, 0] == pytest.approx(problem.minimum)
    assert levels.max() <= 40.0


def test_at_the_clearing_price_the_wants_fill_the_team_s_month(make_problem: Make) -> None:
    """Many alike accounts with concave curves, so that wants move smoothly with the price."""
    problem = make_problem([2.0] * 50, [60.0] * 2, half=np.linspace(0.5, 2, 50))
    wants = hour_levels(problem, (1.0,))[:, 1]

    assert wants.sum() == pytest.approx(120.0, rel=0.05)


def test_the_wants_are_worth_most_at_the_price(make_problem: Make) -> None:
    """No other hours bring more net of the price: the price is read off one account, tried on the others."""
    problem = make_problem([2.0] * 40, [80.0], gain=np.linspace(500, 3000, 40), half=[1.0] * 40)
    wants = hour_levels(problem, (1.0,))[:, 1]
    served = np.flatnonzero(wants > 0.21)
    step = 1e-4
    slope = (problem.curves.value(wants + step) - problem.curves.value(wants)) / step

    assert slope[served] == pytest.approx([np.median(slope[served])] * served.size, rel=0.1)


def test_nothing_is_wanted_where_effort_brings_nothing(make_problem: Make) -> None:
    levels = hour_levels(make_problem([2.0, 2.0], [10.0], gain=[0.0, 1000.0]), FACTORS)

    assert levels[0].tolist() == pytest.approx([0.2] * 4)


@pytest.mark.parametrize("capacity", [[0.0], [0.0, 5.0]])
def test_missing_capacity_and_no_minimum_are_no_trouble(capacity: list[float], make_problem: Make) -> None:
    levels = hour_levels(make_problem([1.0], capacity, minimum=[0.0]), FACTORS)

    assert np.isfinite(levels).all()
    assert levels.max() <= max(capacity)
