from typing import Any

import numpy as np
import pandas as pd

from kamsim.allocation.wishes import routed_to
from kamsim.portfolio_settings import RoutingRule

RULES = (
    RoutingRule(sizes=("strategic",), seniority="senior", speciality="wanted"),
    RoutingRule(sizes=("mid_market",), speciality="wanted", sent_to="team"),
)
REPS = pd.DataFrame(
    {
        "region": ["Est", "Est", "Sud", None],
        "seniority": ["senior", "junior", "senior", None],
        "industries": ["retail;energy", "health", "energy", None],
    }
)


def book(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["segment", "industry", "region"])


def people(accounts: pd.DataFrame, km: Any = None) -> list[list[int]]:
    distance = np.full((len(accounts), 4), np.inf) if km is None else np.array(km, float)
    return [np.flatnonzero(row).tolist() for row in routed_to(accounts, REPS, distance, RULES)]


def test_the_first_rule_that_fits_says_who_is_wanted() -> None:
    accounts = book(
        ("strategic", "energy", "Est"), ("strategic", "health", "Est"), ("mid_market", "energy", "Est"),
        ("smb", "energy", "Est"), ("smb", None, "Sud"),
    )  # fmt: skip

    assert people(accounts) == [[0], [1], [0, 2], [0, 1], [2]]


def test_a_region_without_an_ae_is_covered_from_the_nearest_one() -> None:
    accounts = book(("smb", "energy", "Nord"), ("smb", "energy", "Nord"), ("smb", "energy", "Sud"))
    km = [[90, 95, 80, 200], [60, 50, 90, 200], [10, 10, 10, 10]]

    assert people(accounts, km) == [[0, 1], [0, 1], [2]]
    assert people(accounts, [km[0], [np.inf] * 4, km[2]]) == [[2], [2], [2]]


def test_where_no_place_is_known_the_whole_team_is_asked() -> None:
    assert people(book(("smb", "energy", "Nord"), ("mid_market", "retail", None))) == [[0, 1, 2, 3], [0]]
