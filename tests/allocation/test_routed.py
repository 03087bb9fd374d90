from collections.abc import Callable
from typing import Any

import pandas as pd

from kamsim.allocation import allocate
from kamsim.allocation.routed import Routed
from kamsim.config import Scenario

Make = Callable[..., Any]


def test_an_owner_who_is_wanted_keeps_the_account_and_others_lose_it(make_problem: Make) -> None:
    problem = make_problem(
        [4.0, 3.0, 2.0], [20.0] * 3, owner=[0, 0, 2],
        routed=[[True, True, False], [False, True, True], [False, True, True]],
    )  # fmt: skip

    assert Routed().allocate(problem).owner.tolist() == [0, 1, 2]


def test_an_owner_without_room_passes_on_to_somebody_wanted(make_problem: Make) -> None:
    problem = make_problem(
        [8.0, 7.0], [10.0, 30.0, 16.0], owner=[0, 0], routed=[[True, False, True], [True, False, True]]
    )

    assert Routed().allocate(problem).owner.tolist() == [0, 2]


def test_rules_fill_a_book_beyond_its_room(make_problem: Make) -> None:
    problem = make_problem([8.0, 7.0], [10.0, 30.0], routed=[[True, False], [True, False]])

    assert Routed().allocate(problem).owner.tolist() == [0, 0]


def test_the_rules_are_those_of_the_scenario(
    make_book: Callable[..., pd.DataFrame], make_team: Callable[..., pd.DataFrame], scenario: Scenario
) -> None:
    rules = [{"regions": ["Est"], "sent_to": "team", "seniority": "senior"}]
    ruled = scenario.override({"portfolio.leads.rules": rules})
    book = make_book([1.0, 1.0], region=["Est", "Sud"])
    team = make_team([10.0] * 2, region=["Est", "Sud"], seniority=["junior", "senior"])
    by_rule = {s: allocate(book, team, sc, ["routed"]).assignment["rep_id"].tolist()
               for s, sc in (("ruled", ruled), ("preset", scenario))}  # fmt: skip

    assert by_rule == {"ruled": ["r001", "r001"], "preset": ["r000", "r001"]}
