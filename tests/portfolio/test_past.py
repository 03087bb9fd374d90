from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.dynamics import State, Tape
from kamsim.portfolio.accounts import draw_accounts
from kamsim.portfolio.past import (
    SharedPast,
    blocks_of,
    month_number,
    record_block,
    share_past,
    start_block,
)
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.portfolio.team import draw_team, take_census


def assert_same_state(one: State, other: State) -> None:
    for field in fields(State):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name), field.name)


def _recorded(shared: SharedPast, first: int = 0, last: int = 500) -> RecordedBlock:
    return record_block(shared, start_block(shared, first, last))


def test_months_are_counted_from_1970() -> None:
    assert [month_number(pd.Timestamp(d)) for d in ("1970-01-01", "1970-12-31", "2026-03-15")] == [0, 11, 674]


def test_blocks_cover_all_accounts_once() -> None:
    assert list(blocks_of(10, 4)) == [(0, 4), (4, 8), (8, 10)]


def test_a_block_made_alone_is_the_same_to_the_bit(
    block: RecordedBlock, part_of_block: RecordedBlock
) -> None:
    for name, values in vars(part_of_block.recording).items():
        np.testing.assert_array_equal(values, getattr(block.recording, name)[200:300], name)
    assert_same_state(part_of_block.closing, block.closing.some_accounts(200, 300))
    assert_same_state(part_of_block.opening, block.opening.some_accounts(200, 300))


def test_whole_blocks_start_as_those_made_alone(recorded_scenario: Scenario, shared_past: SharedPast) -> None:
    shared = share_past(recorded_scenario, shared_past.team, 300)
    for start, ends in zip(shared.starts, ((0, 300), (300, 500)), strict=True):
        alone = start_block(shared, *ends)
        assert_same_state(start.state, alone.state)
        np.testing.assert_array_equal(start.propensity, alone.propensity)
        pd.testing.assert_frame_equal(start.facts, alone.facts, check_exact=True)
        pd.testing.assert_frame_equal(start.uniforms, alone.uniforms, check_exact=True)


def test_a_tape_that_is_written_over_leaves_nothing_behind(shared_past: SharedPast) -> None:
    used = Tape.blank(100, 36)
    one, two = (start_block(shared_past, first, first + 100) for first in (0, 200))
    record_block(shared_past, one, used)
    over = record_block(shared_past, two, used)
    fresh = record_block(shared_past, two)
    other_size = record_block(shared_past, start_block(shared_past, 0, 99), used)

    assert np.shares_memory(over.recording.revenue, used.recording.revenue)
    assert not np.shares_memory(other_size.recording.revenue, used.recording.revenue)
    for name, values in vars(fresh.recording).items():
        np.testing.assert_array_equal(getattr(over.recording, name), values, name)


def test_the_recording_ends_where_the_state_stands(block: RecordedBlock) -> None:
    np.testing.assert_array_equal(block.recording.revenue[:, -1], block.closing.revenue[:, 0])
    np.testing.assert_array_equal(block.recording.passed[:, -1], block.closing.milestones_passed[:, 0])
    np.testing.assert_array_equal(block.people.tenure[:, -1], block.closing.tenure[:, 0])


def test_the_burn_in_fills_the_pipeline_and_moves_no_revenue(
    block: RecordedBlock, recorded_scenario: Scenario
) -> None:
    drawn = draw_accounts(recorded_scenario).state
    np.testing.assert_array_equal(block.opening.revenue, drawn.revenue)
    assert (drawn.milestones_passed < 0).all()
    assert (block.opening.milestones_passed >= 0).sum() > 30
    cold = recorded_scenario.override({"portfolio.burn_in_months": 0})
    team = draw_team(take_census(cold), cold)
    empty = _recorded(share_past(cold, team, 500))
    assert_same_state(empty.opening, replace(drawn, owner=empty.opening.owner))


def test_an_added_account_changes_nobody_but_its_book(recorded_scenario: Scenario) -> None:
    """The same team, pools that are never short: who shares no owner with the newcomer keeps every bit."""
    less = recorded_scenario.override({"portfolio.historical_habit": "equal"})
    more = less.override({"portfolio.accounts": 501})
    team = draw_team(take_census(less), less)
    team["capacity_hours"] = team["capacity_hours"].where(team["role"] == "AE", 1e6)
    one, two = (_recorded(share_past(s, team, 501), 0, 500) for s in (less, more))
    newcomer = _recorded(share_past(more, team, 501), 500, 501)
    elsewhere = one.owner != newcomer.owner[0]

    pd.testing.assert_frame_equal(one.facts, two.facts, check_exact=True)
    np.testing.assert_array_equal(one.owner, two.owner)
    assert 0 < elsewhere.sum() < 500
    for name, values in vars(one.recording).items():
        np.testing.assert_array_equal(values[elsewhere], getattr(two.recording, name)[elsewhere], name)
    assert not np.array_equal(one.recording.hours[~elsewhere], two.recording.hours[~elsewhere])


def test_drift_raises_churn_towards_the_cut_off_and_ends_with_the_present(
    shared_past: SharedPast, recorded_scenario: Scenario, block: RecordedBlock
) -> None:
    drifting = recorded_scenario.override({"portfolio.drift": 0.4})
    drifted = _recorded(share_past(drifting, shared_past.team, 500))

    np.testing.assert_array_equal(drifted.closing.propensity, block.closing.propensity)
    customers = (drifted.recording.churn_hazard[:, 0] > 0) & (block.recording.churn_hazard[:, 0] > 0)
    ratio = drifted.recording.churn_hazard[customers, 0] / block.recording.churn_hazard[customers, 0]
    # The first year lies two and a half years before the cut-off; relationships hardly differ yet.
    assert np.median(ratio) == pytest.approx(1.4**-2.5, rel=0.02)


def test_people_leave_and_their_accounts_change_hands(block: RecordedBlock) -> None:
    owner_left = (block.recording.happened & 32) > 0
    arrived = block.closing.arrival[:, None] <= block.first_month + np.arange(36)
    expected = block.people.left[block.owner] & arrived

    assert expected.any()
    np.testing.assert_array_equal(owner_left, expected)
