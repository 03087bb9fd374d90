"""OWNERSHIP: periods tile the time, change with the people of the team, and agree with TEAM."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.dynamics import PeoplePath, Team, compile_parameters, play_people
from kamsim.dynamics.state import FULL_TENURE
from kamsim.portfolio.ownership import owner_since, ownership_table, post_holders
from kamsim.portfolio.past import SharedPast, record_block
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.schemas import OWNERSHIP, TEAM, check


@pytest.fixture(scope="module")
def owned(busy_block: RecordedBlock, busy: Scenario) -> pd.DataFrame:
    return ownership_table(busy_block, busy)


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


def test_each_departure_lies_one_vacancy_before_the_change(
    owned: pd.DataFrame, busy_block: RecordedBlock, busy: Scenario
) -> None:
    holders = post_holders(busy_block.team, busy_block.people, busy_block.first_month, busy)
    left = {(r, int(t) + busy_block.first_month) for r, t in np.argwhere(busy_block.people.left)}
    handed = holders.handed_over >= busy_block.first_month
    assert {
        (int(p), int(m)) for p, m in zip(holders.post[handed], holders.handed_over[handed], strict=True)
    } == left
    assert (holders.handed_over[holders.first[:-1]] == -1).all()


def test_first_holders_started_as_their_tenure_says(busy_block: RecordedBlock, busy: Scenario) -> None:
    path, first = busy_block.people, busy_block.first_month
    holders = post_holders(busy_block.team, path, first, busy)
    since = holders.since[holders.first[:-1]]
    there = path.vacancy[:, 0] == 0
    assert (since[there] == first - path.tenure[there, 0]).all()
    assert there.any()


def test_a_post_that_is_vacant_when_history_begins_knows_who_left_and_when(scenario: Scenario) -> None:
    """Play 40 months, cut at each of the first 20, and find the same holders."""
    busy = scenario.override({"dynamics.people.attrition_rate": 0.1, "dynamics.people.vacancy_months": 3})
    ids = [f"R{number}" for number in range(30)]
    before = np.arange(30)
    whole = play_people(
        Team(ids, np.full(30, 90.0)), compile_parameters(busy.dynamics), key=3, first_month=600, months=40,
        tenure=before,
    )  # fmt: skip
    team = pd.DataFrame({"rep_id": ids})
    complete = post_holders(team, whole, 600, busy)
    known = {(int(p), int(s)) for p, s in zip(complete.post, complete.since, strict=True)}
    assert (complete.since[complete.first[:-1]] == 599 - before).all()
    for cut in range(1, 20):
        some = post_holders(team, whole.some_months(cut, 40), 600 + cut, busy)
        found = {(int(p), int(s)) for p, s in zip(some.post, some.since, strict=True)}
        assert found <= known
        # All but those whose successor had started by then.
        until = {
            (int(p), int(s)): int(u)
            for p, s, u in zip(complete.post, complete.since, complete.until, strict=True)
        }
        assert found == {who for who in known if until[who] > 600 + cut}


def test_without_vacancies_the_successor_starts_in_the_month_of_the_departure(scenario: Scenario) -> None:
    at_once = scenario.override({"dynamics.people.attrition_rate": 0.2, "dynamics.people.vacancy_months": 0})
    ids = [f"R{number}" for number in range(40)]
    path = play_people(
        Team(ids, np.full(40, 90.0)), compile_parameters(at_once.dynamics), key=3, first_month=600, months=12
    )
    holders = post_holders(pd.DataFrame({"rep_id": ids}), path, 600, at_once)
    assert np.diff(holders.first).sum() - 40 == path.left.sum()
    month = {(int(r), 600 + int(t)) for r, t in np.argwhere(path.left)}
    later = holders.handed_over >= 0
    assert {(int(p), int(m)) for p, m in zip(holders.post[later], holders.since[later], strict=True)} == month
    lost_at_once = path.left[:, 0]
    assert lost_at_once.any()
    assert (holders.since[holders.first[:-1]][lost_at_once] == 600 - FULL_TENURE).all()


def test_team_names_the_present_holder_and_who_is_to_come(
    owned: pd.DataFrame, busy_block: RecordedBlock, busy: Scenario
) -> None:
    holders = post_holders(busy_block.team, busy_block.people, busy_block.first_month, busy)
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


def test_names_follow_from_the_post_alone(busy_block: RecordedBlock, busy: Scenario) -> None:
    path = busy_block.people
    holders = post_holders(busy_block.team, path, busy_block.first_month, busy)
    fewer = PeoplePath(**{name: values[5:15] for name, values in vars(path).items()})
    some = post_holders(busy_block.team.iloc[5:15], fewer, busy_block.first_month, busy)
    start = holders.first[5]
    assert some.name.to_pylist() == holders.name.to_pylist()[start : start + some.since.size]
    assert len(set(holders.name.to_pylist())) > 0.9 * holders.since.size


def test_quality_is_that_of_the_month_of_the_departure(
    distinct_quality: RecordedBlock, busy: Scenario
) -> None:
    block, gap = distinct_quality, busy.dynamics.people.vacancy_months
    table = ownership_table(block, busy)
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
    owned: pd.DataFrame, busy_block: RecordedBlock, busy: Scenario
) -> None:
    since = owner_since(busy_block, busy)
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


def test_an_account_that_nobody_owns_has_no_owner(
    busy_block: RecordedBlock, busy: Scenario, owned: pd.DataFrame
) -> None:
    owner = busy_block.owner.copy()
    owner[[0, 5]] = -1
    block = replace(busy_block, owner=owner)
    left_out = busy_block.account_ids[[0, 5]]
    rest = owned[~owned["account_id"].isin(left_out)].reset_index(drop=True)
    pd.testing.assert_frame_equal(ownership_table(block, busy), rest)
    assert np.flatnonzero(np.isnat(owner_since(block, busy))).tolist() == [0, 5]


def test_blocks_of_any_size_give_the_same_rows(
    busy_past: SharedPast, busy: Scenario, owned: pd.DataFrame
) -> None:
    parts = [ownership_table(record_block(busy_past, *ends), busy) for ends in ((0, 33), (33, 400))]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), owned)
