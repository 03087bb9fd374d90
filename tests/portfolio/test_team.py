import numpy as np
import pandas as pd
import pytest

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.portfolio.accounts import draw_accounts
from kamsim.portfolio.team import draw_team, habitual_hours, historical_owners, people_needed
from kamsim.schemas import TEAM, check


def test_the_guide_s_ratios_ask_for_people(scenario: Scenario) -> None:
    settings = scenario.coverage
    segment = np.repeat([0, 1, 2], [8, 70, 240])

    needed = people_needed(segment, np.full(318, 0.5), settings)

    assert needed["AE"] == pytest.approx(8 / 4 + 70 / 35 + 240 / 120)
    assert needed["SE"] == pytest.approx(0.5 * (8 * 5 + 70 * 1) / 90)
    assert needed["CSM"] == pytest.approx((8 * 5 + 70 * 1 + 240 * 0.2) / 100)


def test_the_team_is_hired_where_the_accounts_are(scenario: Scenario) -> None:
    many = scenario.override({"portfolio.accounts": 3000, "portfolio.team_slack": 0.5})
    initial = draw_accounts(many)
    team = check(draw_team(initial.facts, initial.state.segment, many), TEAM)
    aes = team[team["role"] == "AE"]
    complexity = initial.facts["technical_complexity"].to_numpy()
    needed = people_needed(initial.state.segment, complexity, many.coverage)

    assert len(aes) == round(1.5 * needed["AE"])
    per_region = pd.DataFrame(
        {"accounts": initial.facts["region"].value_counts(), "people": aes["region"].value_counts()}
    )
    quota = per_region["accounts"] / per_region["accounts"].sum() * len(aes)
    assert (per_region["people"] - quota).abs().max() < 1.5
    assert (aes["capacity_hours"] == many.coverage.ae_hours).all()


def test_every_role_is_there_even_for_one_account(scenario: Scenario) -> None:
    one = scenario.override({"portfolio.accounts": 1})
    initial = draw_accounts(one)

    team = draw_team(initial.facts, initial.state.segment, one)

    assert sorted(team["role"]) == ["AE", "CSM", "SE"]


def test_owners_are_aes_of_the_account_s_region(portfolio: Portfolio) -> None:
    team = portfolio.team.set_index("rep_id")
    owners = team.loc[portfolio.accounts["owner_id"]]
    staffed = portfolio.accounts["region"].isin(team.loc[team["role"] == "AE", "region"]).to_numpy()

    assert (owners["role"] == "AE").all()
    assert (owners["region"].to_numpy() == portfolio.accounts["region"].to_numpy())[staffed].all()
    assert staffed.mean() > 0.5


def test_a_region_without_an_ae_is_covered_from_the_nearest_one() -> None:
    facts = pd.DataFrame(
        {
            "region": pd.Series(["Nice"] * 3, dtype="str"),
            "latitude": [43.7] * 3,
            "longitude": [7.3] * 3,
        }
    )
    team = pd.DataFrame(
        {
            "rep_id": ["AE-1", "AE-2", "SE-1"],
            "role": ["AE", "AE", "SE"],
            "region": ["Lille", "Marseille", "Nice"],
            "latitude": [50.6, 43.3, 43.7],
            "longitude": [3.1, 5.4, 7.3],
        }
    )

    assert historical_owners(facts, team, seed=1).tolist() == ["AE-2"] * 3


def test_history_leaves_unequal_books(scenario: Scenario) -> None:
    many = scenario.override({"portfolio.accounts": 3000})
    initial = draw_accounts(many)
    team = draw_team(initial.facts, initial.state.segment, many)
    owner = historical_owners(initial.facts, team, many.seed)
    size = owner.value_counts().reindex(team.loc[team["role"] == "AE", "rep_id"], fill_value=0)

    assert (abs(size / size.mean() - 1) > 0.15).mean() > 0.3, "a third outside ±15 % (E-BAL-1)"


def test_hours_of_a_book_add_up_to_the_capacity() -> None:
    team = pd.DataFrame({"rep_id": ["AE-1", "AE-2"], "capacity_hours": [60.0, 40.0]})
    owner = pd.Series(["AE-1", "AE-2", "AE-1"], dtype="str")

    assert habitual_hours(np.array([1.0, 7.0, 2.0]), owner, team).tolist() == [20.0, 40.0, 40.0]
