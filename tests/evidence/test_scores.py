"""Evidence for scores: intervals that cover, calibration forward in time, drift noted, the oracle's share.

The same rows make the tables of docs/evidence/scores.md (`tools.write_score_evidence`).
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from tools.measure_scores import OUTCOMES, measure_forward, measure_intervals, measure_oracle
from tools.score_summaries import (
    calibration,
    share_of_books,
    share_over_books,
    shares_by,
    shares_of_ceiling,
)
from tools.write_score_evidence import DRIFT, DRIFTED_BOOKS, SIZES

Record = Callable[..., None]

pytestmark = pytest.mark.evidence


@pytest.fixture(scope="module")
def intervals() -> pd.DataFrame:
    return measure_intervals()


@pytest.fixture(scope="module")
def forward() -> pd.DataFrame:
    return measure_forward()


@pytest.fixture(scope="module")
def oracle() -> pd.DataFrame:
    return measure_oracle("saas_midmarket", SIZES)


def test_intervals_cover_as_often_as_they_say(intervals: pd.DataFrame, record: Record) -> None:
    found = share_over_books(intervals)
    met = found.low >= 0.88 and found.high <= 0.92
    for name, limit in (("lower", found.low), ("upper", found.high)):
        claim = f"coverage of 90 % intervals of potential ({name} 95 % limit, by books)"
        record(claim, round(limit, 4), n=found.n, goal="0.88 to 0.92", met=0.88 <= limit <= 0.92)
    assert met


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_intervals_cover_in_each_tier(intervals: pd.DataFrame, record: Record, tier: int) -> None:
    found = shares_by(intervals, ["tier"])[(tier,)]
    claim = f"coverage of 90 % intervals in predicted tier {tier} (lower 95 % limit, by books)"
    record(claim, round(found.low, 4), n=found.n, goal=">= 0.85", met=found.low >= 0.85)
    assert found.low >= 0.85


def test_churn_is_calibrated_forward_in_time(forward: pd.DataFrame, record: Record) -> None:
    """The goals are held against the values; the limits that miss them stand in the records."""
    found = calibration(forward)
    assert len(forward) >= 20_000
    goals = {"ece": (0.0, 0.03), "bias": (-1.0, 1.0), "slope": (0.9, 1.1)}
    for name, (low, high) in goals.items():
        here = found[name]
        for kind, figure in (("", here.value), (", lower 95 % limit", here.low), (", upper", here.high)):
            met = low <= figure <= high
            claim = f"churn forward in time, {name}{kind}"
            record(claim, round(figure, 4), n=here.n, goal=f"{low:g} to {high:g}", met=met)
    assert found["ece"].high <= 0.03
    assert abs(found["bias"].value) <= 1
    assert 0.9 <= found["slope"].value <= 1.1


def test_drift_raises_the_alarm(forward: pd.DataFrame, record: Record) -> None:
    neutral, drifted = (
        share_of_books(forward),
        share_of_books(measure_forward(drift=DRIFT, books=DRIFTED_BOOKS)),
    )
    claim = f"books of 2,000 accounts with drift {DRIFT} in which it is noted (lower limit)"
    record(claim, round(drifted.low, 3), n=drifted.n, goal="> 0.5", met=drifted.low > 0.5)
    record(
        "neutral books in which drift is noted",
        neutral.value,
        n=neutral.n,
        goal="<= 0.05",
        met=neutral.value <= 0.05,
    )
    assert drifted.low > 0.5
    # 5 % is missed (docs/evidence/scores.md); what was reached is held.
    assert neutral.value <= 0.1


def test_more_accounts_come_nearer_to_what_a_hundred_times_as_many_would(
    oracle: pd.DataFrame, record: Record
) -> None:
    """The goal is not met by small books (docs/evidence/scores.md): what is held here is what they reach."""
    found = shares_of_ceiling(oracle)
    for accounts, share in found.items():
        claim = f"share of the skill at 100 times the accounts, {accounts} accounts, 24 months (lower limit)"
        record(claim, round(share.low, 3), n=share.n, goal=">= 0.9", met=share.low >= 0.9)
    means = [found[accounts].value for accounts in SIZES]
    assert means == sorted(means)
    assert means[0] >= 0.7
    assert means[-1] >= 0.85


def test_only_what_knows_the_outcome_beats_the_truth(oracle: pd.DataFrame, record: Record) -> None:
    small = oracle[~oracle["ceiling"]]
    honest, draws = int(oracle["alarms"].sum()), OUTCOMES * len(oracle)
    record("honest churn models said to beat the truth", honest, n=draws, goal="0", met=honest == 0)
    caught, draws = int(small["leak_alarms"].sum()), OUTCOMES * len(small)
    record("models with a planted leak said to beat it", caught, n=draws, goal="all", met=caught == draws)
    assert honest == 0
    assert caught == draws
