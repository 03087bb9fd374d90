"""Three accounts, two lanes and two years, all figures by hand."""

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.dynamics import Years
from kamsim.experiments.periods import Cohort, hours_cost, periods_of
from kamsim.schemas import PERIODS, check

# Accounts A and B are tier 1, C is tier 3. Lane 0 by account: A grows, B leaves in year 2, C comes in year 2.
BEFORE = np.array([100.0, 50.0, 0.0])
LANE_0 = np.array([[120.0, 40.0, 0.0], [150.0, 0.0, 30.0]])
LANE_1 = np.array([[100.0, 50.0, 0.0], [0.0, 0.0, 0.0]])

# At the end of each year: monthly revenue, monthly wallet, business units that buy; the same in both lanes.
STANDING = np.repeat(
    np.array(
        [
            [[12.0, 4.0, 0.0], [15.0, 0.0, 3.0]],
            [[40.0, 10.0, 90.0], [50.0, 10.0, 10.0]],
            [[3.0, 2.0, 1.0], [4.0, 2.0, 1.0]],
        ]
    )[..., None],
    2,
    axis=3,
)


@pytest.fixture
def periods() -> pd.DataFrame:
    return played(np.zeros((0, 2)))


def played(load: np.ndarray) -> pd.DataFrame:
    revenue = np.stack([LANE_0, LANE_1], axis=2)
    customer = np.concatenate([np.repeat(BEFORE[None, :, None] > 0, 2, axis=2), revenue > 0])
    cohort = Cohort(
        tier=np.array([1, 1, 3]),
        revenue_before=BEFORE,
        hours_cost=np.array([1.0, 2.0, 0.5]),
        team_cost=5.0,
        margin=0.5,
        ae_hours=np.array([6.0, 3.0, 4.0]),
        owner=np.array([0, 1, 1]),
        capacity=np.array([10.0, 20.0, 0.0]),
    )
    nothing = np.zeros(revenue.shape)
    years = Years(revenue, nothing, nothing > 0, customer, load, STANDING)
    made = periods_of(years, cohort, "p", np.array([0, 4]), np.array([8, 9]))
    return check(made, PERIODS).set_index(["replication", "tier", "year"])


def test_there_is_a_row_for_every_lane_tier_and_year(periods: pd.DataFrame) -> None:
    assert len(periods) == 2 * 3 * 3
    assert periods["draw"].groupby("replication").unique().map(list).to_dict() == {8: [0], 9: [4]}
    assert set(periods["policy"]) == {"p"}


def test_revenue_adds_up(periods: pd.DataFrame) -> None:
    assert periods["revenue_eur"].loc[8, 0].tolist() == [340.0, 160.0, 180.0]
    assert periods["revenue_eur"].loc[8, 1].tolist() == [310.0, 160.0, 150.0]
    assert periods["revenue_eur"].loc[8, 3].tolist() == [30.0, 0.0, 30.0]


def test_contribution_is_margin_less_the_cost_of_the_team_or_of_the_hours(periods: pd.DataFrame) -> None:
    """The whole pays the team; a tier pays the hours that it gets."""
    assert periods["contribution_eur"].loc[8, 0].tolist() == [170 - 120, 80 - 60, 90 - 60]
    assert periods["contribution_eur"].loc[8, 1].tolist() == [155 - 72, 80 - 36, 75 - 36]
    assert periods["contribution_eur"].loc[8, 3].tolist() == [15 - 12, 0 - 6, 15 - 6]


def test_rates_go_from_year_to_year_and_are_averaged_over_the_horizon(periods: pd.DataFrame) -> None:
    whole = periods.loc[8, 0]

    assert whole["nrr"].tolist() == pytest.approx([(160 / 150 + 150 / 160) / 2, 160 / 150, 150 / 160])
    assert whole["grr"].tolist() == pytest.approx([(140 / 150 + 120 / 160) / 2, 140 / 150, 120 / 160])
    assert whole["logo_retention"].tolist() == pytest.approx([0.75, 1.0, 0.5])


def test_a_tier_without_customers_has_no_rate(periods: pd.DataFrame) -> None:
    """Tier 3 had no customer before either year of lane 0, and one rate is missing, not zero."""
    assert periods["nrr"].loc[8, 3].isna().tolist() == [True, True, True]
    assert periods["logo_retention"].loc[9, 1].tolist() == [0.5, 1.0, 0.0]


def test_share_of_wallet_and_units_are_those_of_the_customers_at_the_end(periods: pd.DataFrame) -> None:
    """Who buys nothing counts with neither wallet nor units; the whole ends as its last year does."""
    assert periods["share_of_wallet"].loc[8, 0].tolist() == pytest.approx([18 / 60, 16 / 50, 18 / 60])
    assert periods["business_units"].loc[8, 0].tolist() == pytest.approx([5 / 2, 5 / 2, 5 / 2])
    assert periods["share_of_wallet"].loc[8, 1].tolist() == pytest.approx([15 / 50, 16 / 50, 15 / 50])
    assert periods["business_units"].loc[8, 3].isna().tolist() == [False, True, False]


def test_workload_is_what_the_plan_asks_of_those_who_work(periods: pd.DataFrame) -> None:
    """Loads 6 of 10 and 7 of 20 hours; the third AE has no hours and does not count."""
    assert periods["workload_hours"].loc[8, 0].tolist() == [13.0, 13.0, 13.0]
    assert periods["utilisation"].loc[9, 0].tolist() == pytest.approx([13 / 30] * 3)
    assert periods["utilisation_cv"].loc[8, 0].tolist() == pytest.approx([0.125 / 0.475] * 3)
    assert periods["workload_hours"].loc[8, 3].tolist() == [4.0, 4.0, 4.0]
    assert periods["utilisation"].loc[8, 3].tolist() == pytest.approx([4 / 30] * 3)


def test_where_a_team_was_played_the_load_is_what_the_run_saw() -> None:
    load = np.array([[0.5, 1.0], [1.0, 1.0], [0.0, 0.0]])
    periods = played(load)

    assert periods["utilisation"].loc[[8, 9], 0, 0].tolist() == pytest.approx([25 / 30, 1.0])
    assert periods["utilisation_cv"].loc[[8, 9], 0, 0].tolist() == pytest.approx([1 / 3, 0.0])
    assert periods["utilisation"].loc[8, 3, 0] == pytest.approx(4 / 30), "of a tier the plan is all there is"


def test_an_hour_costs_what_its_person_costs(scenario: Scenario) -> None:
    team = pd.DataFrame(
        {
            "rep_id": ["AE-1", "AE-2", "AE-3", "SE-1"],
            "role": ["AE", "AE", "AE", "SE"],
            "capacity_hours": [50.0, 100.0, 0.0, 90.0],
            "cost_eur_per_month": [10_000.0, 10_000.0, 9_000.0, 1.0],
        }
    )
    plan = pd.DataFrame(
        {
            "rep_id": ["AE-1", "AE-2", "AE-3"],
            "ae_hours": [1.0, 2.0, 0.0],
            "travel_hours": [0.5, 0.0, 0.0],
            "se_hours": [0.0, 3.0, 0.0],
            "csm_hours": [0.0, 0.0, 4.0],
        }
    )
    settings = scenario.coverage

    cost = hours_cost(plan, team, settings)

    se, csm = settings.se_cost_eur / settings.se_hours, settings.csm_cost_eur / settings.csm_hours
    assert cost.tolist() == pytest.approx([1.5 * 200, 2 * 100 + 3 * se, 4 * csm])
