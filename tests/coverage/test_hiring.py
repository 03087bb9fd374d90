from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.coverage import plan_hiring, with_one_more_ae
from kamsim.coverage.hiring import NEWCOMER
from kamsim.dynamics_settings import PeopleSettings
from kamsim.errors import ConfigError
from kamsim.schemas import BOOK, TEAM

CUTOFF = pd.Timestamp("2026-01-01")
MakeFrame = Callable[..., pd.DataFrame]


def rules(**changes: Any) -> PeopleSettings:
    given = {"attrition_rate": 0.0, "vacancy_months": 2, "ramp_start": 0.2, "ramp_months": 5.0, **changes}
    return Scenario.load("base", {f"dynamics.people.{k}": v for k, v in given.items()}).dynamics.people


def team_of(make_frame: MakeFrame, people: int, role: str = "AE", joined_on: Any = pd.NaT) -> pd.DataFrame:
    ids = [f"{role}{i:03}" for i in range(people)]
    return make_frame(TEAM, rep_id=ids, role=[role] * people, joined_on=[joined_on] * people)


def test_a_full_team_without_attrition_hires_nobody(make_frame: MakeFrame) -> None:
    plan = plan_hiring({"AE": 4}, team_of(make_frame, 4), rules(), cutoff=CUTOFF)

    assert plan["opened"].sum() == 0
    assert (plan["effective"] == 4).all()
    assert (plan["short"] == 0).all()


def test_people_left_are_those_there_and_come_less_those_gone(make_frame: MakeFrame) -> None:
    plan = plan_hiring({"AE": 12}, team_of(make_frame, 10), rules(attrition_rate=0.02), cutoff=CUTOFF)
    before = plan["people"].shift(fill_value=10.0)
    assert plan["people"].tolist() == pytest.approx((before + plan["arrivals"] - plan["leavers"]).tolist())


def test_attrition_alone_is_geometric(make_frame: MakeFrame) -> None:
    plan = plan_hiring({"AE": 0}, team_of(make_frame, 10), rules(attrition_rate=0.03), cutoff=CUTOFF)
    assert plan["people"].tolist() == pytest.approx([10 * 0.97 ** (3 * q - 1) for q in plan["quarter"]])
    assert plan["arrivals"].sum() == 0, "a surplus is not refilled"


def test_the_need_is_met_from_the_first_month_that_a_hire_can_be_at_full_speed(make_frame: MakeFrame) -> None:
    """Two months to fill the post and five to ramp: from month 7 on, so in every quarter from the third."""
    settings = rules(attrition_rate=0.02)
    plan = plan_hiring({"AE": 20}, team_of(make_frame, 14), settings, cutoff=CUTOFF, quarters=12)

    assert (plan.loc[plan["quarter"] >= 3, "short"] == 0).all()
    assert (plan.loc[plan["quarter"] < 3, "short"] > 0).all()
    # No more than one person of rounding, and those who replace the losses of a ramp ahead of time.
    assert plan["people"].max() < 20 + 1 + 5 * 0.02 * 23
    assert (plan["opened"] % 1 == 0).all()


def test_a_rise_of_the_need_is_hired_for_ahead(make_frame: MakeFrame) -> None:
    need = [4, 4, 4, 4, 6, 6, 6, 6]
    plan = plan_hiring({"AE": need}, team_of(make_frame, 4), rules(), cutoff=CUTOFF).set_index("quarter")

    assert (plan["short"] == 0).all()
    # At full speed in month 12: there in month 7, opened in month 5.
    assert plan["opened"].tolist() == [0, 2, 0, 0, 0, 0, 0, 0]
    assert plan["arrivals"].tolist() == [0, 0, 2, 0, 0, 0, 0, 0]


def test_a_newcomer_counts_for_less_until_ramped(make_frame: MakeFrame) -> None:
    new = team_of(make_frame, 1, joined_on=CUTOFF)
    plan = plan_hiring({"AE": 1}, new, rules(), cutoff=CUTOFF, quarters=2)
    assert plan["effective"].tolist() == pytest.approx([0.2 + 0.8 * 2 / 5, 1.0])
    assert plan["opened"].sum() == 0, "who ramps in time is not hired again"


