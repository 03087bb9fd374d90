import numpy as np
import pytest

from kamsim.portfolio.drift import earlier_propensity

NOW = np.array([1e-6, 0.05, 0.4, 0.9])


def test_without_drift_nothing_changes() -> None:
    assert earlier_propensity(NOW, 0.0, 3.0) is NOW


@pytest.mark.parametrize("drift", [-0.3, 0.2])
def test_the_hazard_grows_by_the_drift_each_year(drift: float) -> None:
    before, a_year_later = (-np.log1p(-earlier_propensity(NOW, drift, years)) for years in (3.0, 2.0))

    np.testing.assert_allclose(a_year_later, before * (1 + drift))
    np.testing.assert_array_equal(earlier_propensity(NOW, drift, 0.0).round(12), NOW.round(12))
