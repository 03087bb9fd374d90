"""Recommendations: what each is played against."""

import pandas as pd
import pytest

from kamsim.errors import ConfigError, SchemaError
from kamsim.experiments import Population, break_even, recommend_policy, recommend_ratio, recommend_team
from kamsim.experiments.recommendations import OVER

from .conftest import Desk, crowd_of


@pytest.fixture(scope="module")
def every(desk: Desk) -> Population:
    return crowd_of(desk, None)


def test_a_policys_lead_is_the_comparisons(desk: Desk, every: Population) -> None:
    plans = desk.plan("status_quo"), desk.plan("busy", hours=1.5, turn=1)
    compared = desk.compare(*plans, experiment__replications=8).comparison.set_index("policy").loc["busy"]

    lead = recommend_policy(every, pd.concat(plans), "busy", "status_quo").lead({}, 8)

    assert lead.mean == pytest.approx(compared["contribution_difference_eur"])
    assert lead.low == pytest.approx(compared["contribution_difference_low_eur"])
    assert lead.high == pytest.approx(compared["contribution_difference_high_eur"])


def test_more_hours_lead_less_where_they_move_less(desk: Desk, every: Population) -> None:
    plans = pd.concat([desk.plan("status_quo"), desk.plan("busy", hours=1.5)])
    recommendation = recommend_policy(every, plans, "busy", "status_quo")

    assert recommendation.name == f"busy{OVER}status_quo"
    assert recommendation.lead({"potential": 0.5}, 8).mean < recommendation.lead({}, 8).mean
    assert "ae_cost_eur" not in recommendation.assumptions


def test_a_ratio_is_played_against_the_best_outside(crowd: Population) -> None:
    recommendation = recommend_ratio(crowd)
    dear, cheap = (recommendation.lead({"ae_cost_eur": x}, 8).mean for x in (60_000.0, 1_000.0))

    # Free people want few accounts each, people beyond price as many as there are: both are outside.
    assert recommendation.name == "mid_market_ratio"
    assert dear < 0
    assert cheap < 0
    assert recommendation.lead({"ae_cost_eur": 14_000.0}, 8).mean > max(dear, cheap)


def test_a_team_of_the_right_size_leads_both_others(desk: Desk, every: Population) -> None:
    recommendation = recommend_team(every, desk.book)
    leads = [recommendation.lead({"ae_cost_eur": x}, 8).mean for x in (1.0, 1e6)]

    # Free people: a larger team is better; people beyond price: a smaller one.
    assert max(leads) < 0


def test_strangers_are_refused(desk: Desk, every: Population, crowd: Population) -> None:
    plans = pd.concat([desk.plan("status_quo"), desk.plan("busy")])
    with pytest.raises(ConfigError, match="unknown policy 'bussy': did you mean 'busy'"):
        recommend_policy(every, plans, "bussy", "status_quo")
    with pytest.raises(SchemaError, match="the same accounts"):
        recommend_policy(crowd, plans, "busy", "status_quo")
    with pytest.raises(SchemaError, match="the same accounts"):
        recommend_team(crowd, desk.book)
    with pytest.raises(ConfigError, match="unknown assumption 'weather'"):
        recommend_ratio(crowd).lead({"weather": 1.0}, 2)


def test_a_guide_that_fills_the_search_has_no_rival(crowd: Population) -> None:
    filled = crowd.scenario.override({"breakeven.mid_market.searched": [20.0, 50.0]})
    people = Population(**{**crowd.__dict__, "scenario": filled})
    for advised in (recommend_ratio, break_even):
        with pytest.raises(ConfigError, match=r"breakeven\.mid_market\.searched must reach a step beyond"):
            advised(people)
