"""The solver against every assignment there is, against published optima, and against itself."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from kamsim.allocation import AssignmentResult, solve_assignment
from kamsim.allocation.assignment import draw_gap, read_gap
from kamsim.errors import AllocationNotFoundError, AssignmentError, InfeasibleAllocationError

QUICK = ["cattrysse1994/gap1-2", "cattrysse1994/gap4-0", "cattrysse1994/gap8-4", "cattrysse1994/gap12-4"]
QUICK += ["chu1997/a20200", "chu1997/c05100"]
SAMPLE = ["chu1997/b05100", "chu1997/c05200", "cattrysse1994/gap10-1", "cattrysse1994/gap12-0"]

Judge = Callable[..., float]


def check_kept(result: AssignmentResult, cost: Any, load: Any, capacity: Any) -> None:
    """Each account once, capacity kept, the objective that of the assignment, the bound below it."""
    rows = np.arange(len(cost))
    assert result.assignment.shape == rows.shape
    assert np.isin(result.assignment, np.arange(len(capacity))).all()
    used = np.bincount(result.assignment, np.asarray(load)[rows, result.assignment], len(capacity))
    assert (used <= np.asarray(capacity) * (1 + 1e-9)).all()
    assert result.objective == pytest.approx(np.asarray(cost)[rows, result.assignment].sum(), rel=1e-9)
    assert result.bound <= result.objective
    assert result.gap == pytest.approx((result.objective - result.bound) / max(abs(result.objective), 1e-300))


def published(shared_data: Path) -> dict[str, float]:
    with (shared_data / "gap" / "best_known.csv").open(encoding="utf-8") as file:
        return {row["instance"]: float(row["optimum"]) for row in csv.DictReader(file)}


def check_published(shared_data: Path, names: list[str]) -> None:
    optimum = published(shared_data)
    for name in names:
        instance = read_gap(shared_data / "gap" / name)
        result = solve_assignment(instance.cost, instance.load, instance.capacity)
        check_kept(result, instance.cost, instance.load, instance.capacity)
        assert (result.objective, result.bound, result.status) == (optimum[name], optimum[name], "optimal"), (
            name
        )


def test_published_instances_reach_their_optimum(shared_data: Path) -> None:
    check_published(shared_data, QUICK)


@pytest.mark.slow
def test_more_published_instances_reach_their_optimum(shared_data: Path) -> None:
    check_published(shared_data, SAMPLE)


@pytest.mark.evidence
def test_all_published_instances_reach_their_optimum(shared_data: Path) -> None:
    names = list(published(shared_data))
    assert len(names) == 70
    check_published(shared_data, names)


@pytest.mark.parametrize("kind", "ABCDE")
def test_recipes_of_a_few_accounts_are_solved_as_the_judge_says(judge: Judge, kind: str) -> None:
    for seed in range(3):
        instance = draw_gap(kind, 3, 7, seed)
        best = judge(instance.cost, instance.load, instance.capacity)
        if np.isinf(best):
            with pytest.raises(InfeasibleAllocationError):
                solve_assignment(instance.cost, instance.load, instance.capacity)
            continue
        result = solve_assignment(instance.cost, instance.load, instance.capacity)
        check_kept(result, instance.cost, instance.load, instance.capacity)
        assert (result.objective, result.bound, result.status) == (best, best, "optimal")


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let counted effort, not the clock, end the search soon."""
    for name, value in (("SWINGS", 2), ("FEW_VISITS", 1e4), ("MANY_VISITS", 1e4)):
        monkeypatch.setattr(f"kamsim.allocation.assignment.solve.{name}", value)


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize(("kind", "gap"), [("A", 0.0), ("B", 0.004), ("C", 0.01), ("D", 0.02), ("E", 0.02)])
def test_recipes_of_some_size_are_feasible_with_a_small_gap(kind: str, gap: float) -> None:
    instance = draw_gap(kind, 5, 50)

    result = solve_assignment(instance.cost, instance.load, instance.capacity)

    check_kept(result, instance.cost, instance.load, instance.capacity)
    assert result.gap <= gap


@st.composite
def problems(draw: st.DrawFn) -> tuple[NDArray[np.float64], ...]:
    accounts, reps = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    number = st.floats(0, 100, width=32) if draw(st.booleans()) else st.integers(0, 30).map(float)
    cost = draw(arrays(np.float64, (accounts, reps), elements=number)) - 20
    load = draw(arrays(np.float64, (accounts, reps), elements=number))
    room = draw(st.floats(0.3, 1.5))
    return cost, load, np.full(reps, room * load.max() * accounts / reps)


