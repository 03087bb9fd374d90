"""The whole calibration on one small bundle, and on bundles that lack something."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.errors import ConfigError
from kamsim.experiments.calibration import calibrate
from kamsim.experiments.calibration.procedure import chosen_moments, silences_of
from kamsim.experiments.calibration.traces import read_traces
from kamsim.schemas import ACCOUNTS, HISTORY, OPPORTUNITIES

CUTOFF = pd.Timestamp("2026-01-01")


def row(bench: Any, key: str) -> pd.Series:
    return bench.result.frame().set_index("parameter").loc[key]


@pytest.mark.parametrize(
    ("key", "planted"),
    [
        ("dynamics.smb.churn_mean", 0.3),
        ("dynamics.smb.loss_rate", 0.8),
        ("dynamics.smb.milestone_pace", 7.5),
    ],
)
def test_planted_parameters_are_recovered(bench: Any, key: str, planted: float) -> None:
    """Within 2.6 standard deviations (99%), and the preset, from which it starts, outside of the interval."""
    found, place = row(bench, key), [p.key for p in bench.result.parameters].index(key)
    away = bench.result.parameters[place].number(planted) - bench.result.fit.x[place]
    assert abs(away) < 2.6 * np.sqrt(bench.result.fit.covariance[place, place])
    assert not found["low"] < found["prior"] < found["high"]
    assert found["identified"] == "identified"


def test_the_same_portfolio_gives_the_same_answer(bench: Any) -> None:
    again = calibrate(bench.book, bench.scenario, cutoff=CUTOFF)
    pd.testing.assert_frame_equal(again.frame(), bench.result.frame())


def test_without_hours_the_prior_speaks_for_effort(bench: Any) -> None:
    history = bench.book.history.assign(ae_hours=np.nan)
    found = calibrate(replace(bench.book, history=history), bench.scenario, cutoff=CUTOFF)
    effort = found.frame().set_index("parameter").loc["dynamics.half_effort_hours"]
    assert "no_hours" in found.silences
    assert effort["identified"] == "prior"
    assert effort["estimate"] == pytest.approx(effort["prior"])
    assert (effort["low"], effort["high"]) == pytest.approx((effort["prior_low"], effort["prior_high"]))


def test_without_history_and_deals_every_prior_stays(bench: Any) -> None:
    bare = replace(bench.book, history=HISTORY.empty(), opportunities=OPPORTUNITIES.empty())
    found = calibrate(bare, bench.scenario, cutoff=CUTOFF)
    assert found.silences == ("no_history", "no_deals", "no_hours")
    assert set(found.frame()["identified"]) == {"prior"}
    assert found.books == 0
    assert np.isnan(found.misfit)
    assert found.fits


def test_without_history_concentration_is_still_told(bench: Any) -> None:
    bare = replace(bench.book, history=HISTORY.empty(), opportunities=OPPORTUNITIES.empty())
    free = bench.scenario.override(
        {
            "calibration.free": {"portfolio.concentration": 1.6, "dynamics.smb.churn_mean": 2.0},
            "calibration.books": 32,
        }
    )
    found = calibrate(bare, free, cutoff=CUTOFF)
    frame = found.frame().set_index("parameter")
    assert frame.loc["portfolio.concentration", "identified"] in ("identified", "weak")
    assert frame.loc["dynamics.smb.churn_mean", "identified"] == "prior"
    assert [m.name for m in found.moments_used] == ["top_share_now"]


def test_no_accounts_are_refused(bench: Any) -> None:
    nobody = replace(bench.book, accounts=ACCOUNTS.empty())
    with pytest.raises(ConfigError, match="wants a portfolio with accounts, got 0 accounts"):
        calibrate(nobody, bench.scenario, cutoff=CUTOFF)


def test_parameters_of_segments_without_accounts_alone_are_refused(bench: Any) -> None:
    accounts = bench.book.accounts
    own = replace(bench.book, accounts=accounts[accounts["segment"] == "smb"].reset_index(drop=True))
    free = bench.scenario.override({"calibration.free": {"dynamics.strategic.loss_rate": 2.0}})
    with pytest.raises(ConfigError, match="must name a setting of smb or of all segments"):
        calibrate(own, free, cutoff=CUTOFF)


def test_revenue_deal_by_deal_tells_cycles_and_not_who_left(bench: Any) -> None:
    traces = read_traces(bench.book, cutoff=CUTOFF, contracts=False)
    silences = silences_of(traces)
    names = {m.name for m in chosen_moments(traces, silences, ["smb"])}
    assert silences == ("no_contracts",)
    assert {"smb.cycle_p50", "smb.won_share", "smb.openings", "top_share_won"} <= names
    assert not any("leaving" in n or "contracting" in n or "strategic" in n for n in names)


def test_undated_openings_are_not_taken_for_few(bench: Any) -> None:
    deals = bench.book.opportunities.assign(opened_on=pd.NaT)
    undated = deals.astype({"opened_on": bench.book.opportunities["opened_on"].dtype})
    traces = read_traces(replace(bench.book, opportunities=undated), cutoff=CUTOFF)
    silences = silences_of(traces)
    names = {m.name for m in chosen_moments(traces, silences, ["smb"])}
    assert silences == ("no_dates",)
    assert {"smb.leaving", "smb.won_share"} <= names
    assert not any("openings" in name for name in names)


def test_more_openings_than_the_model_has_are_named_and_left_alone(bench: Any) -> None:
    deals = bench.book.opportunities
    many = pd.concat([deals.assign(opportunity_id=deals["opportunity_id"] + f"/{i}") for i in range(12)])
    book = replace(bench.book, opportunities=many.sort_values("opportunity_id", ignore_index=True))
    found = calibrate(book, bench.scenario.override({"calibration.books": 32}), cutoff=CUTOFF)
    assert "smb.openings_customers" in found.beyond


def test_scenario_is_given_unchanged(bench: Any, scenario: Scenario) -> None:
    assert bench.result.scenario is bench.scenario
    assert scenario.sources["dynamics.smb.loss_rate"] != "calibrated"
