"""Common random numbers: a difference between policies varies far less in pairs than apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kamsim import runs
from kamsim.bundle import read_table
from kamsim.config import Scenario
from kamsim.streams import stream

REPLICATIONS = 400
RESAMPLES = 2000


@pytest.mark.evidence
@pytest.mark.parametrize("policy", ["nearest", "profit_maximising"])
def test_pairs_vary_less_than_strangers(tmp_path: Path, record: Callable[..., None], policy: str) -> None:
    scenario = Scenario.load(
        "saas_midmarket",
        {"experiment.replications": REPLICATIONS, "allocation.policies": ["status_quo", policy]},
    )
    runs.generate_stage(tmp_path, scenario)
    for stage in (runs.score_stage, runs.value_stage, runs.allocate_stage, runs.simulate_stage):
        stage(tmp_path, scenario)
    periods = read_table(tmp_path, "simulation", "periods")
    whole = periods[(periods["tier"] == 0) & (periods["year"] == 0)]
    revenue = whole.pivot_table(index="replication", columns="policy", values="revenue_eur")

    one, other = revenue[policy].to_numpy(), revenue["status_quo"].to_numpy()
    rows = stream(1, "evidence").integers(0, REPLICATIONS, (RESAMPLES, REPLICATIONS))
    apart = one[rows].var(axis=1) + other[rows].var(axis=1)
    ratios = apart / (one[rows] - other[rows]).var(axis=1)
    low = float(np.quantile(ratios, 0.05))

    record(
        f"variance of the difference {policy} - status_quo, unpaired over paired (5 % limit)",
        round(low, 2),
        n=REPLICATIONS,
        goal=">= 2",
        met=low >= 2,
    )
    assert low >= 2
