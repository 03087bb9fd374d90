"""The closed form against its definition: the best share at each acceptance, averaged over acceptance."""

import numpy as np
import pytest
from scipy import stats

from kamsim.errors import ConfigError
from kamsim.scoring.campaign_profit import CampaignCost, expected_maximum_profit
from kamsim.streams import stream

COST = CampaignCost(customer_value=200, incentive=10, contact=1, alpha=6, beta=14)


def by_definition(left: np.ndarray, score: np.ndarray, cost: CampaignCost) -> float:
    order = np.argsort(-score, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    reached = np.append(0, np.cumsum(left[order])[ends]) / len(left)
    others = np.append(0, np.cumsum(1 - left[order])[ends]) / len(left)
    levels = (np.arange(4000) + 0.5) / 4000
    acceptance = stats.beta.ppf(levels, cost.alpha, cost.beta)[:, None]
    kept = acceptance * (cost.customer_value - cost.incentive) - cost.contact
    return float((kept * reached - (cost.incentive + cost.contact) * others).max(axis=1).mean())


@pytest.mark.parametrize("informed", [0.0, 0.5, 2.0])
def test_agrees_with_the_definition(informed) -> None:
    draw = stream(3, "profit")
    left = (draw.random(400) < 0.2).astype(float)
    score = np.round(draw.normal(size=400) + informed * left, 1)
    expected = by_definition(left, score, COST)
    assert expected_maximum_profit(left, score, COST) == pytest.approx(expected, rel=2e-3)


def test_a_better_score_earns_more() -> None:
    draw = stream(4, "profit")
    left = (draw.random(400) < 0.2).astype(float)
    noise = draw.normal(size=400)
    profits = [expected_maximum_profit(left, noise + strength * left, COST) for strength in (0, 1, 3)]
    assert profits == sorted(profits)
    assert profits[0] < profits[2]


@pytest.mark.parametrize(
    "wrong", [{"incentive": 300.0}, {"contact": -1.0}, {"alpha": 0.0}, {"incentive": -1.0}]
)
def test_costs_out_of_range_are_refused(wrong) -> None:
    settings = {"customer_value": 200.0, "incentive": 10.0, "contact": 1.0, "alpha": 6.0, "beta": 14.0}
    with pytest.raises(ConfigError):
        CampaignCost(**(settings | wrong))


def test_a_campaign_that_costs_nothing_contacts_all_and_keeps_who_accepts() -> None:
    left = np.repeat([0.0, 1.0], [80, 20])
    free = CampaignCost(customer_value=100, incentive=0, contact=0, alpha=2, beta=3)
    assert expected_maximum_profit(left, left, free) == pytest.approx(100 * 0.2 * 0.4)
    assert expected_maximum_profit(left, 1 - left, free) == pytest.approx(100 * 0.2 * 0.4)
