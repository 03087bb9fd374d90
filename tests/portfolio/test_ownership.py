"""OWNERSHIP: periods tile the time, change with the people of the team, and agree with TEAM."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.portfolio.ownership import owner_since, ownership_table
from kamsim.portfolio.past import SharedPast, record_block, start_block
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.schemas import OWNERSHIP, TEAM, check


@pytest.fixture(scope="module")
def owned(busy_block: RecordedBlock) -> pd.DataFrame:
    return ownership_table(busy_block)


@pytest.fixture(scope="module")
def distinct_quality(busy_block: RecordedBlock) -> RecordedBlock:
    """The same past, each hand-over with a quality of its own."""
    path = busy_block.people
    reps, months = path.left.shape
    quality = np.arange(reps * months).reshape(reps, months) / (reps * months)
    opening = replace(busy_block.opening, handover_quality=np.full((busy_block.closing.accounts, 1), 0.123))
    return replace(busy_block, people=replace(path, quality=quality), opening=opening)


def month_of(dates: pd.Series) -> np.ndarray:
    return dates.to_numpy().astype("datetime64[M]").astype(np.int64)


def test_the_table_keeps_its_contract_and_comes_sorted(owned: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(check(owned, OWNERSHIP), owned)


def test_periods_tile_the_time_without_gap_or_overlap(
    owned: pd.DataFrame, busy_block: RecordedBlock, busy: Scenario
) -> None:
    assert (owned["account_id"].unique() == busy_block.account_ids).all()
    follows = owned["account_id"] == owned["account_id"].shift(-1)
    assert (owned["until"][follows] == owned["since"].shift(-1)[follows]).all()
    assert owned["until"][~follows].isna().all()
    closed = owned.dropna(subset="until")
    assert (closed["since"] < closed["until"]).all()
    assert owned["since"].max() < pd.Timestamp(busy.portfolio.cutoff)


def test_a_post_owns_an_account_throughout(owned: pd.DataFrame, busy_block: RecordedBlock) -> None:
    reps = busy_block.team["rep_id"].to_numpy()[busy_block.owner]
    expected = dict(zip(busy_block.account_ids, reps, strict=True))
    assert (owned["rep_id"] == owned["account_id"].map(expected)).all()


def test_owners_change_when_a_successor_starts(owned: pd.DataFrame, busy_block: RecordedBlock) -> None:
    """Against a plain reading of the path: month by month, post by post."""
    path, first = busy_block.people, busy_block.first_month
    changes: dict[int, list[int]] = {}
    for post in range(len(path.left)):
        waiting = path.vacancy[post, 0] > 0 or path.left[post, 0]
        starts = []
        for t in range(1, path.months):
            if waiting and path.vacancy[post, t] == 0:
                starts.append(first + t)
            waiting = path.vacancy[post, t] > 0
        changes[post] = starts
    assert sum(map(len, changes.values())) > 20
    later = owned[owned["account_id"] == owned["account_id"].shift()]
    found = later.groupby("account_id")["since"].apply(lambda s: month_of(s).tolist())
    for i, account in enumerate(busy_block.account_ids):
        arrival = busy_block.closing.arrival[i]
        assert found.get(account, []) == [m for m in changes[int(busy_block.owner[i])] if m > arrival]


def test_team_names_the_present_holder_and_who_is_to_come(
    owned: pd.DataFrame, busy_block: RecordedBlock, busy: Scenario
) -> None:
    holders = busy_block.holders
    team = holders.dated(busy_block.team)
    check(team, TEAM)
    reps = len(busy_block.people.left)
    vacant = busy_block.people.vacancy[:, -1] > 0
    cutoff = pd.Timestamp(busy.portfolio.cutoff)
    joined = team["joined_on"].iloc[:reps]
    assert ((joined >= cutoff).to_numpy() == vacant).all()
    assert vacant.any()
    assert (
        month_of(joined)[~vacant]
        == (busy_block.first_month + busy_block.months - 1 - busy_block.people.tenure[:, -1])[~vacant]
    ).all()
    name = dict(zip(team["rep_id"], team["name"], strict=True))
    filled = set(team["rep_id"].iloc[:reps][~vacant])
    now = owned[owned["until"].isna()]
    agrees = now["holder"] == now["rep_id"].map(name)
    assert agrees[now["rep_id"].isin(filled)].all()
    assert not agrees[~now["rep_id"].isin(filled)].all()
    assert (team.iloc[reps:]["name"] == busy_block.team.iloc[reps:]["name"]).all()
    assert team["joined_on"].iloc[reps:].isna().all()


def test_quality_is_that_of_the_month_of_the_departure(
    distinct_quality: RecordedBlock, busy: Scenario
) -> None:
    block, gap = distinct_quality, busy.dynamics.people.vacancy_months
    table = ownership_table(block)
    position = {account: i for i, account in enumerate(block.account_ids)}
    seen = {"first": 0, "recorded": 0, "before": 0, "unknown": 0}
    previous = None
    for row, since in zip(table.itertuples(), month_of(table["since"]), strict=True):
        i, left = position[row.account_id], since - gap
        if row.account_id != previous:
            seen["first"] += 1
            assert np.isnan(row.handover_quality)
        elif left < block.closing.arrival[i]:
            seen["unknown"] += 1
            assert np.isnan(row.handover_quality)
        elif left < block.first_month:
            seen["before"] += 1
            assert row.handover_quality == 0.123
        else:
            seen["recorded"] += 1
            assert row.handover_quality == block.people.quality[block.owner[i], left - block.first_month]
        previous = row.account_id
    assert seen["first"] == block.closing.accounts
    assert min(seen.values()) > 0, seen


def test_owner_since_is_the_last_change_and_at_the_earliest_the_arrival(
    owned: pd.DataFrame, busy_block: RecordedBlock
) -> None:
    since = owner_since(busy_block)
    assert since.dtype == np.dtype("datetime64[us]")
    last = owned.drop_duplicates("account_id", keep="last")
    assert (since == last["since"].to_numpy()).all()
    arrival = busy_block.closing.arrival
    leads = arrival > 0
    assert leads.any()
    assert (month_of(pd.Series(since))[leads] >= arrival[leads]).all()
    first = owned.drop_duplicates("account_id")
    assert (month_of(first["since"])[leads] >= arrival[leads]).all()
    assert (month_of(first["since"])[~leads] < busy_block.first_month + busy_block.months).all()


def test_an_account_that_nobody_owns_has_no_owner(busy_block: RecordedBlock, owned: pd.DataFrame) -> None:
    owner = busy_block.owner.copy()
    owner[[0, 5]] = -1
    block = replace(busy_block, owner=owner)
    left_out = busy_block.account_ids[[0, 5]]
    rest = owned[~owned["account_id"].isin(left_out)].reset_index(drop=True)
    pd.testing.assert_frame_equal(ownership_table(block), rest)
    assert np.flatnonzero(np.isnat(owner_since(block))).tolist() == [0, 5]


def test_blocks_of_any_size_give_the_same_rows(busy_past: SharedPast, owned: pd.DataFrame) -> None:
    parts = [
        ownership_table(record_block(busy_past, start_block(busy_past, *ends)))
        for ends in ((0, 33), (33, 400))
    ]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), owned)
