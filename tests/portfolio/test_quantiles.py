import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kamsim.portfolio.quantiles import beta_quantile, category, poisson_quantile

LATTICE = (
    np.concatenate([np.arange(300), np.arange(2**22, 2**22 + 300), 2**23 - 1 - np.arange(300)]) + 0.5
) / 2**23


@pytest.mark.parametrize(("alpha", "beta"), [(3, 3), (6, 4), (0.43, 5.57), (2, 2), (0.92, 4.08), (40, 3)])
def test_beta_quantiles_are_right_in_the_middle_and_in_the_tails(alpha: float, beta: float) -> None:
    exact = stats.beta.ppf(LATTICE, alpha, beta)

    np.testing.assert_allclose(beta_quantile(LATTICE, alpha, beta), exact, atol=1e-6, rtol=2e-5)


@given(st.floats(0.01, 200), st.floats(0.01, 200))
def test_beta_quantiles_rise_and_stay_within_bounds(alpha: float, beta: float) -> None:
    found = beta_quantile(np.sort(LATTICE), alpha, beta)

    assert (np.diff(found) >= 0).all()
    assert found.min() >= 0
    assert found.max() <= 1


@pytest.mark.parametrize("mean", [0.0, 0.2, 1.0, 7.0, 99.0])
def test_poisson_quantiles_are_exact(mean: float) -> None:
    np.testing.assert_array_equal(poisson_quantile(LATTICE, mean), stats.poisson.ppf(LATTICE, mean))


def test_a_category_without_weight_never_comes() -> None:
    found = category(LATTICE, np.array([0.0, 1.0, 0.0, 3.0, 0.0]))

    assert set(found) == {1, 3}
