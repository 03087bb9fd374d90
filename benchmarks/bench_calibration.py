"""A calibration at 600 accounts: time to fit the default parameters, simulated books included."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from benchmarks.row import Row, measured
from kamsim.config import Scenario
from kamsim.experiments.calibration import calibrate
from kamsim.portfolio import generate_portfolio

ACCOUNTS = 600


def rows() -> Iterator[Row]:
    """Time of the first round, in all and a book."""
    scenario = Scenario.load("saas_midmarket", {"portfolio.accounts": ACCOUNTS, "calibration.moves": 0})
    book = replace(generate_portfolio(scenario), truth=None, deals=None)
    clock, spent = time.perf_counter(), time.process_time()
    result = calibrate(book, scenario, cutoff=pd.Timestamp(scenario.portfolio.cutoff))
    seconds, cpu = time.perf_counter() - clock, time.process_time() - spent
    yield measured(f"calibration: {ACCOUNTS} accounts, {result.books} books", seconds, "s")
    yield measured(f"calibration: {ACCOUNTS} accounts, {result.books} books, CPU", cpu, "s")
    yield measured(f"calibration: a book of {ACCOUNTS} accounts, CPU", 1000 * cpu / result.books, "ms")
