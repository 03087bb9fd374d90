"""The comparison of policies at full size: 5,000 accounts, 36 months, 200 replications, 6 policies.

What is timed is the whole stage: reading, playing, key figures with intervals, selection, the leader on fresh
luck, writing. The engine is compiled before.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.row import Row, at_most, measured
from kamsim import runs
from kamsim.config import Scenario

ACCOUNTS, REPLICATIONS, MONTHS = 5_000, 200, 36
POLICIES = ["status_quo", "round_robin", "nearest", "guide_ratios", "balanced", "potential_greedy"]


def rows() -> Iterator[Row]:
    """Wall seconds of the whole comparison, and account-months a second of it."""
    scenario = Scenario.load(
        "saas_midmarket",
        {
            "portfolio.accounts": ACCOUNTS,
            "experiment.replications": REPLICATIONS,
            "experiment.months": MONTHS,
            "allocation.policies": POLICIES,
        },
    )
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder)
        runs.generate_stage(run, scenario)
        for stage in (runs.score_stage, runs.value_stage, runs.allocate_stage):
            stage(run, scenario)
        runs.simulate_stage(run, scenario.override({"experiment.replications": 2}))
        told: list[int] = []
        clock, cpu = time.perf_counter(), time.process_time()
        result = runs.simulate_stage(run, scenario, progress=lambda done, _: told.append(done))
        seconds, cpu = time.perf_counter() - clock, time.process_time() - cpu
    cells = ACCOUNTS * MONTHS * REPLICATIONS * len(POLICIES)
    yield at_most("comparison: 5,000 x 36 x 200 x 6", seconds, "s", 60.0)
    yield at_most("comparison: 5,000 x 36 x 200 x 6, processor", cpu, "s", 120.0)
    yield measured("comparison: account-months, all included", cells / seconds / 1e6, "million/s")
    yield measured("comparison: progress is told", len(told), "times")
    yield measured("comparison: replications of the choice", result.selection.replications, "count")
