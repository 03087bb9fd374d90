"""One small bundle with planted parameters, calibrated once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
import pytest

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.experiments.calibration import CalibrationResult, calibrate
from kamsim.portfolio import generate_portfolio

CUTOFF = pd.Timestamp("2026-01-01")
FREE = {
    "dynamics.smb.churn_mean": 2.5,
    "dynamics.smb.loss_rate": 2.0,
    "dynamics.smb.milestone_pace": 2.0,
    "dynamics.half_effort_hours": 2.0,
}
PLANTED = {"dynamics.smb.churn_mean": 0.3, "dynamics.smb.loss_rate": 0.8, "dynamics.smb.milestone_pace": 7.5}


@dataclass(frozen=True)
class Bench:
    """A bundle, the scenario a calibration starts from, and what it came to."""

    book: Portfolio
    scenario: Scenario
    result: CalibrationResult


def shown(book: Portfolio) -> Portfolio:
    """The bundle as an export would hold it."""
    return replace(book, truth=None, deals=None, people=None, influence=None, truth_history=None)


@pytest.fixture(scope="session")
def bench(scenario: Scenario) -> Bench:
    """Read it, never write to it."""
    start = scenario.override(
        {
            "portfolio.accounts": 300,
            "calibration.free": FREE,
            "calibration.books": 64,
            "calibration.draws": 50,
        }
    )
    book = shown(generate_portfolio(start.override({**PLANTED, "seed": 5})))
    return Bench(book, start, calibrate(book, start, cutoff=CUTOFF))
