"""A recording is what a run with replication 0 goes through, to the bit, whoever else is recorded."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numba
import numpy as np
import pytest

from kamsim.dynamics import (
    FREE,
    LOST,
    MILESTONES,
    WON,
    Parameters,
    Plan,
    Recording,
    State,
    Surroundings,
    Tape,
    Team,
    advance,
    compile_parameters,
    play_people,
    read_trace,
    record,
    trace,
)
from kamsim.dynamics import reference as plain
from kamsim.dynamics.layout import CHURNED, NOT_DUE, OWNER_LEFT, SPONSOR_LEFT
from kamsim.errors import ConfigError

from .outcomes import Precision, kernel_state, plan_of
from .worlds import World, random_world

NUMBERS = range(5000, 5040)
PRECISIONS = pytest.mark.parametrize("precision", ["float32", "float64"])


def alone(number: int) -> World:
    """A world of one lane in which accounts do not touch one another."""
    world = random_world(number, lanes=1)
    off = dict.fromkeys(
        ("team", "pools", "industries", "routing", "dynamic_books", "exit_rule", "rebalancing"), False
    )
    return replace(world, features=world.features | off)


def time_of(world: World) -> dict[str, int]:
    return {"key": world.key, "first_month": world.first_month, "months": world.months}


def recorded(world: World, **others: Any) -> tuple[Recording, State]:
    """Record a world with its own pipeline switch."""
    given = time_of(world) | {"revenue_frozen": world.features["frozen"]} | others
    return record(kernel_state(world), plan_of(world), compile_parameters(world.settings), **given)


def traced(world: World, precision: Precision = "float64", **others: Any) -> tuple[Recording, State]:
    """The same by the engine whose lanes are replications."""
    frozen = world.features["frozen"]
    state = kernel_state(world)
    given = time_of(world) | {"revenue_frozen": frozen, "replications": np.array([0])} | others
    rows, after = trace(
        state, plan_of(world), compile_parameters(world.settings), precision=precision, **given
    )
    return one_lane(read_trace(rows, state, world.first_month, revenue_frozen=frozen)), after


def one_lane(recording: Recording) -> Recording:
    return Recording(**{name: values[..., 0] for name, values in vars(recording).items()})


def assert_same(one: Recording | State, other: Recording | State) -> None:
    assert type(one) is type(other)
    for field in fields(one):
        got, wanted = getattr(one, field.name), getattr(other, field.name)
        np.testing.assert_array_equal(got, wanted, err_msg=field.name)


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("number", NUMBERS)
def test_a_recording_is_a_trace(number: int, frozen: bool) -> None:
    world = alone(number)
    world = replace(world, features=world.features | {"frozen": frozen})
    state = kernel_state(world)

    found, after = recorded(world)
    expected, end = traced(world)

    assert_same(found, expected)
    assert_same(after, end)
    assert_same(state, kernel_state(world))
    assert all(values.flags.c_contiguous for values in vars(found).values())


def test_advancing_is_recording_without_the_months() -> None:
    for number in range(5100, 5110):
        world = alone(number)
        frozen = world.features["frozen"]
        _, after = recorded(world)
        plan, parameters = plan_of(world), compile_parameters(world.settings)

        end = advance(kernel_state(world), plan, parameters, **time_of(world), revenue_frozen=frozen)

        assert_same(end, after)


def test_single_precision_plays_the_same_single_precision() -> None:
    """Not compared is the bridge: its money is subtracted in single precision here, in double there."""
    for number in range(5200, 5210):
        world = alone(number)
        found, after = recorded(world, precision="float32")
        expected, end = traced(world, "float32")

        assert_same(after, end)
        for name in ("revenue", "wallet", "goodwill", "churn_hazard", "passed", "kind", "happened"):
            np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


def busy_world(number: int) -> World:
    """A world with AEs who leave, where each book is planned at its post's capacity, to the bit."""
    world = random_world(number, lanes=1)
    off = dict.fromkeys(
        ("pools", "industries", "leads", "routing", "dynamic_books", "exit_rule", "rebalancing"), False
    )
    rng = np.random.default_rng([77, number])
    people, n = len(world.executives), world.accounts
    owner = rng.integers(-1, people, (n, 1))
    # Hours in eighths: their sum is exact in any order.
    plan = world.plan | {"ae": rng.integers(1, 80, (n, 1)) / 8}
    load = np.array([plan["ae"][owner == r].sum() for r in range(people)])
    tree = world.settings.model_copy(
        update={"people": world.settings.people.model_copy(update={"attrition_rate": 0.1})}
    )
    return replace(
        world,
        settings=tree,
        features=world.features | off | {"team": True},
        arrival=np.zeros(n, np.int64),
        state=world.state | {"owner": owner, "exited": np.zeros((n, 1), np.int64)},
        plan=plan,
        capacity=np.where(load > 0, load, 8.0),
    )


