"""People played ahead; that their path is the run's own is shown in test_recording."""

from __future__ import annotations

import numpy as np
import pytest

from kamsim.dynamics import Parameters, State, Surroundings, Team, play, play_people
from kamsim.errors import ConfigError

TEAM = Team([f"R{r:02d}" for r in range(40)], np.linspace(40.0, 120.0, 40))
SPAN = {"key": 11, "first_month": 640}


def test_posts_go_the_way_they_go_in_a_run(start: State, effort: np.ndarray, parameters: Parameters) -> None:
    around = Surroundings(team=TEAM)
    for replication in (0, 3):
        _, after = play(
            start, effort, parameters, months=36, surroundings=around, replications=np.array([replication]),
            **SPAN,
        )  # fmt: skip
        people = play_people(TEAM, parameters, months=36, replication=replication, **SPAN)

        np.testing.assert_array_equal(people.tenure[:, -1:], after.tenure)
        np.testing.assert_array_equal(people.vacancy[:, -1:], after.vacancy)
        assert people.left.any()


def test_36_months_are_24_and_12(parameters: Parameters) -> None:
    whole = play_people(TEAM, parameters, months=36, **SPAN)
    first = play_people(TEAM, parameters, months=24, **SPAN)
    second = play_people(
        TEAM, parameters, key=11, first_month=664, months=12,
        tenure=first.tenure[:, -1:], vacancy=first.vacancy[:, -1:],
    )  # fmt: skip

    for name, wanted in vars(whole).items():
        parts = np.concatenate([getattr(first, name), getattr(second, name)], axis=1)
        np.testing.assert_array_equal(parts, wanted, err_msg=name)
        np.testing.assert_array_equal(getattr(whole.some_months(24, 36), name), getattr(second, name))


def test_a_post_does_not_depend_on_the_others(parameters: Parameters) -> None:
    whole = play_people(TEAM, parameters, months=36, **SPAN)
    few = [31, 4]

    some = play_people(
        Team([TEAM.rep_ids[r] for r in few], TEAM.capacity[few]), parameters, months=36, **SPAN
    )

    for name, values in vars(whole).items():
        np.testing.assert_array_equal(getattr(some, name), values[few], err_msg=name)


def test_what_reaches_the_accounts_follows_the_post(parameters: Parameters) -> None:
    """Little while the post is vacant, more as the successor learns, all after the ramp."""
    settings = parameters.settings.people
    people = play_people(TEAM, parameters, months=60, **SPAN)
    vacant = people.vacancy > 0

    np.testing.assert_allclose(people.reach[vacant], settings.vacancy_cover)
    learning = ~vacant & (people.tenure < settings.ramp_months)
    slope = (1 - settings.ramp_start) / settings.ramp_months
    expected = settings.ramp_start + slope * people.tenure[learning]
    np.testing.assert_allclose(people.reach[learning], expected)
    assert (people.reach[~vacant & ~learning] == 1).all()
    assert (people.vacancy[people.left] == settings.vacancy_months).all()
    assert (people.quality == parameters.settings.handover_quality).all()
    assert abs(people.left.mean() - settings.attrition_rate) < 4 * np.sqrt(0.015 / people.left.size)


def test_posts_that_are_not_the_teams_are_refused(parameters: Parameters) -> None:
    with pytest.raises(ConfigError, match="for 40 AEs, got 3"):
        play_people(TEAM, parameters, months=1, tenure=np.zeros(3, np.int64), **SPAN)
    with pytest.raises(ConfigError, match="tenure and vacancy must be >= 0"):
        play_people(TEAM, parameters, months=1, vacancy=np.full(40, -1), **SPAN)
    with pytest.raises(ConfigError, match="months must lie"):
        play_people(TEAM, parameters, months=0, **SPAN)
