import numpy as np
import pytest

from kamsim.scoring.estimate import HORIZON_MONTHS as MONTHS


def test_the_survey_tells_of_those_who_did_not_answer(potential_scores, planted) -> None:
    hidden, true = planted.hidden, planted.true_potential
    error = np.abs(np.log(potential_scores.potential / true))[hidden]
    baseline_error = np.abs(np.log(potential_scores.baseline / true))[hidden]
    assert error.mean() < 0.6 * baseline_error.mean()
    assert {"potential_from_survey", "potential_better"} <= {note.key for note in potential_scores.notes}


def test_the_check_agrees_with_what_was_planted(make_planted, scenario, potential_of) -> None:
    # Held-out error on small surveys, against the error on accounts that the model never saw. Without
    # holding out, the first would be a fraction of the second.
    measured, true_error = [], []
    for seed in range(6):
        planted = make_planted(accounts=120, survey=0.4, seed=seed)
        found = potential_of(planted, scenario.override({"scoring.small_sample": 2}))
        actual = np.maximum(
            planted.true_potential, MONTHS * planted.accounts["revenue_eur_per_month"].to_numpy()
        )
        measured.append(found.assessment.set_index("measure").loc["log_error", "value"])
        true_error.append(np.abs(np.log(found.potential / actual))[planted.hidden].mean())
    assert np.mean(measured) == pytest.approx(np.mean(true_error), rel=0.2)


def test_potential_does_not_follow_past_neglect(planted, potential_scores) -> None:
    # The true wallet of prospects is as large as that of customers, though they bring no revenue.
    hidden = planted.hidden & (planted.accounts["revenue_eur_per_month"] == 0).to_numpy()
    assert np.median(potential_scores.potential[hidden] / planted.true_potential[hidden]) == pytest.approx(
        1, abs=0.35
    )


def test_a_small_survey_leans_on_the_prior(make_planted, scenario, potential_of) -> None:
    planted = make_planted(accounts=60, survey=0.4)
    # A prior with a wide spread: to lean on it is to say less.
    scenario = scenario.override({"scoring.prior_potential_log_sd": 0.83})
    found = potential_of(planted, scenario)
    hidden = planted.hidden
    own = np.log(found.potential / found.baseline)[hidden]
    free = potential_of(planted, scenario.override({"scoring.small_sample": 2}))
    alone = np.log(free.potential / free.baseline)[hidden]
    assert "potential_shrunk" in [note.key for note in found.notes]
    assert np.abs(own).mean() < 0.6 * np.abs(alone).mean()
    assert np.median((found.high / found.potential)[hidden]) > np.median((free.high / free.potential)[hidden])
