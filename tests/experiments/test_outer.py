"""The outer loop over parameters: paired draws, intervals that carry their doubt."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from kamsim.errors import ConfigError
from kamsim.experiments import compare_policies
from kamsim.experiments.outer import scenarios_by_draw
from kamsim.experiments.starts import Starts

CUTOFF = pd.Timestamp("2026-01-01")
KEY = "dynamics.mid_market.churn_mean"


def draws(values: list[float], key: str = KEY) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "draw": range(len(values)),
            "parameter": pd.Series([key] * len(values), dtype="str"),
            "value": values,
        }
    )


def play(desk: Any, parameters: pd.DataFrame | None) -> Any:
    plans = pd.concat([desk.plan("status_quo"), desk.plan("balanced", hours=2.0)])
    return compare_policies(
        desk.portfolio, desk.book, desk.scores, plans, desk.scenario, cutoff=CUTOFF, parameters=parameters
    )


def test_draws_that_all_say_the_scenario_change_nothing(desk: Any) -> None:
    own = desk.scenario.dynamics.mid_market.churn_mean
    blind = desk.without_truth()
    pd.testing.assert_frame_equal(play(blind, None).periods, play(blind, draws([own] * 10)).periods)


def test_each_draw_has_its_own_parameters_and_every_policy_the_same(desk: Any) -> None:
    found = play(desk, draws([0.02] * 5 + [0.6] * 5))
    whole = found.periods.query("tier == 0 and year == 0").assign(late=lambda f: f["draw"] >= 5)
    stays = whole.pivot_table("logo_retention", "policy", "late")
    assert (stays[False] > stays[True] + 0.02).all()
    assert not found.truth_known


def test_intervals_carry_the_doubt_about_the_parameters(desk: Any) -> None:
    """Where effort hardly counts twice the hours bring hardly more: draws differ, and intervals show it."""
    key, own = "dynamics.half_effort_hours", desk.scenario.dynamics.half_effort_hours
    sure, unsure = (
        play(desk, draws(values, key)).comparison.set_index("policy").loc["balanced"]
        for values in ([own] * 10, [own, own / 200] * 5)
    )
    width = [p["difference_high_eur"] - p["difference_low_eur"] for p in (sure, unsure)]
    assert width[1] > 1.2 * width[0]


def test_a_figure_set_for_this_run_holds_in_every_draw(desk: Any) -> None:
    fixed = desk.scenario.override({KEY: 0.3})
    assert {s.dynamics.mid_market.churn_mean for s in scenarios_by_draw(fixed, draws([0.1, 0.2]), 2)} == {0.3}


def test_too_few_draws_are_refused(desk: Any) -> None:
    with pytest.raises(
        ConfigError, match=r"experiment\.draws must be <= 3, the draws that the calibration wrote, got 10"
    ):
        play(desk, draws([0.1, 0.2, 0.3]))


def test_lanes_are_cut_where_the_draw_changes() -> None:
    dynamics: Any = ("c", "d", "e")
    draw = np.repeat(np.arange(2, 5), 4)
    state: Any = None
    starts = Starts(state, 4, draw, np.arange(12), False, dynamics)
    assert [(s.start, s.stop, d) for s, d in starts.alike(2, 9)] == [(2, 4, "c"), (4, 8, "d"), (8, 9, "e")]
