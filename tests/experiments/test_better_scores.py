import numpy as np
import pandas as pd
import pytest

from kamsim.experiments.better_scores import Known, expected_auc, know


def better(desk, way: str, level: float) -> Known:
    accounts = desk.portfolio.accounts.sort_values("account_id", ignore_index=True)
    return know(way, level, accounts, noisy(desk), desk.portfolio.truth, seed=5)


def noisy(desk) -> pd.DataFrame:
    """Scores that miss the truth by a known factor, up for half of the accounts and down for half."""
    factor = np.where(np.arange(len(desk.scores)) % 2, 1.6, 1 / 1.6)
    scores = desk.scores.assign(
        **{f"potential_{n}_eur": factor * desk.scores[f"potential_{n}_eur"] for n in ("36m", "low", "high")}
    )
    churn = scores["churn_probability_12m"]
    return scores.assign(churn_probability_12m=np.where(churn > 0, np.clip(churn * factor, 0.01, 0.9), 0.0))


def test_auc_by_hand() -> None:
    """Pairs of a leaver and a stayer, by true probabilities, without an account and itself."""
    luck = np.random.default_rng(3)
    p, score = luck.uniform(0.1, 0.9, 7), np.array([0.3, 0.1, 0.3, 0.5, 0.7, 0.7, 0.0])
    won = total = 0.0
    for i in range(6):
        for j in range(6):
            if i != j:
                weight = p[i] * (1 - p[j])
                total += weight
                won += weight * (score[i] > score[j]) + weight * 0.5 * (score[i] == score[j])
    scores, truth = (pd.DataFrame({"churn_probability_12m": values}) for values in (score, p))
    assert expected_auc(scores, truth) == pytest.approx(won / total)


def test_auc_rises_with_the_level(desk) -> None:
    auc = [better(desk, "churn_score", level).measure for level in (-1.0, 0.0, 0.5, 1.0)]
    assert auc == sorted(auc)
    assert auc[-1] - auc[1] > 2


def test_level_0_is_what_there_is(desk) -> None:
    for way in ("churn_score", "potential_score", "budget", "deciders"):
        known = better(desk, way, 0.0)
        pd.testing.assert_frame_equal(known.scores, noisy(desk))
        pd.testing.assert_frame_equal(
            known.accounts, desk.portfolio.accounts.sort_values("account_id", ignore_index=True)
        )


def test_a_narrower_interval_is_as_honest(desk) -> None:
    """Error and interval shrink together: who lay inside lies inside."""
    truth = desk.portfolio.truth["potential_36m_eur"]
    before, after = noisy(desk), better(desk, "potential_score", 0.5).scores
    width = [np.log(s["potential_high_eur"] / s["potential_low_eur"]) for s in (before, after)]
    assert (width[1] / width[0]).to_numpy() == pytest.approx(0.5)
    inside = [(s["potential_low_eur"] <= truth) & (truth <= s["potential_high_eur"]) for s in (before, after)]
    assert inside[0].equals(inside[1])


def test_more_asked_include_those_asked_before(desk) -> None:
    truth = desk.portfolio.truth["wallet_eur_per_month"].to_numpy()
    told = [better(desk, "budget", level) for level in (0.25, 0.5, 1.0)]
    known = [k.accounts["disclosed_wallet_eur_per_month"].notna() for k in told]
    assert (known[0] <= known[1]).all()
    assert told[2].accounts["disclosed_wallet_eur_per_month"].to_numpy() == pytest.approx(truth)
    assert told[0].measure == round(0.25 * told[2].measure)