def test_who_joins_later_is_waited_for(make_frame: MakeFrame) -> None:
    coming = team_of(make_frame, 1, joined_on=pd.Timestamp("2026-05-01"))
    plan = plan_hiring({"AE": 1}, coming, rules(vacancy_months=6), cutoff=CUTOFF, quarters=4)
    assert plan["people"].tolist() == [0, 1, 1, 1]
    assert plan["arrivals"].tolist() == [0, 1, 0, 0]
    assert plan["opened"].sum() == 0


def test_roles_are_planned_apart(make_frame: MakeFrame) -> None:
    plan = plan_hiring({"CSM": 1, "AE": 2}, team_of(make_frame, 2), rules(), cutoff=CUTOFF, quarters=2)
    assert plan["role"].tolist() == ["AE", "CSM"] * 2
    assert plan.groupby("role")["opened"].sum().to_dict() == {"AE": 0, "CSM": 1}


@pytest.mark.parametrize(
    ("needed", "quarters", "words"),
    [
        ({"KAM": 1}, 2, "unknown role 'KAM'"),
        ({"AE": -1}, 2, r"needed\['AE'\] must be numbers >= 0"),
        ({"AE": [1, 2, 3]}, 2, r"needed\['AE'\] must hold 1 or 2 numbers, got 3"),
        ({"AE": 1}, 0, "quarters must be 1 or above, got 0"),
        ({}, 2, "needed must name a role"),
    ],
)
def test_what_cannot_be_planned_is_refused(needed: dict[str, Any], quarters: int, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        plan_hiring(needed, TEAM.empty(), rules(), cutoff=CUTOFF, quarters=quarters)


def test_enough_are_hired_for_those_who_leave_while_they_ramp() -> None:
    """In month 2, the first that a hire can arrive in, 10 / 0.9^3 = 13.7 lack for the month of full speed."""
    settings = rules(attrition_rate=0.1, ramp_start=0.0, ramp_months=3.0)
    plan = plan_hiring({"AE": 10}, TEAM.empty(), settings, cutoff=CUTOFF, quarters=2)

    assert plan["arrivals"].tolist()[0] == 14
    assert plan["short"].tolist() == [10.0, 0.0]


def test_a_small_role_is_not_doubled_for_the_little_that_may_lack(make_frame: MakeFrame) -> None:
    team, settings = team_of(make_frame, 1), rules(attrition_rate=0.01)
    strict, lenient = (
        plan_hiring({"AE": 1}, team, settings, cutoff=CUTOFF, quarters=4, tolerated=tolerated)
        for tolerated in (0.0, 0.3)
    )
    assert strict["opened"].sum() == 1
    assert lenient["opened"].sum() == 0
    assert 0 < lenient["short"].max() <= 0.3


def test_part_timers_count_as_their_share(make_frame: MakeFrame) -> None:
    ids = [f"AE{i}" for i in range(4)]
    team = make_frame(TEAM, rep_id=ids, role=["AE"] * 4, capacity_hours=[65.0, 65.0, 32.5, 0.0])
    coverage = Scenario.load("base").coverage
    plan = plan_hiring({"AE": 2.5}, team, rules(), cutoff=CUTOFF, coverage=coverage)

    assert plan["opened"].sum() == 0
    assert (plan["people"] == 2.5).all()
    heads = plan_hiring({"AE": 2.5}, team, rules(), cutoff=CUTOFF)
    assert (heads["people"] == 4).all()


def test_one_more_ae_is_like_the_one_of_the_fullest_book(make_frame: MakeFrame) -> None:
    team = make_frame(
        TEAM, rep_id=["AE1", "AE2", "SE1"], role=["AE", "AE", "SE"], city=["Lyon", "Nice", "Metz"]
    )
    book = make_frame(BOOK, account_id=["a", "b"], owner_id=["AE1", "AE2"], workload_hours=[1.0, 9.0])

    grown = with_one_more_ae(team, book).set_index("rep_id")

    assert grown.loc[NEWCOMER, "city"] == "Nice"
    assert grown.drop(index=NEWCOMER).reset_index().equals(team)
    with pytest.raises(ConfigError, match="the team holds no AE"):
        with_one_more_ae(team[team["role"] == "SE"], book)
