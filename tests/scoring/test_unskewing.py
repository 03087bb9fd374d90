"""The fast search finds the power that SciPy's finds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.preprocessing import PowerTransformer

from kamsim.scoring import unskewing
from kamsim.scoring.unskewing import Unskewing, best_power

LUCK = np.random.Generator(np.random.PCG64(5))
COLUMNS = {
    "skewed": np.exp(2 * LUCK.standard_normal(300)),
    "counts": LUCK.poisson(1.5, 300).astype(float),
    "signed": LUCK.standard_normal(300) ** 3,
    "negative": -np.exp(LUCK.standard_normal(300)),
    "two values": (LUCK.random(300) < 0.2).astype(float),
    "large": 1e7 * LUCK.random(300),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_the_power_is_that_of_scipy(name: str) -> None:
    expected = stats.yeojohnson_normmax(COLUMNS[name])

    assert best_power(COLUMNS[name]) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_zeros_stay_as_they_are() -> None:
    assert best_power(np.zeros(5)) == 1.0


def test_gaps_are_left_out() -> None:
    gaps = np.where(np.arange(300) % 7, COLUMNS["skewed"], np.nan)[:, None]

    assert Unskewing().fit(gaps).lambdas_[0] == best_power(gaps[~np.isnan(gaps)])


def test_transformer_is_that_of_scikit_learn_with_its_search_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = np.column_stack(list(COLUMNS.values()))
    np.testing.assert_allclose(
        Unskewing().fit_transform(table), PowerTransformer().fit_transform(table), rtol=1e-5, atol=1e-6
    )

    monkeypatch.setattr(unskewing, "best_power", lambda x: 0.5)
    assert (Unskewing().fit(table).lambdas_ == 0.5).all(), "scikit-learn no longer calls the faster search"
