import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.portfolio.accounts import InitialPortfolio, draw_accounts
from kamsim.portfolio.owners import assign_owners
from kamsim.portfolio.posts import posts_of
from kamsim.portfolio.team import draw_team, take_census


@pytest.fixture(scope="module")
def many(scenario: Scenario) -> Scenario:
    return scenario.override({"portfolio.accounts": 4000})


@pytest.fixture(scope="module")
def initial(many: Scenario) -> InitialPortfolio:
    return draw_accounts(many)


@pytest.fixture(scope="module")
def team(many: Scenario) -> pd.DataFrame:
    return draw_team(take_census(many), many)


def test_owners_are_aes_of_the_account_s_region(
    initial: InitialPortfolio, team: pd.DataFrame, many: Scenario
) -> None:
    owner = assign_owners(initial.facts, initial.state.arrival, team, many)
    aes = team[team["role"] == "AE"].reset_index(drop=True)
    staffed = initial.facts["region"].isin(aes["region"])

    assert (aes["region"].take(owner).to_numpy() == initial.facts["region"].to_numpy())[staffed].all()
    assert staffed.mean() > 0.9
    assert set(owner) == set(range(len(aes))), "nobody is without accounts"


@pytest.mark.parametrize(("first", "last"), [(0, 1), (700, 701), (1000, 3000)])
def test_an_account_s_owner_depends_on_no_other_account(
    first: int, last: int, initial: InitialPortfolio, team: pd.DataFrame, many: Scenario
) -> None:
    whole = assign_owners(initial.facts, initial.state.arrival, team, many)
    block = draw_accounts(many, first, last)

    posts = posts_of(team, many)
    for known in (team, posts):
        some = assign_owners(block.facts, block.state.arrival, known, many, block.state.entities)
        np.testing.assert_array_equal(some, whole[first:last])


def test_a_region_without_an_ae_is_covered_from_the_nearest_one(
    initial: InitialPortfolio, team: pd.DataFrame, many: Scenario
) -> None:
    moved = team[(team["role"] != "AE") | team["region"].isin(["Sud-Est", "Île-de-France"])]
    owner = assign_owners(initial.facts, initial.state.arrival, moved, many)
    home = moved["region"].iloc[owner].to_numpy()

    for region, nearest in (
        ("Nord-Ouest", "Île-de-France"),
        ("Belgium", "Île-de-France"),
        ("Switzerland", "Sud-Est"),
    ):
        assert set(home[initial.facts["region"] == region]) == {nearest}


def test_history_leaves_unequal_books(initial: InitialPortfolio, team: pd.DataFrame, many: Scenario) -> None:
    def outside(carve_concentration: float) -> float:
        carved = many.override({"portfolio.staff.carve_concentration": carve_concentration})
        size = np.bincount(assign_owners(initial.facts, np.zeros(4000), team, carved))
        return float((abs(size / size.mean() - 1) > 0.15).mean())

    assert outside(6.0) > 0.3, "a third outside ±15 % (E-BAL-1)"
    assert outside(1000.0) < outside(6.0)


@pytest.mark.parametrize("preference", [0.0, 1.0])
def test_strategic_accounts_go_to_senior_aes_as_preferred(
    preference: float, initial: InitialPortfolio, team: pd.DataFrame, many: Scenario
) -> None:
    chosen = many.override({"portfolio.staff.senior_preference": preference})
    owner = assign_owners(initial.facts, np.zeros(4000), team, chosen)
    posts = posts_of(team, chosen)
    strategic = initial.state.segment == 0
    senior = posts.senior[owner]

    if preference == 1.0:
        has_senior = np.array([posts.senior[local].any() for local in posts.of_region])
        region = initial.facts["region"].map(posts.regions.index).to_numpy()
        assert senior[strategic & has_senior[region]].all()
    else:
        assert abs(senior[strategic].mean() - senior[~strategic].mean()) < 0.12
    neutral = assign_owners(initial.facts, np.zeros(4000), team, many)
    np.testing.assert_array_equal(owner[~strategic], neutral[~strategic])


def test_accounts_are_dealt_out_by_weight(many: Scenario) -> None:
    """Within a segment nobody is more than two accounts away from the share."""
    even = many.override({"portfolio.staff.senior_preference": 0.0})
    facts, posts = draw_accounts(even).facts, posts_of(draw_team(take_census(even), even), even)
    owner = assign_owners(facts, np.zeros(4000), posts, even)
    for place, region in enumerate(posts.regions):
        pool = posts.of_region[place]
        share = posts.weight[pool] / posts.weight[pool].sum()
        for segment in ("strategic", "mid_market", "smb"):
            own = owner[(facts["region"] == region) & (facts["segment"] == segment)]
            dealt = np.bincount(own, minlength=len(posts.rep_ids))[pool]
            assert np.abs(dealt - share * own.size).max() < 3


def test_a_census_at_hand_changes_nothing(
    initial: InitialPortfolio, team: pd.DataFrame, many: Scenario
) -> None:
    block = draw_accounts(many, 1500, 2500)
    before = take_census(many, 0, 1000) + take_census(many, 1000, 1500)

    known = assign_owners(block.facts, block.state.arrival, team, many, block.state.entities, before)

    whole = assign_owners(initial.facts, initial.state.arrival, team, many)
    np.testing.assert_array_equal(known, whole[1500:2500])
