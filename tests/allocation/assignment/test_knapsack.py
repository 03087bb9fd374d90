"""The knapsack bound: never above the cheapest assignment, and above the dual bound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from kamsim.allocation.assignment.dual import Dual, proven_bound, solve_dual
from kamsim.allocation.assignment.knapsack import knapsack_bound
from kamsim.allocation.assignment.options import rank_options
from kamsim.allocation.assignment.pairs import build_pairs
from kamsim.allocation.assignment.recipes import draw_gap


@pytest.mark.parametrize("core", [None, 1, 3])
@pytest.mark.parametrize("width", [2, 3])
def test_the_bound_holds_whatever_the_table_leaves_out(
    judge: Callable[..., float], core: int | None, width: int
) -> None:
    lifted = 0
    for seed in range(12):
        instance = draw_gap("BCE"[seed % 3], 3, 7, seed)
        cost = instance.cost / 7
        best = judge(cost, instance.load, instance.capacity * 1.2)
        pairs = build_pairs(cost, instance.load, instance.capacity * 1.2, None, maximise=False)
        climbed = solve_dual(pairs)
        for factor in (1.0, 0.7, 1.5):
            dual = Dual(climbed.price * factor, proven_bound(pairs, climbed.price * factor))
            bound = knapsack_bound(pairs, dual, rank_options(pairs, dual.price, width, core))
            assert dual.bound <= bound <= best * (1 + 1e-12)
            lifted += bound > dual.bound
    assert lifted > 12


def test_large_problems_gain_from_a_core_nearly_what_they_gain_from_all_options() -> None:
    instance = draw_gap("C", 6, 240)
    pairs = build_pairs(instance.cost / 7, instance.load, instance.capacity, None, maximise=False)
    dual = solve_dual(pairs)

    full, core = (
        knapsack_bound(pairs, dual, rank_options(pairs, dual.price, 6, size)) - dual.bound
        for size in (None, 24)
    )

    assert core > 0.8 * full > 0


def test_the_core_leaves_the_rest_with_their_cheapest() -> None:
    instance = draw_gap("D", 4, 60)
    pairs = build_pairs(instance.cost, instance.load, instance.capacity, None, maximise=False)
    price = solve_dual(pairs).price

    table = rank_options(pairs, price, 4, core=3)

    assert 0 < table.account.size < 60
    pair = table.pairs_of(np.zeros(table.account.size, np.int64))
    priced = pairs.cost + price[pairs.rep] * pairs.load
    assert priced[pair] == pytest.approx(np.minimum.reduceat(priced, pairs.start[:-1]))
    assert (table.options_of(pair) == 0).all()
    out = np.setdiff1d(np.arange(pairs.rep.size), np.concatenate([table.pair.ravel(), pair]))
    paid = priced - np.repeat(np.minimum.reduceat(priced, pairs.start[:-1]), np.diff(pairs.start))
    assert paid[out].min() >= table.beyond * (1 - 1e-9)
    changes = np.bincount(table.rep[:, 1:][table.rep[:, 1:] >= 0], minlength=4)
    assert (changes >= 3).all()
    assert pairs.capacity - pairs.used(pair) == pytest.approx(
        table.capacity - np.bincount(table.rep[:, 0], table.load[:, 0], 4)
    )
