"""Which roles are missing, and who could open the door."""

from __future__ import annotations

import pandas as pd

from kamsim.measures import role_coverage


def _by_role(people: pd.DataFrame) -> pd.DataFrame:
    return role_coverage(people, ["a"]).set_index("decision_role")


def test_states(make_people) -> None:
    people = make_people(
        {"buyer": None, "user": "buyer", "gone": "buyer"},
        decision_role={"buyer": "economic_buyer", "gone": "procurement"},
        engaged={"user": True, "gone": True},
        champion={"user": True},
        left_on={"gone": "2025-01-01"},
    )

    roles = _by_role(people)

    assert roles["state"].to_dict() == {
        "economic_buyer": "known", "technical_influencer": "unknown", "end_user": "engaged",
        "procurement": "unknown",
    }  # fmt: skip
    assert roles.loc["end_user", ["people", "engaged", "champions"]].tolist() == [1, 1, 1]


def test_the_highest_is_approached_through_whoever_stands_next(make_people) -> None:
    roles = {"low": "procurement", "high": "procurement", "peer": "end_user", "top": "economic_buyer"}
    people = make_people(
        {"top": None, "high": "top", "low": "high", "peer": "top"},
        decision_role=roles,
        engaged={"peer": True},
    )

    found = _by_role(people)

    assert found.loc["procurement", ["person", "through"]].tolist() == ["high, T", "peer, T"]
    assert found.loc["economic_buyer", ["person", "through"]].tolist() == ["top, T", "peer, T"]


def test_nobody_near_is_nobody(make_people) -> None:
    people = make_people(
        {"top": None, "high": "top", "low": "high", "far": "low"},
        decision_role={"top": "economic_buyer", "high": "procurement", "low": "technical_influencer"},
        engaged={"far": True},
    )

    assert _by_role(people)["through"].isna().to_dict()["economic_buyer"]
    assert _by_role(people).loc["technical_influencer", "through"] == "far, T"


def test_a_circle_of_superiors_ends(make_people) -> None:
    assert len(_by_role(make_people({"x": "y", "y": "x"}))) == 4


def test_accounts_without_people_are_left_out(make_people) -> None:
    assert role_coverage(make_people({"x": None}), ["b"]).empty
    assert role_coverage(None, ["a"]).empty
