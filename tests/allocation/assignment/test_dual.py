"""The dual bound: never above the linear relaxation, and close to it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from kamsim.allocation.assignment.dual import proven_bound, solve_dual
from kamsim.allocation.assignment.pairs import Pairs, build_pairs
from kamsim.allocation.assignment.recipes import draw_gap


def pairs_of(kind: str, reps: int, accounts: int, factor: float = 1.0) -> Pairs:
    instance = draw_gap(kind, reps, accounts)
    return build_pairs(instance.cost * factor, instance.load, instance.capacity, None, maximise=False)


def relaxation(pairs: Pairs) -> float:
    one_each = (pairs.account == np.arange(pairs.accounts)[:, None]).astype(float)
    used = np.where(pairs.rep == np.arange(pairs.reps)[:, None], pairs.load, 0.0)
    done = linprog(pairs.cost, used, pairs.capacity, one_each, np.ones(pairs.accounts), bounds=(0, 1))
    return float(done.fun)


@pytest.mark.parametrize("kind", "ABCDE")
def test_the_bound_comes_close_to_the_relaxation_from_below(kind: str) -> None:
    pairs = pairs_of(kind, 8, 80, factor=1 / 7)
    best = relaxation(pairs)

    bound = solve_dual(pairs).bound

    assert best * (1 - 1e-4) <= bound <= best * (1 + 1e-9)


def test_large_problems_start_from_a_sample_and_come_as_close(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kamsim.allocation.assignment.dual.PAIR_VISITS", 1e5)
    pairs = pairs_of("C", 4, 400, factor=1 / 7)
    best = relaxation(pairs)

    assert best * (1 - 1e-3) <= solve_dual(pairs).bound <= best * (1 + 1e-9)


def test_rounding_never_lifts_the_bound() -> None:
    pairs = pairs_of("E", 4, 30, factor=1 / 7)
    for price in (np.full(4, 1e9 / 3), np.full(4, 1e-9 / 3), np.array([0.1, 0.2, 0.3, 0.7])):
        exact = -sum(Fraction(p) * Fraction(b) for p, b in zip(price, pairs.capacity, strict=True))
        for i in range(pairs.accounts):
            exact += min(
                Fraction(pairs.cost[k]) + Fraction(price[pairs.rep[k]]) * Fraction(pairs.load[k])
                for k in range(pairs.start[i], pairs.start[i + 1])
            )
        bound = proven_bound(pairs, price)
        assert Fraction(bound) <= exact
        assert float(exact) - bound <= 1e-12 * (abs(bound) + float(price.max()) * pairs.load.sum())


def test_whole_costs_round_the_bound_up() -> None:
    pairs = pairs_of("C", 5, 40)

    assert solve_dual(pairs).bound == np.ceil(relaxation(pairs) - 1e-3)
