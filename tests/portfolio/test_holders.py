"""Who held the posts: each departure and each start of the path, and names that follow from the post."""

from __future__ import annotations

import numpy as np

from kamsim.config import Scenario
from kamsim.dynamics import PeoplePath, Team, compile_parameters, play_people
from kamsim.dynamics.state import FULL_TENURE
from kamsim.portfolio.holders import post_holders
from kamsim.portfolio.recorded import RecordedBlock


def test_each_departure_lies_one_vacancy_before_the_change(busy_block: RecordedBlock) -> None:
    holders = busy_block.holders
    left = {(r, int(t) + busy_block.first_month) for r, t in np.argwhere(busy_block.people.left)}
    handed = holders.handed_over >= busy_block.first_month
    assert {
        (int(p), int(m)) for p, m in zip(holders.post[handed], holders.handed_over[handed], strict=True)
    } == left
    assert (holders.handed_over[holders.first[:-1]] == -1).all()


def test_first_holders_started_as_their_tenure_says(busy_block: RecordedBlock) -> None:
    path, first = busy_block.people, busy_block.first_month
    holders = busy_block.holders
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
    complete = post_holders(ids, whole, 600, busy)
    known = {(int(p), int(s)) for p, s in zip(complete.post, complete.since, strict=True)}
    assert (complete.since[complete.first[:-1]] == 599 - before).all()
    for cut in range(1, 20):
        some = post_holders(ids, whole.some_months(cut, 40), 600 + cut, busy)
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
    holders = post_holders(ids, path, 600, at_once)
    assert np.diff(holders.first).sum() - 40 == path.left.sum()
    month = {(int(r), 600 + int(t)) for r, t in np.argwhere(path.left)}
    later = holders.handed_over >= 0
    assert {(int(p), int(m)) for p, m in zip(holders.post[later], holders.since[later], strict=True)} == month
    lost_at_once = path.left[:, 0]
    assert lost_at_once.any()
    assert (holders.since[holders.first[:-1]][lost_at_once] == 600 - FULL_TENURE).all()


def test_names_follow_from_the_post_alone(busy_block: RecordedBlock, busy: Scenario) -> None:
    path = busy_block.people
    holders = busy_block.holders
    fewer = PeoplePath(**{name: values[5:15] for name, values in vars(path).items()})
    some = post_holders(busy_block.posts.rep_ids[5:15], fewer, busy_block.first_month, busy)
    start = holders.first[5]
    assert some.name.to_pylist() == holders.name.to_pylist()[start : start + some.since.size]
    assert len(set(holders.name.to_pylist())) > 0.9 * holders.since.size
