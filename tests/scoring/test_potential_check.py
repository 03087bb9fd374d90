import numpy as np
import pandas as pd
import pytest

from kamsim.streams import stream


def _measures(found) -> pd.DataFrame:
    return found.check.table.set_index("measure")


def test_the_survey_tells_of_those_who_did_not_answer(potential_scores, planted) -> None:
    hidden, true = planted.hidden, planted.true_potential
    error = np.abs(np.log(potential_scores.potential / true))[hidden]
    baseline_error = np.abs(np.log(potential_scores.baseline / true))[hidden]
    assert error.mean() < 0.6 * baseline_error.mean()
    assert {"potential_from_survey", "potential_better"} <= {note.key for note in potential_scores.notes}
    assert potential_scores.check.assessment.verdict == "useful"


def test_the_check_agrees_with_what_was_planted(make_planted, scenario, potential_of) -> None:
    # Held-out error on small surveys, against the error on accounts that the model never saw. Without
    # holding out, the first would be a fraction of the second.
    measured, true_error = [], []
    for seed in range(6):
        planted = make_planted(accounts=120, survey=0.4, seed=seed)
        found = potential_of(planted, scenario.override({"scoring.small_sample": 19}))
        revenue = 36 * planted.accounts["revenue_eur_per_month"].to_numpy()
        actual = np.maximum(planted.true_potential, revenue)
        measured.append(_measures(found).loc["log_error", "value"])
        true_error.append(np.abs(np.log(found.potential / actual))[planted.hidden].mean())
    assert np.mean(measured) == pytest.approx(np.mean(true_error), rel=0.2)


def test_intervals_are_held_against_the_wallet_alone(make_planted, scenario, potential_of) -> None:
    inside = []
    for seed in range(5):
        found = potential_of(make_planted(survey=0.8, seed=seed), scenario)
        inside.append(_measures(found).loc["interval_coverage", "value"])
    assert np.mean(inside) == pytest.approx(0.9, abs=0.02)


def test_measures_stand_beside_past_revenue_with_intervals(potential_scores) -> None:
    measures = _measures(potential_scores)
    told = measures.loc[["log_error", "rank_correlation", "value_captured_top_20", "total_bias"]]
    assert (told["low"] < told["value"]).all()
    assert (told["value"] < told["high"]).all()
    assert measures.loc["log_error", "value"] < measures.loc["log_error", "baseline"]


def test_potential_does_not_follow_past_neglect(planted, potential_scores) -> None:
    # The true wallet of prospects is as large as that of customers, though they bring no revenue.
    hidden = planted.hidden & (planted.accounts["revenue_eur_per_month"] == 0).to_numpy()
    ratio = np.median(potential_scores.potential[hidden] / planted.true_potential[hidden])
    assert ratio == pytest.approx(1, abs=0.35)


def test_a_small_survey_leans_on_the_prior(make_planted, scenario, potential_of) -> None:
    planted = make_planted(accounts=60, survey=0.4)
    # A prior with a wide spread: to lean on it is to say less.
    scenario = scenario.override({"scoring.prior_potential_log_sd": 0.83})
    found = potential_of(planted, scenario)
    hidden = planted.hidden
    own = np.log(found.potential / found.baseline)[hidden]
    free = potential_of(planted, scenario.override({"scoring.small_sample": 19}))
    alone = np.log(free.potential / free.baseline)[hidden]
    assert "potential_shrunk" in [note.key for note in found.notes]
    assert np.abs(own).mean() < 0.6 * np.abs(alone).mean()
    assert np.median((found.high / found.potential)[hidden]) > np.median((free.high / free.potential)[hidden])


def test_without_a_survey_it_reads_what_the_best_sold_spend_and_says_so(
    make_planted, scenario, potential_of
) -> None:
    planted = make_planted(survey=0.0)
    found = potential_of(planted, scenario)
    rank = pd.Series(found.potential).corr(pd.Series(planted.true_potential), method="spearman")
    measures = _measures(found)
    assert {"potential_from_spend", "spend_better"} <= {note.key for note in found.notes}
    assert rank > 0.9
    assert measures.loc["pinball_loss", "value"] < measures.loc["pinball_loss", "baseline"]
    assert measures.loc["share_above", "value"] == pytest.approx(0.1, abs=0.06)
    assert found.check.assessment is None


def test_what_an_account_buys_does_not_raise_its_frontier(make_planted, scenario, potential_of) -> None:
    planted = make_planted(survey=0.0)
    busy = planted.history.assign(ae_hours=99.0, deals_won=7)
    changed = planted.__class__(planted.accounts, busy, planted.opportunities, planted.wallet)
    before, after = potential_of(planted, scenario), potential_of(changed, scenario)
    assert before.potential.tobytes() == after.potential.tobytes()


def test_families_that_disclose_are_held_out_whole(make_planted, scenario, potential_of) -> None:
    # Twins: a wallet that is drawn for the pair, which no column but the family's own place tells of.
    planted = make_planted(accounts=200, survey=1.0)
    pair = np.arange(200) // 2
    luck = np.exp(1.5 * stream(3, "twins").standard_normal(100))[pair]
    accounts = planted.accounts
    twins = accounts.assign(
        disclosed_wallet_eur_per_month=np.median(accounts["disclosed_wallet_eur_per_month"]) * luck,
        revenue_eur_per_month=0.0,
        relationship=pair / 100,
        roles_engaged=0.5,
        segment="smb",
    )
    for name in ("firm_revenue_eur", "headcount", "technical_complexity"):
        twins[name] = twins[name].to_numpy()[2 * pair]
    kin = twins.assign(parent_id=twins["account_id"].to_numpy()[2 * pair])
    r2 = []
    for table in (twins, kin):
        changed = planted.__class__(table, planted.history, planted.opportunities, planted.wallet)
        found = potential_of(changed, scenario)
        r2.append(found.check.assessment.frame().set_index("measure").loc["rank_correlation", "value"])
        assert set(found.check.assessment.predictions["row"]) == set(range(200))
    assert r2[1] < r2[0] - 0.1
