import numpy as np
import pytest

from kamsim.scoring.estimate import (
    HORIZON_MONTHS,
    folds,
    prior_errors,
    revenue_floor,
    surveyed_potential,
    with_prior_errors,
)


def test_the_floor_is_current_revenue_and_positive(planted) -> None:
    floor, revenue = revenue_floor(planted.accounts), planted.accounts["revenue_eur_per_month"].to_numpy()
    np.testing.assert_allclose(floor[revenue > 0], HORIZON_MONTHS * revenue[revenue > 0])
    assert (floor[revenue == 0] == 1).all()


def test_a_disclosed_wallet_of_nothing_is_still_an_amount(planted, scenario) -> None:
    accounts = planted.accounts.assign(disclosed_wallet_eur_per_month=0.0, revenue_eur_per_month=0.0)
    assert (surveyed_potential(accounts, scenario) == 1).all()


def test_an_undisclosed_potential_is_missing(planted, scenario) -> None:
    np.testing.assert_array_equal(np.isnan(surveyed_potential(planted.accounts, scenario)), planted.hidden)


def test_few_errors_take_the_priors_beside_them(scenario) -> None:
    few, many = np.full(18, 0.01), np.full(50, 0.01)
    padded = with_prior_errors(few, scenario)
    assert len(padded) == 18 + 50
    assert padded.std() > 0.5
    assert with_prior_errors(many, scenario) is many


def test_prior_errors_have_the_priors_spread(scenario) -> None:
    wide = scenario.override({"scoring.prior_potential_log_sd": 1.5, "scoring.small_sample": 400})
    assert prior_errors(wide).std() == pytest.approx(1.5, rel=0.03)


def test_folds_are_the_same_for_the_same_seed_and_no_more_than_rows(scenario) -> None:
    first, second = (list(folds(scenario, 20).split(np.zeros(20))) for _ in range(2))
    other = list(folds(scenario.override({"seed": 3}), 20).split(np.zeros(20)))
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(first, second, strict=True))
    assert not all(np.array_equal(a[1], b[1]) for a, b in zip(first, other, strict=True))
    assert folds(scenario, 3).get_n_splits() == 3
