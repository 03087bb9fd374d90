from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.experiments.calibration.shape import _minimum_cycle, shape_like
from kamsim.experiments.calibration.traces import WON, Traces, read_traces
from kamsim.portfolio import generate_portfolio

CUTOFF = pd.Timestamp("2026-01-01")


@pytest.fixture(scope="module")
def traces(scenario: Scenario) -> Traces:
    return read_traces(generate_portfolio(scenario.override({"portfolio.accounts": 200})), cutoff=CUTOFF)


def test_a_bundle_of_the_scenario_contradicts_nothing_in_it(traces: Traces, scenario: Scenario) -> None:
    shaped = shape_like(traces, scenario, CUTOFF)
    assert shaped.portfolio.accounts == 200
    for name in ("strategic", "mid_market", "smb"):
        assert (
            getattr(shaped.portfolio, name).prospect_share == getattr(scenario.portfolio, name).prospect_share
        )
        assert getattr(shaped.portfolio, name).share == pytest.approx(
            getattr(scenario.portfolio, name).share, abs=0.01
        )
    assert shaped.dynamics == scenario.dynamics


def test_prospects_are_read_off_where_the_portfolio_contradicts(traces: Traces, scenario: Scenario) -> None:
    everybody = replace(traces, revenue=np.ones_like(traces.revenue))
    assert shape_like(everybody, scenario, CUTOFF).portfolio.smb.prospect_share == 0.0


def test_wins_that_come_sooner_lower_the_minimum_cycle(traces: Traces, scenario: Scenario) -> None:
    quick = replace(traces, deal_age=traces.deal_age / 3)
    shaped = shape_like(quick, scenario, CUTOFF).dynamics
    assert shaped.strategic.minimum_cycle_months == 2
    assert shape_like(quick, scenario, CUTOFF).dynamics.smb.minimum_cycle_months == 0


def test_one_early_win_says_nothing(traces: Traces, scenario: Scenario) -> None:
    """A third of three wins would be far above the share that may be early; it is one entry."""
    few = np.flatnonzero((traces.deal_status == WON) & (traces.segment[traces.deal_account] == 0))[:3]
    ages = np.array([1.0, 9.0, 11.0])
    own = {name: getattr(traces, name)[few] for name in ("deal_account", "deal_status")}
    least = scenario.dynamics.strategic.minimum_cycle_months
    assert _minimum_cycle(replace(traces, **own, deal_age=ages), 0, scenario) == least
    assert _minimum_cycle(replace(traces, **own, deal_age=np.array([1.0, 1.5, 11.0])), 0, scenario) == 1


def test_a_short_record_and_a_large_portfolio_are_cut_to_what_can_be_made(
    traces: Traces, scenario: Scenario
) -> None:
    short = replace(traces, revenue=traces.revenue[:, -5:])
    small = scenario.override({"calibration.largest_book": 50})
    shaped = shape_like(short, small, CUTOFF)
    assert (shaped.portfolio.history_months, shaped.portfolio.accounts) == (24, 50)
