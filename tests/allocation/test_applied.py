from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kamsim.allocation import AllocationProblem, Constraints, build_problem
from kamsim.allocation.applied import family_numbers
from kamsim.config import Scenario
from kamsim.errors import ConfigError

Make = Callable[..., Any]


@pytest.fixture(scope="module")
def build(make_book: Make, make_team: Make, scenario: Scenario) -> Callable[[str], AllocationProblem]:
    """Build a problem of four accounts and three AEs under constraints."""
    book = make_book(
        [1.0] * 4,
        owner_id=["r000", "r000", "r001", None],
        parent_id=[None, "a000", "a000", "a000"],
        tier=[1, 2, 3, 1],
        industry=["steel", "steel", None, "food"],
        region=["Nord", "Sud", "Nord", None],
        open_deals=[2, 0, 0, 1],
        revenue_eur_per_month=[100.0, 300.0, 0.0, 50.0],
        relationship=[0.9, 0.2, np.nan, 0.5],
        latitude=[48.0, 48.0, 44.0, np.nan],
        longitude=[2.0] * 3 + [np.nan],
    )
    team = make_team(
        [9.0] * 3,
        seniority=["junior", "senior", None],
        industries=["steel", "food;steel", None],
        latitude=[48.0, 48.0, 44.0],
        longitude=[2.0] * 3,
    )
    return lambda text: build_problem(book, team, scenario, Constraints.parse(text))


BOTH, ALL = [True, True, False], [True] * 3


@pytest.mark.parametrize(
    ("text", "eligible"),
    [
        ("", [ALL] * 4),
        ("[locks]\na000 = 'r002'", [[False, False, True], ALL, ALL, ALL]),
        ("[named]\na001 = ['r000', 'r001']", [ALL, BOTH, ALL, ALL]),
        ("[forbidden]\na001 = ['r002']", [ALL, BOTH, ALL, ALL]),
        ("[skills]\nsenior_for_tiers = [1]", [[False, True, False], ALL, ALL, [False, True, False]]),
        ("[skills]\nindustry_for_tiers = [1, 2, 3]", [BOTH, BOTH, ALL, [False, True, False]]),
        ("[travel]\nlongest_km = 100", [BOTH, BOTH, [False, False, True], ALL]),
        ("[disruption]\nopen_deals = 'frozen'", [[True, False, False], ALL, ALL, ALL]),
        (
            "[languages.of_reps]\nr000 = ['fr']\nr001 = ['fr', 'en']\nr002 = ['de']\n"
            "[languages.of_regions]\nNord = ['fr']\n[languages.of_accounts]\na002 = ['de', 'en']",
            [BOTH, ALL, [False, True, True], ALL],
        ),
        (
            "present_owners = 'may_stay'\n[skills]\nsenior_for_tiers = [1]",
            [BOTH, ALL, ALL, [False, True, False]],
        ),
        ("[families]\nhold = 'united'\n[forbidden]\na001 = ['r002']", [BOTH] * 4),
        ("[families]\nhold = 'kept'\n[forbidden]\na001 = ['r002']", [BOTH, BOTH, ALL, ALL]),
        (
            "[locks]\na000 = 'r002'\n[disruption]\nopen_deals = 'frozen'",
            [[False, False, True], ALL, ALL, ALL],
        ),
    ],
)
def test_who_may_own_what(text: str, eligible: list[list[bool]], build: Callable[[str], Any]) -> None:
    assert build(text).eligible.tolist() == eligible


@pytest.mark.parametrize(
    ("cap", "weight", "limit"),
    [
        ("accounts = 2", [1, 1, 1, 1], 2),
        ("accounts_share = 0.5", [1, 1, 1, 1], 2),
        ("revenue_eur_per_month = 120", [100, 300, 0, 50], 120),
        ("revenue_share = 0.1", [100, 300, 0, 50], 45),
        ("relationship_share = 0.5", [0.9, 0.2, 0, 0.5], 0.8),
        ("close_accounts = 1\nclose_from = 0.5", [1, 0, 0, 1], 1),
    ],
)
def test_what_changes_hands_is_weighed(
    cap: str, weight: list[float], limit: float, build: Callable[[str], Any]
) -> None:
    (budget,) = build(f"[disruption]\n{cap}").limits.budgets

    assert budget.name == f"disruption.{cap.split(' ')[0]}"
    assert budget.weight == pytest.approx(np.array(weight))
    assert budget.limit == pytest.approx(limit)


def test_only_who_leaves_an_owner_in_the_team_counts(build: Callable[[str], Any]) -> None:
    problem = build("[disruption]\nrevenue_share = 1")

    assert problem.spent(np.array([0, 2, 1, 2])).tolist() == [300.0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[locks]\na0000 = 'r001'", r"locks: unknown account 'a0000': did you mean 'a000'\?"),
        ("[named]\na000 = ['r01']", r"named\.a000: unknown AE 'r01': did you mean"),
        ("[forbidden]\na009 = ['r001']", "forbidden: unknown account 'a009'"),
        ("[languages.of_regions]\nNordd = ['fr']", r"unknown region 'Nordd': did you mean 'Nord'\?"),
        (
            "[languages.of_regions]\nNord = ['fr']\n[languages.of_reps]\nr000 = ['fr']\nr001 = ['fr']",
            r"languages\.of_reps must name the languages of every AE, got none for 'r002'",
        ),
    ],
)
def test_names_that_are_not_there_are_told(text: str, said: str, build: Callable[[str], Any]) -> None:
    with pytest.raises(ConfigError, match=said):
        build(text)


def test_families_follow_parents_to_any_depth_and_outside_the_book() -> None:
    ids = pd.Series(["a", "b", "c", "d", "e"])
    parents = pd.Series(["x", "a", None, "x", "d"], dtype="str")

    assert family_numbers(ids, parents).tolist() == [0, 0, 1, 0, 0]
