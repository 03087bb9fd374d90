import numpy as np
import pytest
from scipy import stats
from sklearn.model_selection import KFold

from kamsim.scoring.intervals import (
    attainable_errors,
    combine,
    conformal_bounds,
    coverage_across_folds,
    normal_errors,
)
from kamsim.streams import stream


def test_bounds_cover_the_next_error_as_often_as_asked() -> None:
    draw = stream(3, "errors")
    hits = []
    for _ in range(2000):
        errors = draw.standard_t(3, size=31)
        low, high = conformal_bounds(errors[:-1], 0.9)
        hits.append(low <= errors[-1] <= high)
    # At n = 30 the guarantee is at least 0.9; the extremes give 29/31. Four standard errors of slack.
    assert 0.9 - 4 * 0.0067 < np.mean(hits) < 29 / 31 + 4 * 0.0067


def test_too_few_errors_give_their_extremes() -> None:
    assert conformal_bounds(np.array([0.3, -1.0, 2.0]), 0.9) == (-1.0, 2.0)


def test_fewer_accounts_than_errors_widen_the_bounds() -> None:
    errors = np.linspace(-1, 1, 2001)
    narrow, wide = conformal_bounds(errors, 0.9), conformal_bounds(errors, 0.9, 20)
    assert wide[1] > narrow[1]
    assert wide[0] < narrow[0]


def test_attainable_errors_have_the_spread_of_their_beta() -> None:
    errors = attainable_errors(6.0, 4.0)
    assert np.mean(np.exp(errors)) == pytest.approx(1.0, abs=0.002)
    assert np.quantile(0.6 * np.exp(errors), 0.9) == pytest.approx(stats.beta.ppf(0.9, 6, 4), abs=0.01)


def test_combined_errors_add_variances() -> None:
    both = combine(normal_errors(0.3, 99), normal_errors(0.4, 99))
    assert both.std() == pytest.approx(0.5, rel=0.02)


def test_coverage_across_folds_sees_only_other_folds() -> None:
    # One fold far off: judged by the others it is never covered, and they are.
    errors = np.concatenate([np.linspace(-1, 1, 80), np.full(20, 50.0)])
    found = coverage_across_folds(errors, KFold(5), 0.5)
    assert found == pytest.approx(0.5, abs=0.15)
    assert coverage_across_folds(np.tile([-1.0, 1.0], 50), KFold(5), 0.9) == 1.0