@pytest.mark.parametrize("number", range(5300, 5330))
def test_people_played_ahead_are_people_played_together(number: int) -> None:
    world = busy_world(number)
    team, parameters = Team(world.executives, world.capacity), compile_parameters(world.settings)
    people = play_people(team, parameters, **time_of(world), tenure=world.tenure, vacancy=world.vacancy)

    found, after = recorded(world, people=people)
    expected, end = traced(world, surroundings=Surroundings(team=team))

    assert_same(found, expected)
    assert_same(after, end)


def test_some_owner_leaves_in_these_worlds() -> None:
    """Else the test above would prove nothing."""
    left = reached = 0
    for number in range(5300, 5330):
        world = busy_world(number)
        people = play_people(
            Team(world.executives, world.capacity), compile_parameters(world.settings), **time_of(world),
            tenure=world.tenure, vacancy=world.vacancy,
        )  # fmt: skip
        recording, _ = recorded(world, people=people)
        left += np.count_nonzero(recording.happened & OWNER_LEFT)
        reached += np.count_nonzero((people.reach > 0) & (people.reach < 1))
    assert left > 50
    assert reached > 50


def crowd(number: int, copies: int = 60) -> World:
    """A world whose accounts stand many times under other names: several blocks of each kind."""
    world = alone(number)
    every = np.tile(np.arange(world.accounts), copies)
    return replace(
        world,
        segment=world.segment[every],
        account_ids=[f"account {i:05d}" for i in range(every.size)],
        arrival=world.arrival[every],
        industry=world.industry[every],
        state={name: values[every] for name, values in world.state.items()},
        slots={name: values[every] for name, values in world.slots.items()},
        plan={name: values[every] for name, values in world.plan.items()},
        pattern=None if world.pattern is None else world.pattern[every],
        alerts=world.alerts[every],
    )


def some_of(world: World, chosen: Any) -> tuple[Recording, State]:
    state, plan = kernel_state(world), plan_of(world)
    of_reps = ("tenure", "vacancy")
    arrays = {f.name: getattr(state, f.name) for f in fields(State) if f.name not in of_reps}
    ids = np.array(arrays.pop("account_ids"))[chosen].tolist()
    part = replace(state, account_ids=ids, **{name: values[chosen] for name, values in arrays.items()})
    parts = (getattr(plan, f.name) for f in fields(Plan))
    some = Plan(*(None if values is None else values[chosen] for values in parts))  # type: ignore[arg-type]
    frozen = world.features["frozen"]
    return record(part, some, compile_parameters(world.settings), **time_of(world), revenue_frozen=frozen)


@pytest.mark.parametrize("number", range(5400, 5406))
def test_neither_order_nor_company_matters(number: int) -> None:
    world = crowd(number)
    whole, end = recorded(world)
    rng = np.random.default_rng(number)

    shuffled = rng.permutation(world.accounts)
    few = np.sort(rng.choice(world.accounts, 23, replace=False))
    for chosen in (shuffled, few, np.array([5])):
        part, after = some_of(world, chosen)
        for field in fields(Recording):
            wanted = getattr(whole, field.name)[chosen]
            np.testing.assert_array_equal(getattr(part, field.name), wanted, err_msg=field.name)
        np.testing.assert_array_equal(after.revenue, end.revenue[chosen])
        np.testing.assert_array_equal(after.meddic, end.meddic[chosen])


@pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="one processor has one number of threads")
def test_number_of_threads_does_not_matter() -> None:
    world = crowd(5407)
    before = numba.get_num_threads()
    found = []
    for threads in (1, 2):
        numba.set_num_threads(threads)
        found.append(recorded(world))
    numba.set_num_threads(before)

    assert_same(found[0][0], found[1][0])
    assert_same(found[0][1], found[1][1])


def test_pieces_of_blocks_are_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    world = crowd(5408)
    whole, end = recorded(world)

    monkeypatch.setattr("kamsim.dynamics.lanes._BLOCKS_AT_ONCE", 3)
    pieces, after = recorded(world)

    assert_same(pieces, whole)
    assert_same(after, end)


def yearly_plans(world: World, years: int) -> list[Plan]:
    """Other hours, patterns and alerts each year."""
    rng = np.random.default_rng(12)
    first = plan_of(world)
    return [
        replace(
            first,
            ae=first.ae * rng.uniform(0.1, 2.0, first.ae.shape),
            kinds=None if year == 1 else rng.choice([0.5, 1.5], (world.accounts, 5)),
            alerts=rng.random(world.accounts) < 0.5,
        )
        for year in range(years)
    ]


@PRECISIONS
@pytest.mark.parametrize("number", range(5500, 5512))
def test_36_months_are_24_and_12(number: int, precision: Precision) -> None:
    world, parameters = alone(number), compile_parameters(alone(number).settings)
    plans, first, start = yearly_plans(world, 3), world.first_month, kernel_state(world)

    def run(state: State, years: list[Plan], skip: int) -> tuple[Recording, State]:
        return record(
            state, years, parameters, key=world.key, first_month=first + skip, months=12 * len(years),
            precision=precision,
        )  # fmt: skip

    whole, end = run(start, plans, 0)
    one, between = run(start, plans[:2], 0)
    two, after = run(between, plans[2:], 24)

    assert_same(after, end)
    for name, wanted in vars(whole).items():
        parts = np.concatenate([getattr(one, name), getattr(two, name)], axis=1)
        np.testing.assert_array_equal(parts, wanted, err_msg=name)
    assert (whole.hours[:, 12:24] != whole.hours[:, :12]).any()


def test_spans_on_one_tape_are_the_whole() -> None:
    world, parameters = alone(5500), compile_parameters(alone(5500).settings)
    plan, state, tape = plan_of(world), kernel_state(world), Tape.blank(world.accounts, 36)
    whole, _ = record(state, plan, parameters, key=world.key, first_month=world.first_month, months=36)
    for begin, months in ((0, 24), (24, 12)):
        place: dict[str, Any] = {"first_month": world.first_month + begin, "tape": tape, "begin": begin}
        recording, state = record(state, plan, parameters, key=world.key, months=months, **place)
    for name, wanted in vars(whole).items():
        np.testing.assert_array_equal(getattr(recording, name), wanted, err_msg=name)


def test_what_is_recorded_fits_together() -> None:
    """Every opportunity that is there was opened or stood at the start, and moves by its milestones."""
    for number in range(5600, 5620):
        world = alone(number)
        world = replace(world, features=world.features | {"frozen": False})
        found, after = recorded(world)
        here = found.passed != FREE

        np.testing.assert_array_equal(here[:, -1], after.milestones_passed[:, 0] != FREE)
        np.testing.assert_array_equal(found.kind[:, -1][here[:, -1]], after.kind[:, 0][here[:, -1]])
        assert (found.passed < MILESTONES).all()
        assert (found.kind[(found.closed == 0) & ~here] == 0).all()
        assert (found.meddic[here] > 0).any() or not here.any()
        closed = np.isin(found.closed[:, 1:], (WON, LOST)) & ~here[:, 1:]
        np.testing.assert_array_equal(found.kind[:, 1:][closed], found.kind[:, :-1][closed])
        np.testing.assert_array_equal(found.meddic[:, 1:][closed], found.meddic[:, :-1][closed])
        np.testing.assert_array_equal(found.wallet[:, -1], after.wallet[:, 0])
        np.testing.assert_array_equal(found.penetrated[:, -1], after.units_penetrated[:, 0])
        np.testing.assert_array_equal(found.renewal == CHURNED, found.churned > 0)


