import numpy as np
import pandas as pd
import pytest

from kamsim.errors import FeatureError
from kamsim.scoring.oracle import beats_the_truth, expected_log_loss, oracle_share, score_beside_truth
from kamsim.streams import stream

ROWS = 4000


@pytest.fixture(scope="module")
def truth() -> np.ndarray:
    return stream(1, "truth").beta(1, 3, size=ROWS)


def test_the_truth_has_the_whole_share_and_the_base_rate_none(truth) -> None:
    base = np.full(ROWS, truth.mean())
    assert oracle_share(truth, truth, base).share == 1.0
    assert oracle_share(base, truth, base).skill == 0.0


@pytest.mark.parametrize("noise", [0.02, 0.1, 0.3])
def test_noise_costs_skill_and_nothing_beats_the_truth_in_expectation(truth, noise) -> None:
    draw = stream(2, "noise").standard_normal((2, ROWS))
    base = np.full(ROWS, truth.mean())
    skills = [
        oracle_share(np.clip(truth + n * draw[0], 0.01, 0.99), truth, base).skill for n in (noise, 2 * noise)
    ]
    assert oracle_share(truth, truth, base).oracle_skill > skills[0] > skills[1]


def test_the_expectation_is_the_mean_over_outcomes(truth) -> None:
    said = np.clip(truth + 0.1, 0.01, 0.99)
    draw = stream(3, "outcomes")
    losses = []
    for _ in range(400):
        left = draw.random(ROWS) < truth
        losses.append(-np.log(np.where(left, said, 1 - said)).mean())
    assert expected_log_loss(truth, said) == pytest.approx(np.mean(losses), abs=4 * np.std(losses) / 20)


def test_a_score_that_knows_the_outcome_raises_the_alarm_and_an_honest_one_does_not(truth) -> None:
    draw = stream(4, "outcomes")
    alarms = 0
    for _ in range(50):
        left = draw.random(ROWS) < truth
        honest = np.clip(truth + 0.05 * draw.standard_normal(ROWS), 0.01, 0.99)
        alarms += beats_the_truth(left, honest, truth) is not None
        knows = np.clip(0.8 * truth + 0.2 * left, 0.01, 0.99)
        assert beats_the_truth(left, knows, truth) is not None
    assert alarms == 0


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ([0.5], "lengths must be alike"),
        ([0.5, 1.2], "probability must be"),
        ([0.5, np.nan], "probability must be"),
    ],
)
def test_what_is_no_probability_is_refused(said, message) -> None:
    with pytest.raises(FeatureError, match=message):
        oracle_share(said, [0.2, 0.3], [0.2, 0.2])


def test_customers_alone_are_laid_beside_the_truth() -> None:
    scores = pd.DataFrame(
        {
            "account_id": ["a", "b", "p"],
            "churn_probability_12m": [0.2, 0.6, 0.0],
            "churn_baseline": [0.4, 0.4, 0.0],
        }
    )
    truth = pd.DataFrame({"account_id": ["p", "b", "a"], "churn_probability_12m": [0.0, 0.7, 0.1]})
    found = score_beside_truth(scores, truth)
    assert found == oracle_share([0.2, 0.6], [0.1, 0.7], [0.4, 0.4])
    assert score_beside_truth(scores.iloc[2:], truth) is None
