from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamsim.config import Scenario
from kamsim.portfolio.accounts import draw_accounts
from kamsim.portfolio.cities import choose_cities
from kamsim.portfolio.team import Census, draw_team, people_needed, take_census
from kamsim.schemas import SEGMENTS, TEAM, check


@pytest.fixture(scope="module")
def many(scenario: Scenario) -> Scenario:
    return scenario.override({"portfolio.accounts": 4000})


@pytest.fixture(scope="module")
def team(many: Scenario) -> pd.DataFrame:
    return check(draw_team(take_census(many), many), TEAM)


def test_a_census_counts_the_accounts_that_are_drawn(many: Scenario) -> None:
    facts = draw_accounts(many).facts
    census = take_census(many)
    regions = list(choose_cities(many.portfolio).regions)
    counted = pd.crosstab(facts["region"], facts["segment"]).reindex(
        regions, columns=list(SEGMENTS), fill_value=0
    )
    complexity = facts.groupby("segment")["technical_complexity"].sum()

    np.testing.assert_array_equal(census.accounts, counted)
    np.testing.assert_allclose(census.complexity.sum(axis=0) / 2**20, complexity[list(SEGMENTS)], rtol=1e-6)


@settings(max_examples=20)
@given(cuts=st.lists(st.integers(1, 599), max_size=5))
def test_the_census_of_blocks_adds_up_to_that_of_all(cuts: list[int], scenario: Scenario) -> None:
    ends = [0, *sorted(set(cuts)), 600]
    blocks = [take_census(scenario, a, b) for a, b in pairwise(ends)]
    whole = take_census(scenario)

    total = sum(blocks[1:], blocks[0])

    np.testing.assert_array_equal(total.accounts, whole.accounts)
    np.testing.assert_array_equal(total.complexity, whole.complexity)


def test_the_guide_s_ratios_ask_for_people(scenario: Scenario) -> None:
    census = Census(np.array([[8, 70, 240], [0, 0, 0]]), np.array([[4, 35, 120], [0, 0, 0]]) * 2**20)
    ratios = {"strategic": 4.0, "mid_market": 35.0, "smb": 120.0}
    guide = scenario.override({f"coverage.{name}.accounts_per_ae": each for name, each in ratios.items()})

    needed = people_needed(census, guide)

    assert needed["AE"].tolist() == pytest.approx([8 / 4 + 70 / 35 + 240 / 120, 0])
    assert needed["SE"].tolist() == pytest.approx([(4 * 5 + 35 * 1) / 90, 0])
    assert needed["CSM"].tolist() == pytest.approx([(8 * 5 + 70 * 1 + 240 * 0.2) / 100, 0])


def test_the_team_is_hired_where_the_work_is(many: Scenario) -> None:
    census = take_census(many)
    slack = many.override({"portfolio.team_slack": 0.5})
    team = check(draw_team(census, slack), TEAM)
    aes = team[team["role"] == "AE"]
    needed = people_needed(census, many)["AE"]

    assert len(aes) == round(1.5 * needed.sum())
    placed = aes["region"].value_counts().reindex(choose_cities(many.portfolio).regions, fill_value=0)
    assert np.abs(placed.to_numpy() - needed / needed.sum() * len(aes)).max() < 1.5


def test_people_are_as_their_settings_say(team: pd.DataFrame, many: Scenario) -> None:
    staff, coverage = many.portfolio.staff, many.coverage
    aes = team[team["role"] == "AE"]
    senior = aes["seniority"] == "senior"

    assert team["role"].is_monotonic_increasing, "AEs first"
    assert abs(senior.mean() - staff.senior_share) < 4 * np.sqrt(0.25 / len(aes))
    assert (aes.loc[senior, "cost_eur_per_month"] == coverage.ae_cost_eur).all()
    assert (aes.loc[~senior, "cost_eur_per_month"] == staff.junior_cost_share * coverage.ae_cost_eur).all()
    assert (aes["capacity_hours"] == coverage.ae_hours).all()
    assert team.loc[team["role"] != "AE", "seniority"].isna().all()
    known = team["industries"].str.split(";")
    assert (known.map(len) == staff.industries_known).all()
    assert known.map(lambda names: set(names) <= set(many.portfolio.industries)).all()
    assert set(known.explode()) == set(many.portfolio.industries)


def test_people_live_in_cities_of_their_region(team: pd.DataFrame, many: Scenario) -> None:
    cities = choose_cities(many.portfolio)
    for person in team.itertuples():
        home = cities.name.index(person.city)
        assert cities.regions[cities.region[home]] == person.region
        assert (person.latitude, person.longitude) == (cities.latitude[home], cities.longitude[home])


def test_a_larger_team_hires_and_changes_nobody(many: Scenario) -> None:
    few, more = (
        draw_team(take_census(many), many.override({"portfolio.team_slack": slack})) for slack in (0.0, 0.3)
    )
    both = more[more["rep_id"].isin(few["rep_id"])].reset_index(drop=True)

    assert len(more) > len(few)
    pd.testing.assert_frame_equal(both, few)


def test_a_knob_of_one_trait_moves_no_other(many: Scenario, team: pd.DataFrame) -> None:
    other = draw_team(take_census(many), many.override({"portfolio.staff.senior_share": 1.0}))
    traits = ["rep_id", "name", "industries", "city"]

    pd.testing.assert_frame_equal(other[traits], team[traits])
    assert (other.loc[other["role"] == "AE", "seniority"] == "senior").all()


def test_every_role_is_there_even_for_one_account(scenario: Scenario) -> None:
    one = scenario.override({"portfolio.accounts": 1, "portfolio.staff.industries_known": 0})

    team = check(draw_team(take_census(one), one), TEAM)

    assert team["role"].tolist() == ["AE", "CSM", "SE"]
    assert team["industries"].isna().all()
