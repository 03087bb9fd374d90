import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from kamsim.config import ResponseSettings, Scenario
from kamsim.errors import ConfigError
from kamsim.value.response import FORMS, AdbugResponse, ExponentialResponse, PowerResponse, Response

ALL = pytest.mark.parametrize("form", sorted(FORMS))


@pytest.fixture
def rules() -> ResponseSettings:
    return Scenario.load("base").coverage.response


def calibrate(form: str, rules: ResponseSettings) -> Response:
    return FORMS[form].calibrated(12.0, 6000.0, rules)


@ALL
@pytest.mark.parametrize("elasticity", [0.1, 0.34, 0.55])
def test_outcome_and_elasticity_today_are_recovered(
    form: str, elasticity: float, rules: ResponseSettings
) -> None:
    response = calibrate(form, rules.model_copy(update={"elasticity": elasticity}))

    assert response.respond(12.0) == pytest.approx(6000.0)
    assert response.elasticity_at(12.0) == pytest.approx(elasticity)


@ALL
def test_the_marginal_is_the_slope(form: str, rules: ResponseSettings) -> None:
    response, effort, step = calibrate(form, rules), np.array([1.0, 5.0, 12.0, 40.0]), 1e-4
    slope = (response.respond(effort + step) - response.respond(effort - step)) / (2 * step)
    assert response.marginal(effort) == pytest.approx(slope, rel=1e-6)


@ALL
def test_the_best_effort_is_what_a_search_finds(form: str, rules: ResponseSettings) -> None:
    response, cost = calibrate(form, rules), 150.0
    found = minimize_scalar(
        lambda e: cost * e - float(response.respond(e)), bounds=(1.0, 100.0), method="bounded"
    )
    assert response.best_effort(cost) == pytest.approx(found.x, rel=1e-4)


def test_power_has_its_closed_forms() -> None:
    """At the optimum, the cost of effort is the elasticity's share of the outcome (Dorfman and Steiner)."""
    response = PowerResponse(carry=0.0, scale=1000.0, elasticity=0.34)
    best = response.best_effort(100.0)

    assert best == pytest.approx((0.34 * 1000 / 100) ** (1 / 0.66))
    assert 100.0 * best / response.respond(best) == pytest.approx(0.34)
    assert response.elasticity_at([1.0, 9.0, 80.0]) == pytest.approx([0.34] * 3)


@pytest.mark.parametrize("form", ["exponential", "adbug"])
def test_saturating_forms_start_at_the_base_and_end_at_the_ceiling(
    form: str, rules: ResponseSettings
) -> None:
    response = calibrate(form, rules)
    assert isinstance(response, ExponentialResponse | AdbugResponse)

    assert response.respond(0.0) == pytest.approx(rules.share_without_effort * 6000)
    assert response.respond(1e6) == pytest.approx(response.base + response.gain, rel=1e-6)


def test_adbug_is_s_shaped_above_exponent_1_only() -> None:
    def marginals(exponent: float) -> np.ndarray:
        return AdbugResponse(0.0, 0.0, 100.0, 10.0, exponent).marginal(np.linspace(0.1, 30.0, 60))

    assert (np.diff(marginals(1.0)) < 0).all()
    signs = np.sign(np.diff(marginals(2.0)))
    assert signs[0] > 0 > signs[-1]
    assert (np.diff(signs) != 0).sum() == 1, "one inflection"


def test_an_s_shape_that_never_pays_gets_no_effort() -> None:
    response = AdbugResponse(0.0, 0.0, np.array([100.0, 100.0]), np.array([10.0, 10.0]), 2.0)
    # Without a base the largest return on effort is gain / (2 half) = 5 an hour for exponent 2, at e = half.
    assert response.best_effort(5.01).tolist() == [0.0, 0.0]
    assert (response.best_effort(4.99) > 9.9).all()


def test_an_exponential_whose_first_hour_does_not_pay_gets_no_effort() -> None:
    assert ExponentialResponse(0.0, 0.0, 100.0, 0.1).best_effort(10.01) == 0.0


@ALL
@pytest.mark.parametrize("carry", [0.0, 0.5, 0.9])
def test_the_lasting_effect_is_the_first_month_s_over_1_less_carry(
    form: str, carry: float, rules: ResponseSettings
) -> None:
    response = calibrate(form, rules.model_copy(update={"carry": carry}))
    path = response.path(np.full(600, 20.0), before=12.0)
    first, lasting = path[0] - 6000.0, path[-1] - 6000.0

    assert lasting == pytest.approx(float(response.respond(20.0)) - 6000.0)
    assert lasting / first == pytest.approx(1 / (1 - carry))


@ALL
def test_one_month_s_effort_spreads_its_whole_effect_over_the_months_after(
    form: str, rules: ResponseSettings
) -> None:
    response = calibrate(form, rules)
    pulse = np.full(200, 12.0)
    pulse[0] = 20.0
    assert (response.path(pulse, before=12.0) - 6000.0).sum() == pytest.approx(
        float(response.respond(20.0)) - 6000.0
    )


@ALL
def test_parameters_may_be_arrays(form: str, rules: ResponseSettings) -> None:
    together = FORMS[form].calibrated([5.0, 12.0], [100.0, 6000.0], rules)
    alone = calibrate(form, rules)

    assert together.respond([12.0, 12.0])[1] == pytest.approx(float(alone.respond(12.0)))
    assert together.best_effort(20.0)[1] == pytest.approx(float(alone.best_effort(20.0)))


@pytest.mark.parametrize(("form", "most"), [("exponential", "0.3"), ("adbug", "0.6")])
def test_an_elasticity_that_a_saturating_curve_cannot_have_is_refused(
    form: str, most: str, rules: ResponseSettings
) -> None:
    steep = rules.model_copy(update={"share_without_effort": 0.7, "elasticity": 0.61})
    with pytest.raises(ConfigError, match=f"elasticity must be below {most} .* got 0.61"):
        calibrate(form, steep)


@ALL
@pytest.mark.parametrize(("effort", "outcome"), [(0.0, 1.0), (1.0, -1.0), (float("nan"), 1.0)])
def test_today_must_be_above_0(form: str, effort: float, outcome: float, rules: ResponseSettings) -> None:
    with pytest.raises(ConfigError, match=r"today's (effort|outcome) must be above 0"):
        FORMS[form].calibrated(effort, outcome, rules)


@ALL
def test_effort_without_cost_has_no_best(form: str, rules: ResponseSettings) -> None:
    with pytest.raises(ConfigError, match="cost_per_hour must be above 0, got 0"):
        calibrate(form, rules).best_effort(0.0)


@pytest.mark.parametrize("exponent", [0.7, 1.0, 1.4, 4.0])
@pytest.mark.parametrize("cost", [0.5, 3.0, 5.0])
def test_the_best_effort_on_an_s_shape_is_that_of_a_fine_grid(exponent: float, cost: float) -> None:
    response, grid = AdbugResponse(0.0, 7.0, 100.0, 10.0, exponent), np.linspace(0, 100, 100_001)
    profit = response.respond(grid) - cost * grid
    best = response.best_effort(cost)

    assert best == pytest.approx(grid[profit.argmax()], abs=2e-3)
    assert response.respond(best) - cost * best >= profit.max() - 1e-9
