from typing import Any

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.errors import ConfigError
from kamsim.portfolio.posts import Posts, posts_of
from kamsim.portfolio.routing import route
from kamsim.schemas import TEAM, complete

REGIONS = ("Île-de-France", "Sud-Est", "Est")


def posts_with(people: list[tuple[str, str, str]], scenario: Scenario) -> Posts:
    """Make AEs of (region, seniority, industries)."""
    team = pd.DataFrame(people, columns=["region", "seniority", "industries"]).astype("str")
    team["rep_id"] = pd.Series([f"AE-{i}" for i in range(len(people))], dtype="str")
    team["role"] = pd.Series("AE", index=team.index, dtype="str")
    return posts_of(complete(team, TEAM), scenario)


def send(scenario: Scenario, posts: Posts, size: str, industry: str, region: str) -> set[int]:
    """Give everybody to whom such a lead may go."""
    u = (np.arange(50) + 0.5) / 50
    codes = (
        ("strategic", "mid_market", "smb").index(size),
        scenario.portfolio.industries.index(industry),
        posts.regions.index(region),
    )
    return set(route(*(np.full(50, code) for code in codes), u, posts, scenario.portfolio).tolist())


def ruled(scenario: Scenario, rules: list[dict[str, Any]]) -> Scenario:
    return scenario.override(
        {
            "portfolio.places": dict.fromkeys(REGIONS, 1.0),
            "portfolio.industries": ["retail", "energy", "health"],
            "portfolio.leads.rules": rules,
        }
    )


PEOPLE = [
    ("Île-de-France", "senior", "retail;energy"),
    ("Île-de-France", "junior", "energy"),
    ("Sud-Est", "senior", "health"),
    ("Île-de-France", "junior", "retail"),
]
SENIOR = {"sizes": ["strategic"], "seniority": "senior"}


@pytest.mark.parametrize(
    ("rules", "lead", "expected"),
    [
        ([SENIOR], ("strategic", "energy", "Île-de-France"), {0}),
        ([SENIOR], ("smb", "energy", "Île-de-France"), {0, 1, 3}),
        ([{"speciality": "wanted"}], ("smb", "energy", "Île-de-France"), {0, 1}),
        ([{"speciality": "wanted", "seniority": "junior"}], ("smb", "energy", "Île-de-France"), {1}),
        ([{"speciality": "wanted", "seniority": "junior"}], ("smb", "health", "Île-de-France"), {1, 3}),
        ([{"speciality": "wanted", "sent_to": "team"}], ("smb", "health", "Île-de-France"), {2}),
        ([{"seniority": "junior"}], ("smb", "health", "Sud-Est"), {2}),
        ([{"industries": ["retail"], "seniority": "senior"}, {"seniority": "junior"}],
         ("smb", "retail", "Île-de-France"), {0}),
        ([{"industries": ["retail"], "seniority": "senior"}, {"seniority": "junior"}],
         ("smb", "energy", "Île-de-France"), {1, 3}),
        ([{"regions": ["Est"], "sent_to": "team", "seniority": "senior"}], ("smb", "energy", "Est"), {0, 2}),
        ([{"sizes": ["smb"], "seniority": "junior"}, {"sizes": ["smb"], "seniority": "senior"}],
         ("smb", "energy", "Île-de-France"), {1, 3}),
    ],
)  # fmt: skip
def test_the_first_rule_that_fits_decides(
    rules: list[dict[str, Any]], lead: tuple[str, str, str], expected: set[int], scenario: Scenario
) -> None:
    own = ruled(scenario, rules)

    assert send(own, posts_with(PEOPLE, own), *lead) == expected


def test_many_leads_go_as_each_would_alone(scenario: Scenario) -> None:
    own = ruled(scenario, [SENIOR, {"sizes": ["mid_market"], "speciality": "wanted"}])
    posts = posts_with(PEOPLE, own)
    rng = np.random.default_rng(1)
    size, industry, region = (rng.integers(0, 3, 200) for _ in range(3))
    u = rng.random(200)

    together = route(size, industry, region, u, posts, own.portfolio)

    alone = [
        route(*(x[i : i + 1] for x in (size, industry, region, u)), posts, own.portfolio)[0]
        for i in range(200)
    ]
    assert together.tolist() == alone


def test_a_rule_on_an_unknown_region_is_refused(scenario: Scenario) -> None:
    own = ruled(scenario, [{"regions": ["Bretagne"]}])

    with pytest.raises(ConfigError, match=r"unknown sales region in portfolio\.leads\.rules 'Bretagne'"):
        posts_with(PEOPLE, own)


def test_an_ae_from_elsewhere_is_refused(scenario: Scenario) -> None:
    own = ruled(scenario, [SENIOR])

    with pytest.raises(ConfigError, match="unknown home region of an AE 'Poland'"):
        posts_with([("Poland", "senior", "energy")], own)


def test_posts_that_were_read_are_handed_on(scenario: Scenario) -> None:
    own = ruled(scenario, [SENIOR])
    posts = posts_with(PEOPLE, own)

    assert posts_of(posts, own) is posts
