import numpy as np
import pandas as pd
import pytest

from kamsim.scoring.features import dated_features, lasting_features, standing_features
from kamsim.scoring.panel import record_panel
from kamsim.scoring.potential import PotentialScores, score_potential
from kamsim.streams import stream

TRUE_SHARE, MONTHS = 0.6, 36


def _score(planted, scenario, cutoff) -> PotentialScores:
    accounts = planted.accounts
    panel = record_panel(accounts["account_id"].tolist(), planted.history, cutoff)
    features = lasting_features(accounts).join(standing_features(accounts))
    return score_potential(accounts, features.join(dated_features(panel, planted.opportunities)), scenario)


def _keys(scores: PotentialScores) -> list[str]:
    return [note.key for note in scores.notes]


def _true(planted) -> np.ndarray:
    return TRUE_SHARE * MONTHS * planted.wallet.to_numpy()


def _hidden(planted) -> np.ndarray:
    return planted.accounts["disclosed_wallet_eur_per_month"].isna().to_numpy()


@pytest.fixture(scope="module")
def scores(planted, scenario, cutoff) -> PotentialScores:
    return _score(planted, scenario, cutoff)


def test_the_survey_tells_of_those_who_did_not_answer(scores, planted) -> None:
    hidden, true = _hidden(planted), _true(planted)
    error = np.abs(np.log(scores.potential / true))[hidden]
    baseline_error = np.abs(np.log(scores.baseline / true))[hidden]
    assert error.mean() < 0.6 * baseline_error.mean()
    assert {"potential_from_survey", "potential_better"} <= set(_keys(scores))


def test_the_check_agrees_with_what_was_planted(scores, planted) -> None:
    # Held-out error as measured on the survey, against the true error on those it never saw.
    hidden, true = _hidden(planted), _true(planted)
    measured = scores.assessment.set_index("measure").loc["log_error", "value"]
    assert measured == pytest.approx(np.abs(np.log(scores.potential / true))[hidden].mean(), rel=0.35)


def test_intervals_cover_attainable_spend_as_asked(make_planted, scenario, cutoff) -> None:
    inside = []
    for seed in range(4):
        planted = make_planted(seed=seed)
        found = _score(planted, scenario, cutoff)
        share = stream(seed, "attainable").beta(6, 4, size=len(planted.wallet))
        true = MONTHS * np.maximum(
            share * planted.wallet.to_numpy(), planted.accounts["revenue_eur_per_month"].to_numpy()
        )
        inside.append((true >= found.low) & (true <= found.high))
    assert 0.86 < np.mean(inside) < 0.96


def test_potential_lies_in_its_interval_and_above_current_revenue(
    planted, make_planted, scenario, cutoff
) -> None:
    variants = planted, make_planted(survey=0.0), make_planted(accounts=8), make_planted(lumpy=True)
    for variant in variants:
        found = _score(variant, scenario, cutoff)
        revenue = MONTHS * variant.accounts["revenue_eur_per_month"].to_numpy()
        assert (found.low <= found.potential).all()
        assert (found.potential <= found.high).all()
        assert (found.low < found.high).all()
        assert (found.low >= revenue * (1 - 1e-12)).all()


def test_a_disclosed_wallet_is_kept(scores, planted) -> None:
    told = ~_hidden(planted)
    revenue = MONTHS * planted.accounts["revenue_eur_per_month"].to_numpy()
    np.testing.assert_allclose(scores.potential[told], np.maximum(_true(planted), revenue)[told])
    width = np.log(scores.high / scores.low)
    assert np.median(width[told]) < np.median(width[~told])


def test_intervals_carry_the_spread_of_the_attainable_share(planted, scenario, cutoff, scores) -> None:
    vague = {"portfolio.attainable_share_alpha": 1.2, "portfolio.attainable_share_beta": 0.8}
    found = _score(planted, scenario.override(vague), cutoff)
    np.testing.assert_allclose(found.potential, scores.potential)
    for group in (_hidden(planted), ~_hidden(planted)):
        assert np.median((found.high / scores.high)[group]) > 1.02
        assert np.median((found.low / scores.low)[group]) < 0.98


def test_potential_does_not_follow_past_neglect(planted, scenario, cutoff, scores) -> None:
    # The true wallet of prospects is as large as that of customers, though they bring no revenue.
    hidden = _hidden(planted) & (planted.accounts["revenue_eur_per_month"] == 0).to_numpy()
    assert np.median(scores.potential[hidden] / _true(planted)[hidden]) == pytest.approx(1, abs=0.35)


def test_without_a_survey_it_reads_what_the_best_sold_spend_and_says_so(
    make_planted, scenario, cutoff
) -> None:
    planted = make_planted(survey=0.0)
    found = _score(planted, scenario, cutoff)
    rank = pd.Series(found.potential).corr(pd.Series(_true(planted)), method="spearman")
    measures = found.assessment.set_index("measure")
    assert {"potential_from_spend", "spend_better"} <= set(_keys(found))
    assert rank > 0.9
    assert measures.loc["pinball_loss", "value"] < measures.loc["pinball_loss", "baseline"]


def test_a_small_survey_leans_on_the_prior(make_planted, scenario, cutoff) -> None:
    planted = make_planted(accounts=60, survey=0.4)
    found = _score(planted, scenario, cutoff)
    hidden = _hidden(planted)
    own = np.log(found.potential / found.baseline)[hidden]
    free = _score(planted, scenario.override({"scoring.small_sample": 2}), cutoff)
    alone = np.log(free.potential / free.baseline)[hidden]
    assert "potential_shrunk" in _keys(found)
    assert np.abs(own).mean() < 0.6 * np.abs(alone).mean()


def test_next_to_nothing_gives_the_prior_and_a_wide_interval(make_planted, scenario, cutoff) -> None:
    planted = make_planted(accounts=4, survey=0.0)
    found = _score(planted, scenario, cutoff)
    np.testing.assert_allclose(found.potential, found.baseline)
    assert _keys(found) == ["potential_from_prior"]
    assert found.assessment.empty
    assert (found.high / found.potential > 2.5).all()
