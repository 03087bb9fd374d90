import pandas as pd
import pytest

from kamsim.allocation.pools import pool_hours

BOOK = pd.DataFrame({"se_hours": [6.0, 2.0, 0.0], "csm_hours": [0.0, 0.0, 0.0]})


def team(*people: tuple[str, float]) -> pd.DataFrame:
    return pd.DataFrame(people, columns=["role", "capacity_hours"])


def test_a_pool_that_is_large_enough_gives_what_is_asked() -> None:
    assert pool_hours(BOOK, team(("SE", 50.0)), "SE").tolist() == [6.0, 2.0, 0.0]


def test_a_short_pool_gives_everybody_the_same_share() -> None:
    hours = pool_hours(BOOK, team(("SE", 1.0), ("SE", 3.0), ("AE", 99.0)), "SE")

    assert hours == pytest.approx([3.0, 1.0, 0.0])


def test_a_team_without_the_role_gives_nothing() -> None:
    assert pool_hours(BOOK, team(("AE", 99.0)), "SE").tolist() == [0.0] * 3


def test_nothing_asked_is_nothing_given() -> None:
    assert pool_hours(BOOK, team(), "CSM").tolist() == [0.0] * 3
