import warnings

import numpy as np
import pandas as pd
import pytest

from kamsim.errors import SmallSampleWarning
from kamsim.scoring.shrinkage import (
    credibility,
    prior_churn,
    rescale,
    warn_if_small,
    weight_of,
)


def test_under_the_threshold_warns_with_both_numbers() -> None:
    with pytest.warns(SmallSampleWarning, match=r"18 accounts .*small_sample = 50"):
        assert warn_if_small(18, 50)


def test_at_the_threshold_is_silent() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not warn_if_small(50, 50)


def test_weight_grows_with_accounts_and_is_whole_from_the_threshold_on() -> None:
    weights = [weight_of(n, 50) for n in (0, 10, 49, 50, 500)]
    assert weights == [0.0, 10 / 60, 49 / 99, 1.0, 1.0]
    assert credibility(500, 50) < 1


def test_prior_churn_follows_the_horizon(scenario) -> None:
    segments = pd.Series(["smb", "strategic"])
    half = prior_churn(segments, scenario.override({"scoring.churn_horizon_months": 6}))
    np.testing.assert_allclose(rescale(half, 6, 12), [0.32, 0.08])
    assert (half < [0.32, 0.08]).all()