@given(problem=problems())
@settings(max_examples=60, deadline=None)
def test_any_small_problem_is_solved_as_the_judge_says(judge: Judge, problem: tuple[Any, ...]) -> None:
    cost, load, capacity = problem
    before = [array.copy() for array in problem]
    best = judge(cost, load, capacity)
    try:
        result = solve_assignment(cost, load, capacity)
    except InfeasibleAllocationError:
        assert np.isinf(best) or judge(cost, load, capacity * (1 - 1e-6)) == np.inf
        return
    check_kept(result, cost, load, capacity)
    tolerance = 1e-5 * max(1.0, abs(best))
    assert result.bound - tolerance <= best <= result.objective + tolerance
    assert result.objective == pytest.approx(best, rel=1e-5, abs=1e-5)
    assert all((old == new).all() for old, new in zip(before, problem, strict=True))
    flipped = solve_assignment(-cost, load, capacity, sense="max")
    assert (flipped.objective, flipped.bound) == (-result.objective, -result.bound)
    assert (flipped.assignment == result.assignment).all()


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("kind", "BC")
def test_the_order_of_rows_moves_no_bit(kind: str) -> None:
    instance = draw_gap(kind, 4, 30, seed=3)
    order = np.argsort(instance.cost[:, 0] * 7 % 5, kind="stable")

    straight = solve_assignment(instance.cost / 3, instance.load, instance.capacity, time_limit=20)
    turned = solve_assignment(
        instance.cost[order] / 3, instance.load[order], instance.capacity, time_limit=20
    )

    if "time_limit" not in (straight.status, turned.status):
        assert (straight.objective, straight.bound) == (turned.objective, turned.bound)


def sparse_problem(accounts: int = 400, reps: int = 16, k: int = 5) -> tuple[Any, ...]:
    """Accounts around representatives, each eligible for the k that follow its own."""
    instance = draw_gap("C", reps, accounts, seed=1)
    eligible = (np.arange(accounts)[:, None] + np.arange(k)) % reps
    cost = np.take_along_axis(instance.cost, eligible, axis=1) / 7
    load = np.take_along_axis(instance.load, eligible, axis=1)
    return cost, load, np.full(reps, 1.02 * load.mean() * accounts / reps), eligible


@pytest.mark.usefixtures("brief")
def test_sparse_and_masked_forms_say_the_same() -> None:
    cost, load, capacity, eligible = sparse_problem(60, 6, 3)
    mask = np.zeros((60, 6), dtype=bool)
    np.put_along_axis(mask, eligible, values=True, axis=1)
    wide_cost, wide_load = np.full((60, 6), np.nan), np.full((60, 6), np.nan)
    np.put_along_axis(wide_cost, eligible, cost, axis=1)
    np.put_along_axis(wide_load, eligible, load, axis=1)

    sparse = solve_assignment(cost, load, capacity, eligible=eligible)
    masked = solve_assignment(wide_cost, wide_load, capacity, eligible=mask)

    assert mask[np.arange(60), sparse.assignment].all()
    assert mask[np.arange(60), masked.assignment].all()
    assert sparse.objective == pytest.approx(masked.objective, rel=1e-2)
    check_kept(masked, wide_cost, np.nan_to_num(wide_load), capacity)


@pytest.mark.usefixtures("brief")
def test_the_same_seed_gives_the_same_bits() -> None:
    cost, load, capacity, eligible = sparse_problem(600, 24)

    first, again = (solve_assignment(cost, load, capacity, eligible=eligible, seed=4) for _ in range(2))

    assert first.status != "time_limit"
    assert (first.assignment == again.assignment).all()
    assert (first.objective, first.bound) == (again.objective, again.bound)


def test_a_time_limit_is_kept_and_said() -> None:
    instance = draw_gap("D", 10, 100)

    result = solve_assignment(instance.cost, instance.load, instance.capacity, time_limit=0.5)

    check_kept(result, instance.cost, instance.load, instance.capacity)
    assert result.status == "time_limit"
    assert 0 < result.gap < 0.05


def test_no_accounts_cost_nothing() -> None:
    result = solve_assignment(np.empty((0, 2)), np.empty((0, 2)), [1.0, 1.0])

    assert (result.objective, result.bound, result.gap, result.status) == (0.0, 0.0, 0.0, "optimal")


def test_what_arithmetic_cannot_refuse_the_program_does() -> None:
    with pytest.raises(InfeasibleAllocationError, match="3 accounts need a load of at least 6, which cannot"):
        solve_assignment(np.ones((3, 2)), np.full((3, 2), 2.0), [3.5, 3.5])


@pytest.mark.parametrize("accounts", [6, 33])
def test_accounts_that_fill_one_book_beyond_its_capacity_are_refused(accounts: int) -> None:
    """Three accounts may go to a representative with room for two only; in all there is room enough."""
    allowed = np.ones((accounts, 2), dtype=bool)
    allowed[:3, 1] = False
    load = np.full((accounts, 2), 5.0)

    with pytest.raises(InfeasibleAllocationError, match=f"{accounts} accounts need a load of at least"):
        solve_assignment(np.ones((accounts, 2)), load, [10.0, 200.0], eligible=allowed)


@pytest.mark.usefixtures("brief")
def test_none_found_within_the_limits_says_how_far_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kamsim.allocation.assignment.solve._prove", lambda *_: None)
    with pytest.raises(
        AllocationNotFoundError, match=r"3 accounts was found.* is 0\.5 over the capacities, 7"
    ):
        solve_assignment(np.ones((3, 2)), np.full((3, 2), 2.0), [3.5, 3.5])


@pytest.mark.parametrize(
    ("options", "named"),
    [({"sense": "least"}, "sense must be 'min' or 'max', got 'least'"), ({"time_limit": 0}, "got 0")],
)
def test_options_are_checked(options: dict[str, Any], named: str) -> None:
    with pytest.raises(AssignmentError, match=named):
        solve_assignment([[1]], [[1]], [1], **options)
