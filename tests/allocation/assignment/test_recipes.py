"""Instances by recipe: ranges and capacities as published."""

from __future__ import annotations

import numpy as np
import pytest

from kamsim.allocation.assignment import draw_gap
from kamsim.errors import AssignmentError


def test_ranges_are_those_of_the_recipes() -> None:
    for kind, cost, load in (("A", (10, 50), (5, 25)), ("C", (10, 50), (5, 25)), ("D", (1, 120), (1, 100))):
        instance = draw_gap(kind, 10, 400)
        assert (instance.cost.min(), instance.cost.max()) == cost
        assert (instance.load.min(), instance.load.max()) == load


def test_costs_fall_with_load_where_the_recipe_says_so() -> None:
    d, e = draw_gap("D", 10, 400), draw_gap("E", 10, 400)

    assert np.abs(d.cost + d.load - 111).max() == 10
    assert e.load.mean() == pytest.approx(11, rel=0.02)
    assert (e.cost <= 1000 / e.load + 1).all()
    assert (e.cost >= 1000 / e.load - 11).all()


def test_capacities_are_those_of_the_recipes() -> None:
    for kind in "CDE":
        instance = draw_gap(kind, 10, 400)
        assert np.abs(instance.capacity - 0.08 * instance.load.sum(axis=0)).max() < 1
    a, b = draw_gap("A", 5, 100, seed=2), draw_gap("B", 5, 100, seed=2)
    cheapest = np.argmin(a.cost, axis=1)
    largest = np.bincount(cheapest, a.load[np.arange(100), cheapest], 5).max()
    assert a.capacity[0] == np.floor(180 + 0.4 * largest)
    assert 0.5 < b.capacity[0] / a.capacity[0] < 0.9


def test_seeds_differ_and_repeat() -> None:
    assert (draw_gap("D", 3, 9, 1).cost == draw_gap("D", 3, 9, 1).cost).all()
    assert (draw_gap("D", 3, 9, 1).cost != draw_gap("D", 3, 9, 2).cost).any()


def test_an_unknown_recipe_is_refused() -> None:
    with pytest.raises(AssignmentError, match="unknown recipe 'F'"):
        draw_gap("F", 3, 9)
