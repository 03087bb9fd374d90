"""The same bits however a run is cut: in time, in lanes, over threads."""

from __future__ import annotations

from dataclasses import fields, replace

import numba
import numpy as np
import pytest

from kamsim.dynamics import (
    State,
    Years,
    compile_parameters,
    play,
)

from .outcomes import Precision, kernel_state, plan_of, run_of
from .worlds import World, random_world

NUMBERS = range(4000, 4012)
PRECISIONS = pytest.mark.parametrize("precision", ["float32", "float64"])


def play_span(
    world: World, state: State, skip: int, months: int, precision: Precision
) -> tuple[Years, State]:
    run = run_of(world) | {"first_month": world.first_month + skip, "months": months}
    return play(state, plan_of(world), compile_parameters(world.settings), precision=precision, **run)


def check_same_state(one: State, other: State) -> None:
    for field in fields(State):
        first, second = getattr(one, field.name), getattr(other, field.name)
        np.testing.assert_array_equal(first, second, err_msg=field.name)


@PRECISIONS
@pytest.mark.parametrize("number", NUMBERS)
def test_36_months_are_24_and_12(number: int, precision: Precision) -> None:
    world = random_world(number, lanes=19)
    start = kernel_state(world)

    whole, end = play_span(world, start, 0, 36, precision)
    first, between = play_span(world, start, 0, 24, precision)
    second, resumed = play_span(world, between, 24, 12, precision)

    check_same_state(resumed, end)
    for name in ("revenue", "hours", "retained"):
        parts = np.concatenate([getattr(first, name), getattr(second, name)])
        np.testing.assert_array_equal(parts, getattr(whole, name), err_msg=name)
    np.testing.assert_array_equal(second.customer, whole.customer[2:])


@pytest.mark.parametrize("number", NUMBERS)
def test_months_one_by_one_are_the_whole(number: int) -> None:
    world = random_world(number, lanes=2)
    state = kernel_state(world)
    _, end = play_span(world, state, 0, 14, "float32")

    for month in range(14):
        _, state = play_span(world, state, month, 1, "float32")

    check_same_state(state, end)


def pick_lanes(world: World, lanes: list[int]) -> World:
    def pick(values: dict) -> dict:
        return {name: array[:, lanes] for name, array in values.items()}

    return replace(
        world,
        state=pick(world.state),
        slots=pick(world.slots),
        plan=pick(world.plan),
        tenure=world.tenure[:, lanes],
        vacancy=world.vacancy[:, lanes],
        replications=[world.replications[lane] for lane in lanes],
    )


@PRECISIONS
@pytest.mark.parametrize("number", NUMBERS)
def test_a_lane_does_not_depend_on_the_others(number: int, precision: Precision) -> None:
    """Any number of replications, in any chunk and any order."""
    world = random_world(number, lanes=40)
    years, end = play_span(world, kernel_state(world), 0, 18, precision)

    for lanes in ([0], [39, 3, 17], list(range(16, 40))):
        part = pick_lanes(world, lanes)
        some, state = play_span(part, kernel_state(part), 0, 18, precision)
        check_same_state(state, end.pick(np.array(lanes)))
        np.testing.assert_array_equal(some.revenue, years.revenue[:, :, lanes])
        np.testing.assert_array_equal(some.load, years.load[:, lanes])


@PRECISIONS
@pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="one processor has one number of threads")
def test_number_of_threads_does_not_matter(precision: Precision) -> None:
    world = random_world(4100, lanes=70)
    before = numba.get_num_threads()
    ends = []
    for threads in (1, 2):
        numba.set_num_threads(threads)
        ends.append(play_span(world, kernel_state(world), 0, 24, precision))
    numba.set_num_threads(before)

    check_same_state(ends[0][1], ends[1][1])
    np.testing.assert_array_equal(ends[0][0].revenue, ends[1][0].revenue)


def test_the_state_given_is_not_changed() -> None:
    world = random_world(4101, lanes=3)
    state, untouched = kernel_state(world), kernel_state(world)

    play_span(world, state, 0, 12, "float32")

    check_same_state(state, untouched)
