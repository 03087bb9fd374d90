from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import special


def test_the_summary_counts_what_data_tell(bench: Any) -> None:
    assert "of 4 parameters identified" in bench.result.summary()
    assert len(bench.result.named("identified", "weak", "prior", "at_end")) == 4


def test_draws_have_the_mean_and_spread_of_the_estimate(bench: Any) -> None:
    draws = bench.result.draws(4000, 1).pivot_table("value", "draw", "parameter")
    frame = bench.result.frame().set_index("parameter")
    for key in draws.columns:
        low, high = np.quantile(draws[key], [0.05, 0.95])
        assert low == pytest.approx(frame.loc[key, "low"], rel=0.05)
        assert high == pytest.approx(frame.loc[key, "high"], rel=0.05)


def test_a_draw_is_the_same_however_many_are_asked_for(bench: Any) -> None:
    few, many = (bench.result.draws(n, 3) for n in (3, 30))
    pd.testing.assert_frame_equal(few, many[many["draw"] < 3])


def test_the_calibrated_scenario_holds_the_estimates_and_says_where_they_come_from(bench: Any) -> None:
    calibrated, frame = bench.result.calibrated(), bench.result.frame().set_index("parameter")
    assert calibrated.dynamics.smb.loss_rate == pytest.approx(frame.loc["dynamics.smb.loss_rate", "estimate"])
    assert calibrated.sources["dynamics.smb.loss_rate"] == "calibrated"
    assert calibrated.sources["dynamics.strategic.loss_rate"] != "calibrated"


def test_what_a_churn_score_is_held_against_moves_with_the_mean_propensity(bench: Any) -> None:
    before, after = bench.scenario, bench.result.calibrated()
    moved = special.logit(after.dynamics.smb.churn_mean) - special.logit(before.dynamics.smb.churn_mean)
    score = special.logit(after.scoring.prior_churn_smb) - special.logit(before.scoring.prior_churn_smb)
    assert score == pytest.approx(moved)
    assert moved < -0.3


def test_moments_stand_side_by_side(bench: Any) -> None:
    moments = bench.result.moments().set_index("moment")
    assert moments.loc["smb.won_share", "observed"] == pytest.approx(
        moments.loc["smb.won_share", "simulated"], rel=0.2
    )
    assert moments["z"].abs().max() < 4
