"""Arithmetic against the figures of docs/sources.md's domain and of closed forms."""

import numpy as np
import pytest
from scipy import stats

from kamsim.experiments import conflicts
from kamsim.streams import stream


@pytest.mark.parametrize(("nrr", "retention", "growth"), [(0.97, 0.68, 0.43), (1.18, 0.92, 0.28)])
def test_growth_that_the_surveys_ask_of_survivors(nrr: float, retention: float, growth: float) -> None:
    assert conflicts.survivor_growth(nrr, retention) == pytest.approx(growth, abs=0.005)


def test_shares_of_a_lognormal_against_a_sample() -> None:
    revenue = np.sort(np.exp(1.3 * stream(1, "lognormal").standard_normal(400_000)))[::-1]
    for fraction in (0.01, 0.05, 0.2):
        drawn = revenue[: int(fraction * revenue.size)].sum() / revenue.sum()
        assert conflicts.top_share_of_sigma(1.3, fraction) == pytest.approx(drawn, abs=0.01)


@pytest.mark.parametrize("top", [0.59, 0.67, 0.8])
def test_sigma_and_share_are_inverse(top: float) -> None:
    assert conflicts.top_share_of_sigma(conflicts.sigma_of_top_share(top), 0.2) == pytest.approx(top)


def test_80_20_fits_few_key_accounts_only() -> None:
    """Pareto's sigma is 1.68; there 1 to 5 % of customers bring about 20 to 50 %, 10 % bring too much."""
    found = conflicts.concentrations([0.8], [0.001, 0.01, 0.04, 0.1], (0.2, 0.5))

    assert found["sigma"].iloc[0] == pytest.approx(2 * stats.norm.ppf(0.8), abs=1e-9)
    assert found["holds"].tolist() == [False, True, True, False]
    assert found["key_share"].is_monotonic_increasing


def test_no_key_share_of_80_percent_with_80_20() -> None:
    assert conflicts.top_share_if_keys_hold(0.8, 0.05) == pytest.approx(0.95, abs=0.005)
    assert conflicts.top_share_if_keys_hold(0.8, 0.2) == pytest.approx(0.8)


def test_survival_where_rates_differ_against_the_integral() -> None:
    churn = stats.beta(0.32 * 4, 0.68 * 4)
    expected = churn.expect(lambda p: (1 - p) ** 4)
    found = conflicts.survival(0.68, 4, 4)

    assert found.heterogeneous == pytest.approx(expected, rel=1e-6)
    assert found.constant == pytest.approx(0.68**4)
    assert found.missed == pytest.approx(1 - 0.68**4 / expected)


def test_customers_who_are_alike_leave_nothing_to_miss() -> None:
    assert conflicts.survival(0.68, 1e9, 4).missed == pytest.approx(0, abs=1e-6)
