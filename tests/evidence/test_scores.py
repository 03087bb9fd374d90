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
from tools.write_score_evidence import DRIFT, DRIFTED_BOOKS

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
    return measure_oracle("saas_midmarket")


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
    found = calibration(forward)
    assert len(forward) >= 20_000
    ece, bias, slope = found["ece"], found["bias"], found["slope"]
    worst = max(abs(bias.low), abs(bias.high))
    record(
        "ECE forward in time (upper limit)", round(ece.high, 4), n=ece.n, goal="<= 0.03", met=ece.high <= 0.03
    )
    record("mean bias in points (farther limit)", round(worst, 2), n=bias.n, goal="<= 1", met=worst <= 1)
    for limit in (slope.low, slope.high):
        met = 0.9 <= limit <= 1.1
        record("calibration slope (a limit)", round(limit, 3), n=slope.n, goal="0.9 to 1.1", met=met)
    assert ece.high <= 0.03
    assert worst <= 1
    assert slope.low >= 0.9
    assert slope.high <= 1.1


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
    assert neutral.value <= 0.05


@pytest.mark.parametrize("accounts", [600, 2_000])
def test_a_book_reaches_what_a_hundred_times_as_many_would(
    oracle: pd.DataFrame, record: Record, accounts: int
) -> None:
    found = shares_of_ceiling(oracle)[accounts]
    claim = f"share of the skill at 100 times the accounts, {accounts} accounts, 24 months (mean over books)"
    record(claim, round(found.value, 3), n=found.n, goal=">= 0.9", met=found.value >= 0.9)
    assert found.value >= 0.9


def test_only_what_knows_the_outcome_beats_the_truth(oracle: pd.DataFrame, record: Record) -> None:
    small = oracle[~oracle["ceiling"]]
    honest, draws = int(oracle["alarms"].sum()), OUTCOMES * len(oracle)
    record("honest churn models said to beat the truth", honest, n=draws, goal="0", met=honest == 0)
    caught, draws = int(small["leak_alarms"].sum()), OUTCOMES * len(small)
    record("models with a planted leak said to beat it", caught, n=draws, goal="all", met=caught == draws)
    assert honest == 0
    assert caught == draws
