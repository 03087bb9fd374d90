"""The accounts that a ratio is for, and what they bring at it."""

import numpy as np
import pytest

from kamsim.errors import ConfigError, SchemaError
from kamsim.experiments import Population, gather_population
from kamsim.experiments.population import CHECKING, complete_values

from .conftest import CUTOFF, Desk, crowd_of


def test_it_holds_the_accounts_of_the_tier(desk: Desk, crowd: Population) -> None:
    own = desk.book[desk.book["tier"] == 2]

    assert crowd.state.account_ids == own["account_id"].tolist()
    assert crowd.accounts == len(own)
    assert crowd_of(desk, None).accounts == len(desk.book)


def test_a_ratio_sets_hours_and_people(crowd: Population) -> None:
    values = crowd.preset

    assert crowd.effort(20.0, values) - crowd.effort(40.0, values) == pytest.approx(65 / 20 - 65 / 40)
    saved = crowd.cost(20.0, values) - crowd.cost(40.0, values)
    assert saved == pytest.approx(crowd.accounts * 36 * values["ae_cost_eur"] * (1 / 20 - 1 / 40))


def test_contribution_is_margin_on_revenue_less_the_team(crowd: Population) -> None:
    values = crowd.preset | {"margin": 0.5}
    revenue = crowd.revenue(np.array([crowd.effort(30.0, values)]), values, 4)

    assert crowd.contributions(np.array([30.0]), values, 4) == pytest.approx(
        0.5 * revenue - crowd.cost(30.0, values)
    )


def test_levels_side_by_side_are_the_levels_alone(crowd: Population) -> None:
    efforts = np.array([0.5, 2.0, 8.0])
    together = crowd.revenue(efforts, crowd.preset, 8)
    alone = [crowd.revenue(efforts[[k]], crowd.preset, 8)[0] for k in range(3)]

    assert np.array_equal(together, np.array(alone))
    assert (np.diff(together.mean(axis=1)) > 0).all()


def test_two_streams_of_luck_differ(crowd: Population) -> None:
    effort = np.array([2.0])

    assert (crowd.revenue(effort, crowd.preset, 4) != crowd.revenue(effort, crowd.preset, 4, CHECKING)).all()


def test_half_effort_and_wallets_scale_as_the_curves_assume(crowd: Population) -> None:
    """revenue(e; k, m) = m revenue(e / (k m**h)): the arithmetic that spares sampling."""
    exponent = crowd.scenario.dynamics.half_effort_exponent
    effort, k, m = 3.0, 1.7, 2.3
    turned = crowd.revenue(np.array([effort]), crowd.preset | {"response": k, "potential": m}, 16)
    plain = m * crowd.revenue(np.array([effort / (k * m**exponent)]), crowd.preset, 16)

    # Single precision may turn a draw that lies on an edge.
    assert turned.mean() == pytest.approx(plain.mean(), rel=2e-3)
    assert np.median(np.abs(turned / plain - 1)) < 1e-5


def test_without_truth_draws_are_the_clusters(desk: Desk) -> None:
    crowd = crowd_of(desk.without_truth())

    assert not crowd.truth_known
    assert crowd.state.lanes == 10
    assert crowd.clusters(25).tolist() == np.repeat(np.arange(10), 3).tolist()
    assert crowd.revenue(np.array([1.0, 4.0]), crowd.preset, 25).shape == (2, 30)


def test_ranges_hold_the_preset(crowd: Population) -> None:
    assert crowd.range_of("response") == crowd.scenario.breakeven.ranges.response
    narrow = crowd.scenario.override({"breakeven.ranges.ae_cost_eur": [12_000.0, 15_000.0]})
    moved = Population(**{**crowd.__dict__, "scenario": narrow})
    assert moved.range_of("ae_cost_eur") == (10_000.0, 15_000.0)
    low, high = crowd.range_of("win_rate")
    assert crowd.win_rates.reach[0] <= low < high <= crowd.win_rates.reach[1]


def test_bad_input_is_refused(desk: Desk, crowd: Population) -> None:
    tables = desk.portfolio, desk.book, desk.scores, desk.scenario
    with pytest.raises(ConfigError, match="unknown segment 'strategy': did you mean 'strategic'"):
        gather_population(*tables, "strategy", cutoff=CUTOFF)
    nobody = desk.book.assign(tier=3)
    with pytest.raises(ConfigError, match="no account is in tier 1: the strategic ratio covers nobody"):
        gather_population(desk.portfolio, nobody, desk.scores, desk.scenario, "strategic", cutoff=CUTOFF)
    with pytest.raises(SchemaError, match="the same accounts"):
        gather_population(
            desk.portfolio, desk.book.iloc[1:], desk.scores, desk.scenario, "smb", cutoff=CUTOFF
        )
    with pytest.raises(ConfigError, match="unknown assumption 'winrate': did you mean 'win_rate'"):
        complete_values(crowd, {"winrate": 0.5})
    with pytest.raises(ConfigError, match="unknown assumption"):
        crowd.range_of("weather")