def test_the_hazard_is_that_of_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plain engine asks for its hazard at renewals only; there the two agree."""
    from .worlds import play_reference

    asked: list[float] = []
    original = plain._churn_hazard

    def note(*given: Any) -> float:
        asked.append(original(*given))
        return asked[-1]

    monkeypatch.setattr(plain, "_churn_hazard", note)
    compared = 0
    for number in range(5700, 5710):
        world = replace(alone(number), replications=[0])
        world = replace(world, features=world.features | {"frozen": False})
        asked.clear()
        play_reference(world)
        found, _ = recorded(world)
        due = (found.renewal != NOT_DUE).T
        compared += len(asked)
        np.testing.assert_allclose(found.churn_hazard.T[due], asked, rtol=1e-9)
        assert (found.churn_hazard[:, 1:][found.revenue[:, :-1] == 0] == 0).all()
        assert (found.churn_hazard[:, 1:][found.revenue[:, :-1] > 0] > 0).all()
    assert compared > 300


def test_what_happened_leaves_its_traces(start: State, effort: np.ndarray, parameters: Parameters) -> None:
    """Events hit at most once a year and about as often as they should; a lost sponsor shows in the state."""
    many = 4000
    every = np.arange(many) % len(effort)
    crowded = replace(
        start,
        account_ids=[f"A{i:05d}" for i in range(many)],
        entities=np.arange(many, dtype=np.uint64) * np.uint64(2654435761),
        **{
            f.name: getattr(start, f.name)[every]
            for f in fields(State)
            if f.name not in ("account_ids", "entities", "tenure", "vacancy")
        },
    )
    found, _ = record(crowded, effort[every], parameters, key=3, first_month=660, months=12)

    settings = parameters.settings
    for bit, name in enumerate(("appointment", "reorganisation", "merger", "budget_cut")):
        times = ((found.happened >> bit) & 1).sum(axis=1)
        expected = getattr(settings.organisation, name).yearly_probability
        assert times.max() == 1
        assert abs(times.mean() - expected) < 4 * np.sqrt(expected / many)
    gone = (found.happened & SPONSOR_LEFT) > 0
    assert abs(gone.mean() - settings.sponsor_leaves_rate) < 4 * np.sqrt(0.012 / gone.size)
    assert not (found.happened & OWNER_LEFT).any()


def test_plans_that_do_not_fit_the_months_are_refused(
    start: State, effort: np.ndarray, parameters: Parameters
) -> None:
    with pytest.raises(ConfigError, match="30 months wants 1 plan or 3, got 2"):
        record(start, [Plan(effort)] * 2, parameters, key=1, first_month=660, months=30)


def test_people_of_other_months_or_posts_are_refused(
    start: State, effort: np.ndarray, parameters: Parameters
) -> None:
    team = Team(["R1"], np.array([80.0]))
    people = play_people(team, parameters, key=1, first_month=660, months=6)
    elsewhere = replace(start, owner=np.ones_like(start.owner))

    with pytest.raises(ConfigError, match="the run's 12 months, got 6"):
        record(start, effort, parameters, key=1, first_month=660, months=12, people=people)
    with pytest.raises(ConfigError, match="from -1 to 0, got 1"):
        record(elsewhere, effort, parameters, key=1, first_month=660, months=6, people=people)


def test_nobody_can_be_recorded(start: State, parameters: Parameters) -> None:
    none = start.some_accounts(0, 0)

    recording, after = record(none, np.zeros(0), parameters, key=1, first_month=660, months=6)

    assert recording.revenue.shape == (0, 6)
    assert after.accounts == 0
