"""Evidence for the calibration: planted parameters lie inside of the stated intervals as often as stated.

The same rows make the tables of docs/evidence/calibration.md (`tools.write_calibration_evidence`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kamsim.config import Scenario
from tools.measure_calibration import BUNDLES, ONE_ROUND, PRESET, recover
from tools.write_calibration_evidence import STATED, clopper_pearson

Record = Callable[..., None]

pytestmark = pytest.mark.evidence


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    shelf: dict[str, np.ndarray] = {}
    scenario = Scenario.load(PRESET, ONE_ROUND)
    return pd.concat([recover(scenario, bundle, shelf) for bundle in range(BUNDLES)], ignore_index=True)


def test_no_parameter_is_covered_less_than_stated(rows: pd.DataFrame, record: Record) -> None:
    """Limits at 1 - .05/17 (Bonferroni): of 17 parameters one would else fail by chance."""
    counts = rows.groupby("parameter")["inside"].agg(["sum", "size"])
    confidence = 1 - 0.05 / len(counts)
    highs = {
        str(k): clopper_pearson(int(c["sum"]), int(c["size"]), confidence)[1] for k, c in counts.iterrows()
    }
    worst = min(highs, key=highs.__getitem__)
    met = highs[worst] >= STATED
    record(
        f"upper limit of the coverage of {worst}, the least covered parameter", highs[worst],
        n=BUNDLES, goal=f">= {STATED}", met=met,
    )  # fmt: skip
    assert met, highs


def test_the_mean_over_bundles_is_not_below_what_is_stated(rows: pd.DataFrame, record: Record) -> None:
    shares = rows.groupby("bundle")["inside"].mean()
    half = stats.t.ppf(0.975, len(shares) - 1) * shares.std(ddof=1) / np.sqrt(len(shares))
    high = float(shares.mean() + half)
    record("upper limit of the mean coverage", high, n=len(shares), goal=f">= {STATED}", met=high >= STATED)
    assert high >= STATED
