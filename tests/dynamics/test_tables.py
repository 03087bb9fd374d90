"""The state as tables: nothing is lost, so a run goes on from them as if it had never stopped."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pytest

from kamsim.bundle import read_table, write_stage
from kamsim.config import Scenario
from kamsim.dynamics import (
    State,
    StateTables,
    Team,
    compile_parameters,
    play,
    state_from_tables,
    state_to_tables,
)
from kamsim.errors import ConfigError, SchemaError
from kamsim.schemas import DEALS, PEOPLE, SEGMENTS, TRUTH, check

from .outcomes import Precision, kernel_state, plan_of, run_of
from .worlds import World, random_world

NUMBERS = range(4200, 4224)
PRECISIONS = pytest.mark.parametrize("precision", ["float32", "float64"])


def assert_same_state(one: State, other: State) -> None:
    for field in fields(State):
        found, expected = getattr(one, field.name), getattr(other, field.name)
        np.testing.assert_array_equal(found, expected, err_msg=field.name)


def accounts_of(state: State) -> pd.DataFrame:
    segment = pd.Series([SEGMENTS[code] for code in state.segment], dtype="str")
    return pd.DataFrame({"account_id": pd.Series(state.account_ids, dtype="str"), "segment": segment})


def with_outlook(truth: pd.DataFrame) -> pd.DataFrame:
    return truth.assign(potential_36m_eur=0.0, churn_probability_12m=0.0)


@pytest.fixture
def staffed(start: State) -> State:
    """Three AEs, one of whom has left, and accounts of each of them and of nobody."""
    owner = np.arange(start.accounts)[:, None] % 4 - 1
    return replace(start, owner=owner, tenure=np.array([[7], [0], [90]]), vacancy=np.array([[0], [2], [0]]))


TEAM = Team(["R2", "R3", "R1"], np.array([90.0, 80.0, 70.0]))


def test_tables_hold_the_whole_state(start: State) -> None:
    truth, deals, people = state_to_tables(start)

    back = state_from_tables(accounts_of(start), truth, deals)

    assert_same_state(back, start)
    check(with_outlook(truth), TRUTH)
    check(deals, DEALS)
    check(people, PEOPLE)
    assert len(deals) > 0
    assert len(people) == 0


def test_tables_hold_owners_and_posts(staffed: State) -> None:
    tables = state_to_tables(staffed, TEAM.rep_ids)

    back = state_from_tables(accounts_of(staffed), *tables, team=TEAM)

    assert_same_state(back, staffed)
    check(with_outlook(tables.truth), TRUTH)
    assert check(tables.people, PEOPLE)["rep_id"].tolist() == ["R1", "R2", "R3"]
    assert tables.truth["owner_id"].isna().sum() == 3


def test_without_a_team_the_posts_are_numbered_by_id(staffed: State) -> None:
    back = state_from_tables(accounts_of(staffed), *state_to_tables(staffed, TEAM.rep_ids))

    assert back.tenure[:, 0].tolist() == [90, 7, 0]
    assert back.owner[:4, 0].tolist() == [-1, 1, 2, 0]


def test_without_people_nobody_owns_an_account(staffed: State) -> None:
    truth, deals, _ = state_to_tables(staffed, TEAM.rep_ids)

    back = state_from_tables(accounts_of(staffed), truth, deals)

    assert (back.owner == -1).all()
    assert back.tenure.shape == (0, 1)


def test_a_team_may_have_new_people(staffed: State) -> None:
    bigger = Team(["R0", *TEAM.rep_ids], np.full(4, 90.0))

    back = state_from_tables(accounts_of(staffed), *state_to_tables(staffed, TEAM.rep_ids), team=bigger)

    assert back.tenure[:, 0].tolist() == [60, 7, 0, 90]
    np.testing.assert_array_equal(back.owner, np.where(staffed.owner < 0, -1, staffed.owner + 1))


def test_the_order_of_rows_does_not_matter(staffed: State) -> None:
    tables = state_to_tables(staffed, TEAM.rep_ids)

    turned = (table.iloc[::-1] for table in (accounts_of(staffed), *tables))

    assert_same_state(state_from_tables(*turned, team=TEAM), staffed)


def test_a_state_without_deals(start: State) -> None:
    truth, deals, _ = state_to_tables(start)

    assert (state_from_tables(accounts_of(start), truth, deals.iloc[:0]).amount == 0).all()


def test_who_is_not_named_is_refused(staffed: State) -> None:
    tables = state_to_tables(staffed, TEAM.rep_ids)
    two = Team(["R1", "R2"], np.full(2, 90.0))

    with pytest.raises(ConfigError, match="name the 3 AEs of the state, got 2"):
        state_to_tables(staffed, ["R1", "R2"])
    with pytest.raises(SchemaError, match="owner_id must be an AE of the team, got 'R3'"):
        state_from_tables(accounts_of(staffed), *tables, team=two)
    with pytest.raises(SchemaError, match="rep_id must be an AE of the team, got 'R3'"):
        state_from_tables(accounts_of(staffed), tables.truth.assign(owner_id="R1"), *tables[1:], team=two)


def play_span(world: World, state: State, skip: int, months: int, precision: Precision) -> State:
    run = run_of(world) | {"first_month": world.first_month + skip, "months": months}
    return play(state, plan_of(world), compile_parameters(world.settings), precision=precision, **run)[1]


def interrupted(world: World, precision: Precision) -> tuple[State, StateTables, State]:
    """The end of 36 months, the tables after 24, and the state that the tables must give."""
    start = kernel_state(world)
    between = play_span(world, start, 0, 24, precision)
    rep_ids = world.executives if world.features["team"] else None
    if rep_ids is None:
        between = replace(between, owner=np.full_like(between.owner, -1))
    return play_span(world, start, 0, 36, precision), state_to_tables(between, rep_ids), between


def restored(world: World, state: State, tables: StateTables) -> State:
    team = Team(world.executives, world.capacity) if world.features["team"] else None
    return state_from_tables(accounts_of(state), *tables, team=team)


@PRECISIONS
@pytest.mark.parametrize("number", NUMBERS)
def test_36_months_are_24_and_12_from_the_tables(number: int, precision: Precision) -> None:
    """With team, pools and rules wherever the world has them."""
    world = random_world(number, lanes=1)
    end, tables, between = interrupted(world, precision)

    back = restored(world, between, tables)

    assert_same_state(back, between)
    assert_same_state(play_span(world, back, 24, 12, precision), end)


def test_these_worlds_have_people_who_come_and_go() -> None:
    """Else the test above would prove nothing of owners and posts."""
    worlds = [random_world(number, lanes=1) for number in NUMBERS]
    staffed = [world for world in worlds if world.features["team"]]
    people = [interrupted(world, "float64")[1].people for world in staffed]

    assert len(staffed) > 8
    assert sum((table["vacancy_months"] > 0).sum() for table in people) > 3
    assert any(world.features["rebalancing"] and world.features["dynamic_books"] for world in staffed)


@pytest.mark.parametrize("file_format", ["parquet", "csv"])
def test_36_months_are_24_and_12_from_files(
    tmp_path: Path, scenario: Scenario, file_format: Literal["parquet", "csv"]
) -> None:
    number = next(n for n in NUMBERS if random_world(n, lanes=1).features["team"])
    world = random_world(number, lanes=1)
    end, tables, between = interrupted(world, "float64")
    written = {"truth": with_outlook(tables.truth), "deals": tables.deals, "people": tables.people}

    write_stage(tmp_path, "portfolio", written, scenario, file_format=file_format)
    read = StateTables(*(read_table(tmp_path, "portfolio", name) for name in written))
    back = restored(world, between, read)

    assert_same_state(back, between)
    assert_same_state(play_span(world, back, 24, 12, "float64"), end)
