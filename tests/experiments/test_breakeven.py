"""The map of the best ratio: against closed forms where the response is a power, and on played curves."""

from dataclasses import replace

import numpy as np
import pytest

from kamsim.config import Scenario
from kamsim.errors import ConfigError
from kamsim.experiments import BreakEven, Population, break_even, guide_arithmetic
from kamsim.experiments.breakeven import advise, find_frontier, guide_range, rival_ratios
from kamsim.experiments.curves import RevenueCurves, sample_curves

ELASTICITY, SCALE = 0.34, 1.4e6


@pytest.fixture(scope="module")
def power(crowd: Population) -> RevenueCurves:
    """Revenue of constant elasticity, twice as high at the highest win rate, and no SE or CSM."""
    alone = replace(crowd, support_hours=0.0, support_cost_eur=0.0)
    efforts = np.geomspace(1e-3, 1e3, 200)
    rates = np.array([crowd.win_rates.reach[0], crowd.win_rates.base, crowd.win_rates.reach[1]])
    height = np.interp(rates, [rates[0], rates[-1]], [1.0, 2.0])
    return RevenueCurves(alone, rates, efforts, np.outer(height, SCALE * efforts**ELASTICITY))


@pytest.fixture(scope="module")
def result(crowd: Population) -> BreakEven:
    return break_even(crowd)


def test_the_best_ratio_is_that_of_the_closed_form(power: RevenueCurves) -> None:
    values, people = power.population.preset, power.population
    height = float(power.revenue_at(np.array([1.0]), values)[0])
    hourly = people.accounts * people.months * values["ae_cost_eur"] / values["ae_hours"]
    best = (values["margin"] * height * ELASTICITY / hourly) ** (1 / (1 - ELASTICITY))

    own = advise(power, values)

    step = (300 / 4) ** (1 / 95)
    assert own.best_ratio == pytest.approx(values["ae_hours"] / best, rel=step - 1)
    assert own.elasticity == pytest.approx(ELASTICITY, abs=1e-3)
    assert own.flat_low < own.best_ratio < own.flat_high
    assert own.loss_eur >= 0


def test_the_frontier_is_that_of_the_closed_form(power: RevenueCurves) -> None:
    """The cost at which the ends of the guide's range and a quarter less break even."""
    values, people = power.population.preset, power.population
    height = float(power.revenue_at(np.array([1.0]), values)[0])
    low, _ = guide_range(people)
    rival = low / people.scenario.breakeven.step
    gained = values["margin"] * height * ((65 / rival) ** ELASTICITY - (65 / low) ** ELASTICITY)
    cost = gained / (people.accounts * people.months * (1 / rival - 1 / low))
    wide = people.scenario.override({"breakeven.ranges.ae_cost_eur": [cost / 3, 3 * cost]})
    curves = replace(power, population=replace(people, scenario=wide))

    rows = [find_frontier(curves, "ae_cost_eur", side) for side in ("below", "above")]
    near = [row["value"] for row in rows if row["value"] == row["value"]]

    assert any(value == pytest.approx(cost, rel=1e-3) for value in near)


def test_a_range_that_holds_no_frontier_says_never(power: RevenueCurves) -> None:
    people = power.population
    narrow = people.scenario.override({"breakeven.ranges.ae_cost_eur": [10_000.0, 10_001.0]})
    curves = replace(power, population=replace(people, scenario=narrow))

    row = find_frontier(curves, "ae_cost_eur", "above")

    assert np.isnan(row["value"])  # type: ignore[call-overload]
    assert np.isnan(find_frontier(curves, "ae_cost_eur", "below")["value"])  # type: ignore[call-overload]


def test_curves_give_what_was_played(crowd: Population, result: BreakEven) -> None:
    ratios, values = np.array([10.0, 35.0, 150.0]), crowd.preset
    played = crowd.contributions(ratios, values, crowd.scenario.breakeven.replications).mean(axis=1)

    assert result.curves.contribution(ratios, values) == pytest.approx(played, rel=5e-3)


