"""EVENTS: a row for every bit of the recording and the other way round, dates, and whom they concern."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.portfolio.events import event_table
from kamsim.portfolio.happenings import BITS, LEAVER
from kamsim.portfolio.past import SharedPast, record_block, start_block
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.portfolio.stakeholders import stakeholder_tables
from kamsim.schemas import EVENT_KINDS, EVENTS, check


@pytest.fixture(scope="module")
def people(busy_block: RecordedBlock, busy: Scenario) -> pd.DataFrame:
    return stakeholder_tables(busy_block, busy)[0]


@pytest.fixture(scope="module")
def events(busy_block: RecordedBlock, people: pd.DataFrame, busy: Scenario) -> pd.DataFrame:
    return event_table(busy_block, people, busy)


def cells(table: pd.DataFrame, kind: str) -> set[tuple[str, str]]:
    """Name account and month of each event of a kind."""
    rows = table[table["kind"] == kind]
    pairs = list(zip(rows["account_id"], rows["happened_on"].dt.strftime("%Y-%m"), strict=True))
    assert len(set(pairs)) == len(pairs)
    return set(pairs)


def recorded(block: RecordedBlock, bit: int) -> set[tuple[str, str]]:
    """Name account and month where a bit of the recording is set."""
    account, month = np.nonzero(block.recording.happened & bit)
    dates = (month + block.first_month).astype("datetime64[M]").astype(str)
    return set(zip(block.account_ids[account].tolist(), dates.tolist(), strict=True))


def test_the_table_keeps_its_contract_and_comes_sorted(events: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(check(events, EVENTS), events)
    assert set(events["kind"]) == set(EVENT_KINDS)


def test_every_bit_has_its_row_and_every_row_its_bit(events: pd.DataFrame, busy_block: RecordedBlock) -> None:
    for kind, bit in BITS.items():
        assert cells(events, EVENT_KINDS[kind]) == recorded(busy_block, bit) != set()
    assert cells(events, "stakeholder_left") == cells(events, "appointment")
    assert {*BITS, LEAVER} == set(range(len(EVENT_KINDS)))


def test_events_on_people_agree_with_the_organisation_chart(
    events: pd.DataFrame, people: pd.DataFrame
) -> None:
    persons = people.set_index("stakeholder_id")
    for kinds, date in ((("stakeholder_left", "sponsor_left"), "left_on"), (("appointment",), "joined_on")):
        rows = events[events["kind"].isin(kinds)]
        who = persons.loc[rows["stakeholder_id"]]
        assert (who[date].to_numpy() == rows["happened_on"].to_numpy()).all()
        assert (who["account_id"].to_numpy() == rows["account_id"].to_numpy()).all()
    # Everybody who left has exactly one event that says so.
    leavers = events.loc[events["kind"].isin(["stakeholder_left", "sponsor_left"]), "stakeholder_id"]
    assert leavers.is_unique
    assert set(leavers) == set(people.loc[people["left_on"].notna(), "stakeholder_id"])
    others = ~events["kind"].isin(["stakeholder_left", "sponsor_left", "appointment"])
    assert events.loc[others, "stakeholder_id"].isna().all()


def test_ids_count_in_order_of_time(events: pd.DataFrame) -> None:
    number = events["event_id"].str[-3:].astype(int)
    assert (number == events.groupby("account_id").cumcount() + 1).all()
    assert events.groupby("account_id")["happened_on"].apply(lambda d: d.is_monotonic_increasing).all()


def test_changes_stay_unseen_for_the_blind_months(events: pd.DataFrame, busy: Scenario) -> None:
    cutoff, blind = pd.Timestamp(busy.portfolio.cutoff), busy.dynamics.organisation.blind_months
    at_once = events["kind"].isin(["sponsor_left", "hand_over"])
    assert (events.loc[at_once, "seen_on"] == events.loc[at_once, "happened_on"]).all()
    later = events[~at_once]
    due = later["happened_on"] + pd.DateOffset(months=blind)
    expected = due.where(due < cutoff).astype("datetime64[us]")
    pd.testing.assert_series_equal(later["seen_on"], expected, check_names=False)
    assert later["seen_on"].isna().any()
    assert later["seen_on"].notna().any()


def test_an_alert_shows_changes_at_once(
    busy_block: RecordedBlock, people: pd.DataFrame, busy: Scenario, events: pd.DataFrame
) -> None:
    alerts = np.arange(busy_block.closing.accounts) % 2 == 0
    watched = event_table(busy_block, people, busy, alerts)
    is_watched = events["account_id"].isin(busy_block.account_ids[alerts])
    assert (watched.loc[is_watched, "seen_on"] == watched.loc[is_watched, "happened_on"]).all()
    pd.testing.assert_frame_equal(watched[~is_watched], events[~is_watched])


def test_a_representative_leaves_all_accounts_on_one_day(
    events: pd.DataFrame, busy_block: RecordedBlock
) -> None:
    left = events[events["kind"] == "hand_over"]
    owner = dict(zip(busy_block.account_ids, busy_block.owner, strict=True))
    days = left.groupby([left["account_id"].map(owner), left["happened_on"].dt.to_period("M")])["happened_on"]
    assert (days.min() == days.max()).all()
    assert days.size().max() > 1
    assert left["happened_on"].dt.day.nunique() > 3


def test_days_spread_over_the_month_and_two_changes_never_share_one(events: pd.DataFrame) -> None:
    assert events["happened_on"].dt.day.between(1, 28).all()
    assert events["happened_on"].dt.day.nunique() > 20
    moving = events[events["kind"].isin(["appointment", "sponsor_left", "merger"])]
    assert not moving.duplicated(["account_id", "happened_on"]).any()


def test_blocks_and_row_order_do_not_matter(
    busy_past: SharedPast,
    busy: Scenario,
    events: pd.DataFrame,
    busy_block: RecordedBlock,
    people: pd.DataFrame,
) -> None:
    parts = []
    for ends in ((0, 77), (77, 400)):
        block = record_block(busy_past, start_block(busy_past, *ends))
        parts.append(event_table(block, stakeholder_tables(block, busy)[0], busy))
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), events)
    shuffled = people.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(event_table(busy_block, shuffled, busy), events)


def test_nothing_happened_gives_an_empty_table(busy_block: RecordedBlock, busy: Scenario) -> None:
    quiet = replace(
        busy_block,
        recording=replace(busy_block.recording, happened=np.zeros_like(busy_block.recording.happened)),
    )
    people, _ = stakeholder_tables(quiet, busy)
    assert people["left_on"].isna().all()
    table = event_table(quiet, people, busy)
    assert table.empty
    check(table, EVENTS)
