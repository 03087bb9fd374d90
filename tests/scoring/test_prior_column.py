import numpy as np
import pandas as pd
import pytest

from kamsim.errors import ConfigError, FeatureError, SmallSampleWarning
from kamsim.scoring import ChurnClassifier, PotentialRegressor
from kamsim.scoring.prior_column import take_prior
from kamsim.streams import stream


def _table(rows: int) -> pd.DataFrame:
    draw = stream(4, "prior column")
    return pd.DataFrame({"x": draw.standard_normal(rows), "usual": np.where(np.arange(rows) % 2, 0.1, 0.4)})


def test_a_number_leaves_the_table_as_it_came() -> None:
    frame = _table(4)
    same, prior = take_prior(frame, 0.3)
    assert same is frame
    assert prior is None


@pytest.mark.parametrize("bad", [[0.1, None], [0.1, "much"], [0.1, np.inf]])
def test_every_row_must_have_a_number(bad) -> None:
    with pytest.raises(FeatureError, match="column 'usual' must hold a number in every row: 1 row"):
        take_prior(pd.DataFrame({"usual": bad}), "usual")


def test_an_absent_column_is_named() -> None:
    with pytest.raises(FeatureError, match="column 'usual', which is to hold the prior"):
        take_prior(pd.DataFrame({"x": [1]}), "usual")


def test_few_rows_lean_on_the_prior_of_each_row_which_no_model_reads() -> None:
    frame = _table(30)
    left = frame["x"] + stream(5, "noise").standard_normal(30) > 0
    with pytest.warns(SmallSampleWarning):
        model = ChurnClassifier(prior_rate="usual").fit(frame, left)
    alike = pd.DataFrame({"x": [0.0, 0.0], "usual": [0.1, 0.4]})
    low, high = model.predict_proba(alike)[:, 1]
    assert high - low == pytest.approx((1 - model.weight_) * 0.3)
    assert list(model.feature_names_in_) == ["x"]


def test_small_sample_is_where_the_prior_falls_silent() -> None:
    frame = _table(60)
    left = frame["x"] > 0
    assert ChurnClassifier(prior_rate="usual").fit(frame, left).weight_ == 1.0
    with pytest.warns(SmallSampleWarning, match="fewer than 100"):
        assert ChurnClassifier(small_sample=100).fit(frame, left).weight_ == 60 / 160


def test_a_rate_outside_of_0_and_1_is_refused() -> None:
    frame = _table(60).assign(usual=1.5)
    with pytest.raises(ConfigError, match=r"prior_rate must be from 0 to 1, got 1\.5"):
        ChurnClassifier(prior_rate="usual").fit(frame, frame["x"] > 0)


def test_potential_leans_on_the_prior_of_each_row_and_refuses_nothing_at_all() -> None:
    frame = _table(30)
    amounts = np.exp(frame["x"])
    with pytest.warns(SmallSampleWarning):
        model = PotentialRegressor(prior_potential="usual").fit(frame, amounts)
    alike = pd.DataFrame({"x": [0.0, 0.0], "usual": [0.1, 0.4]})
    low, high = np.log(model.predict(alike))
    assert high - low == pytest.approx((1 - model.weight_) * np.log(4))
    with pytest.raises(FeatureError, match="column 'usual' must be above 0, got 0"):
        PotentialRegressor(prior_potential="usual").fit(frame.assign(usual=0.0), amounts)


def test_a_given_prior_of_spend_never_falls_silent_and_an_own_median_does() -> None:
    frame = _table(100)
    spend = np.exp(frame["x"])
    assert PotentialRegressor(prior_potential="usual").fit(frame, spend=spend).weight_ == 100 / 150
    assert PotentialRegressor().fit(frame[["x"]], spend=spend).weight_ == 1.0