@pytest.mark.parametrize(
    "turned",
    [{"response": 1.8}, {"potential": 0.6}, {"response": 0.6, "potential": 1.7, "ae_cost_eur": 15_000.0}],
)
def test_curves_turned_by_arithmetic_give_what_is_played_turned(
    crowd: Population, result: BreakEven, turned: dict[str, float]
) -> None:
    ratios, values = np.array([10.0, 35.0]), crowd.preset | turned
    played = crowd.contributions(ratios, values, crowd.scenario.breakeven.replications).mean(axis=1)

    assert result.curves.contribution(ratios, values) == pytest.approx(played, rel=1e-2)


def test_every_pair_of_assumptions_has_its_map(result: BreakEven) -> None:
    table = result.frame()
    points = result.population.scenario.breakeven.points

    assert (table.groupby(["first", "second"]).size() == points**2).all()
    assert len(table) == 6 * points**2
    inside = (table["best_ratio"] >= 20) & (table["best_ratio"] <= 50)
    assert table.loc[inside, "guide_is_best"].all()
    assert (table["loss_eur"] >= 0).all()
    assert ((table["lead_eur"] >= 0) == table["guide_is_best"]).all()
    assert (table["flat_low"] <= table["best_ratio"]).all()
    assert (table["best_ratio"] <= table["flat_high"]).all()


def test_dearer_people_cover_more_accounts(result: BreakEven) -> None:
    dear, cheap = (result.advice({"ae_cost_eur": x}).best_ratio for x in (20_000.0, 6_000.0))

    assert dear > cheap
    assert result.advice({}) == result.at_preset


def test_at_a_frontier_the_two_ratios_bring_the_same(result: BreakEven) -> None:
    edges = result.frontier().dropna(subset="value")
    assert len(result.frontier()) == 8
    assert len(edges) > 0

    for row in edges.to_dict("records"):
        own = result.advice({row["assumption"]: row["value"]})
        assert abs(own.lead_eur) < 1e-6 * abs(own.guide_eur)
        assert row["low"] <= row["value"] <= row["high"]


def test_rivals_are_a_step_outside(crowd: Population) -> None:
    rivals = rival_ratios(crowd)

    assert rivals.min() == 4
    assert rivals.max() == 300
    assert rivals[rivals < 35].max() == pytest.approx(16)
    assert rivals[rivals > 35].min() == pytest.approx(62.5)


def test_the_summary_and_the_preset_say_the_same(result: BreakEven) -> None:
    own = result.preset_frame().iloc[0]

    assert own["best_ratio"] == result.at_preset.best_ratio
    assert own["accounts"] == result.population.accounts
    assert result.summary().startswith("mid_market: 20 to 50 accounts per AE is ")


def test_a_win_rate_of_the_preset_is_sampled_itself(crowd: Population) -> None:
    curves = sample_curves(crowd)

    assert crowd.win_rates.base in curves.win_rates
    assert curves.revenue.shape == (curves.win_rates.size, curves.efforts.size)
    assert (np.diff(curves.efforts) > 0).all()


def test_the_guides_own_arithmetic() -> None:
    table = guide_arithmetic(Scenario.load("saas_midmarket")).set_index("segment")

    assert table.loc["strategic", "accounts"] == 4
    assert table.loc["strategic", "book_low_eur"] == 2.0e6
    assert table.loc["mid_market", ["book_low_eur", "book_high_eur"]].tolist() == [3.5e6, 17.5e6]
    assert table.loc["smb", "book_high_eur"] == 1e7
    assert np.isnan(table.loc["strategic", "book_high_eur"])
    assert table.loc["strategic", "needed_eur"] == 17.5e6 / 4


def test_bad_assumptions_are_refused(crowd: Population, result: BreakEven) -> None:
    with pytest.raises(ConfigError, match="unknown assumption of a map 'margin'"):
        break_even(crowd, ["response", "margin"])
    with pytest.raises(ConfigError, match="two assumptions or more, got 1"):
        break_even(crowd, ["response"])
    known = replace(crowd, scenario=crowd.scenario.override({"breakeven.ranges.response": [1.0, 1.0]}))
    with pytest.raises(ConfigError, match=r"ranges\.response must be a range for a map, got 1 to 1"):
        break_even(known)
    with pytest.raises(ConfigError, match="unknown assumption of a map 'churn'"):
        result.advice({"churn": 2.0})
