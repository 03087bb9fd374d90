from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.coverage import flat_maximum, marginal_value, value_response
from kamsim.errors import ConfigError
from kamsim.schemas import BOOK
from kamsim.value import AdbugResponse, PowerResponse


@pytest.fixture
def book(make_frame: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    return make_frame(
        BOOK,
        account_id=["a", "b", "c"],
        base_eur=[1e5, 0.0, 5e4],
        gain_eur=[2e5, 8e4, 0.0],
        half_hours=[10.0, 4.0, 0.0],
        exponent=[1.4, 2.0, 1.4],
        workload_hours=[12.0, 1.0, 2.0],
    )


def test_the_book_s_response_is_its_value_curve(book: pd.DataFrame) -> None:
    assert value_response(book).respond([10.0, 4.0, 3.0]) == pytest.approx([2e5, 4e4, 5e4])


def test_one_more_hour_goes_where_it_brings_most(book: pd.DataFrame, scenario: Scenario) -> None:
    more = marginal_value(book, scenario.coverage, 36)
    curve = AdbugResponse(0.0, 0.0, 8e4, 4.0, 2.0)

    assert more.hour_best_eur == pytest.approx(float(curve.respond(2.0) - curve.respond(1.0)))
    assert 0 < more.hour_spread_eur < more.hour_best_eur
    assert more.hours == 15.0


def test_the_best_use_of_one_more_ae_is_that_of_brute_force(book: pd.DataFrame, scenario: Scenario) -> None:
    settings = scenario.override({"coverage.ae_hours": 16.0}).coverage
    more = marginal_value(book, settings, 36)
    response, now = value_response(book), book["workload_hours"].to_numpy()
    steps = np.linspace(0, 16.0, 65)
    trials = (now + np.array([a, b, 16.0 - a - b]) for a, b in product(steps, steps) if a + b <= 16.0)
    best = max(float(response.respond(t).sum()) for t in trials) - float(response.respond(now).sum())

    assert more.ae_best_eur == pytest.approx(best, rel=2e-3)
    assert more.ae_best_eur <= more.ae_bound_eur * (1 + 1e-9)
    assert more.ae_bound_eur == pytest.approx(best, rel=5e-3)
    assert more.ae_spread_eur < more.ae_best_eur


def test_the_frame_takes_off_the_cost(book: pd.DataFrame, scenario: Scenario) -> None:
    more = marginal_value(book, scenario.coverage, 36)
    frame = more.frame().set_index("more")

    assert frame.loc["AE", "cost_eur"] == 36 * scenario.coverage.ae_cost_eur
    assert frame.loc["AE", "best_net_eur"] == pytest.approx(more.ae_best_eur - more.ae_cost_eur)
    assert frame.loc["hour", "cost_eur"] == pytest.approx(more.ae_cost_eur / scenario.coverage.ae_hours)


def test_another_response_and_other_hours_may_be_given(book: pd.DataFrame, scenario: Scenario) -> None:
    response = PowerResponse(0.0, np.array([100.0, 200.0, 300.0]), 0.34)
    more = marginal_value(book, scenario.coverage, 36, effort=[4.0, 9.0, 9.0], response=response)
    assert more.hour_best_eur == pytest.approx(300 * (10**0.34 - 9**0.34))


def test_the_order_of_rows_does_not_matter(book: pd.DataFrame, scenario: Scenario) -> None:
    assert marginal_value(book.iloc[::-1], scenario.coverage, 36) == marginal_value(
        book, scenario.coverage, 36
    )


@pytest.mark.parametrize("effort", [[1.0], [1.0, -1.0, 0.0], [1.0, float("nan"), 0.0]])
def test_hours_must_be_one_number_an_account(
    book: pd.DataFrame, scenario: Scenario, effort: list[float]
) -> None:
    with pytest.raises(ConfigError, match="effort must be a number >= 0 for each of 3 accounts"):
        marginal_value(book, scenario.coverage, 36, effort=effort)


def test_an_empty_book_is_refused(scenario: Scenario) -> None:
    with pytest.raises(ConfigError, match="without accounts"):
        marginal_value(BOOK.empty(), scenario.coverage, 36)


@pytest.mark.parametrize("elasticity", [0.2, 0.34, 0.5])
def test_the_flat_maximum_has_its_closed_form(elasticity: float) -> None:
    table = flat_maximum(PowerResponse(0.0, 1e4, elasticity), 120.0)
    factor = table["effort_factor"]
    share = (factor**elasticity - elasticity * factor) / (1 - elasticity)
    assert (1 - table["lost_share"]).tolist() == pytest.approx(share.tolist())


def test_a_quarter_from_the_best_effort_costs_about_1_percent(scenario: Scenario) -> None:
    """E-FLAT-1 at the elasticity of E-ELA-1."""
    response = PowerResponse.calibrated(10.0, 5000.0, scenario.coverage.response)
    lost = flat_maximum(response, 150.0).set_index("effort_factor")["lost_share"]
    assert lost[[0.75, 1.25]].between(0.008, 0.013).all()


def test_no_factor_beats_the_best_effort_on_a_book_s_curves(book: pd.DataFrame) -> None:
    table = flat_maximum(value_response(book), 1500.0)
    assert (table["lost_share"] >= 0).all()
    assert table.loc[table["lost_share"].idxmin(), "effort_factor"] == 1.0


def test_where_no_effort_pays_there_is_no_maximum(book: pd.DataFrame) -> None:
    with pytest.raises(ConfigError, match=r"no effort pays at 1e\+09 EUR an hour"):
        flat_maximum(value_response(book), 1e9)


def test_factors_below_0_are_refused() -> None:
    with pytest.raises(ConfigError, match="factors must be 0 or above"):
        flat_maximum(PowerResponse(0.0, 1e4, 0.3), 120.0, factors=(-1.0,))


def test_hours_that_serve_one_of_two_like_accounts_are_not_left_over(
    make_frame: Callable[..., pd.DataFrame], scenario: Scenario
) -> None:
    """At no price of an hour does just one of two equal S-shaped accounts want its hours."""
    twins = make_frame(
        BOOK, account_id=["a", "b"], gain_eur=[1e5] * 2, half_hours=[10.0] * 2, exponent=[4.0] * 2
    )
    settings = scenario.override({"coverage.ae_hours": 16.0}).coverage
    more = marginal_value(twins, settings, 36)

    assert more.ae_best_eur == pytest.approx(1e5 * 16**4 / (10**4 + 16**4))
    assert more.ae_best_eur < more.ae_bound_eur


def test_an_ae_with_fewer_hours_brings_less_and_costs_the_same(
    make_frame: Callable[..., pd.DataFrame],
) -> None:
    book = make_frame(
        BOOK, account_id=["a"], gain_eur=[1e6], half_hours=[9.0], exponent=[1.0], workload_hours=[5.0]
    )
    settings = Scenario.load("base").coverage
    whole, on_the_road = marginal_value(book, settings, 36), marginal_value(book, settings, 36, ae_hours=20.0)

    assert on_the_road.ae_best_eur < whole.ae_best_eur
    assert on_the_road.ae_cost_eur == whole.ae_cost_eur
    assert on_the_road.hour_best_eur == whole.hour_best_eur
    with pytest.raises(ConfigError, match="ae_hours must be above 0, got 0"):
        marginal_value(book, settings, 36, ae_hours=0.0)
