from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kamsim.scoring.churn import ChurnScores, Examples, check_forward, fit_churn, score_churn
from kamsim.scoring.panel import record_panel
from kamsim.scoring.prior_column import PRIOR
from kamsim.streams import stream


def _score(planted, scenario, cutoff) -> ChurnScores:
    accounts = planted.accounts
    panel = record_panel(accounts["account_id"].tolist(), planted.history, cutoff)
    return score_churn(panel, accounts, planted.opportunities, scenario)


def _keys(scores: ChurnScores) -> list[str]:
    return [note.key for note in scores.notes]


@pytest.fixture(scope="module")
def scores(planted, scenario, cutoff) -> ChurnScores:
    return _score(planted, scenario, cutoff)


def _examples(rows: int, effect: float, seed: int = 0, prefix: str = "a", month: int = 12) -> Examples:
    draw = stream(seed, "examples", prefix)
    x = draw.standard_normal(rows)
    left = draw.random(rows) < 1 / (1 + np.exp(1 - effect * x))
    ids = np.array([f"{prefix}{i}" for i in range(rows)])
    segment = np.tile(["smb", "mid_market"], rows)[:rows].astype("object")
    prior = np.where(segment == "smb", 0.32, 0.18)
    features = pd.DataFrame({"segment": segment, "x": x, PRIOR: prior}, index=pd.Index(ids))
    return Examples(features, left, np.full(rows, float(month)), ids, np.exp(x), x)


def _joined(*parts: Examples) -> Examples:
    arrays = (
        np.concatenate([getattr(p, n) for p in parts]) for n in ("left", "month", "family", "revenue", "rfm")
    )
    return Examples(pd.concat([p.features for p in parts]), *arrays)


def test_a_planted_signal_is_found_forward_in_time(scores) -> None:
    found = scores.check.table.set_index("measure")
    assert found.loc["auc", "value"] > 0.7
    assert found.loc["auc", "value"] > found.loc["auc", "baseline"] + 0.1
    assert found.loc["log_loss", "value"] < found.loc["log_loss", "baseline"]
    assert "churn_better" in _keys(scores)


def test_who_was_planted_to_leave_scores_high(scores, planted) -> None:
    hours = planted.history.groupby("account_id")["ae_hours"].mean().to_numpy()
    customer = scores.probability > 0
    rank = pd.Series(scores.probability[customer]).corr(pd.Series(hours[customer]), method="spearman")
    assert rank < -0.7


def test_where_nothing_predicts_the_note_says_so(make_planted, scenario, cutoff) -> None:
    planted = make_planted(churn_effect=0.0, churn_logit=-3.5)
    found = _score(planted, scenario, cutoff)
    assert "churn_not_better" in _keys(found)
    assert found.check.table.set_index("measure").loc["auc", "value"] < 0.62


def test_deal_by_deal_revenue_is_read_as_such(make_planted, scenario, cutoff) -> None:
    found = _score(make_planted(lumpy=True), scenario, cutoff)
    assert "churn_transactional" in _keys(found)
    assert found.check.table.set_index("measure").loc["auc", "value"] > 0.65


def test_accounts_without_revenue_have_nothing_to_leave(scores, planted) -> None:
    customer = planted.accounts["revenue_eur_per_month"].to_numpy() > 0
    assert (scores.probability[~customer] == 0).all()
    assert (scores.baseline[~customer] == 0).all()
    assert (scores.probability[customer] > 0).all()


def test_columns_known_at_the_end_only_do_not_move_churn(scores, planted, scenario, cutoff) -> None:
    draw = stream(9, "leak")
    accounts = planted.accounts.copy()
    accounts["relationship"] = accounts["roles_engaged"] = draw.random(len(accounts))
    accounts["customer_since"] = planted.history["month"].iloc[0]
    accounts["units_penetrated"] = pd.Series(draw.integers(0, 9, len(accounts)), dtype="Int64")
    accounts["sponsor_identified"] = ~accounts["sponsor_identified"]
    accounts["disclosed_wallet_eur_per_month"] = draw.random(len(accounts))
    accounts["owner_id"] = accounts["account_id"]
    changed = planted.__class__(accounts, planted.history, planted.opportunities, planted.wallet)

    found = _score(changed, scenario, cutoff)

    assert found.probability.tobytes() == scores.probability.tobytes()
    pd.testing.assert_frame_equal(found.check.table, scores.check.table)


def test_training_windows_that_reach_into_the_test_are_left_out(scenario) -> None:
    early, late = _examples(200, 2.0, prefix="a"), _examples(200, 2.0, prefix="b", month=24)
    liars = [
        Examples(late.features, ~late.left, np.full(200, month), late.family, late.revenue, late.rfm)
        for month in (13.0, 18.0, 23.0)  # would ruin the model if it were trained on them
    ]
    alone, _ = check_forward(_joined(early, late), scenario)
    among, _ = check_forward(_joined(early, *liars, late), scenario)
    pd.testing.assert_frame_equal(alone.table, among.table)
    assert alone.table.set_index("measure").loc["auc", "value"] > 0.8


def test_without_a_training_window_before_the_test_nothing_is_claimed(scenario) -> None:
    both = _joined(_examples(200, 2.0, month=15), _examples(200, 2.0, month=24))
    check, verdict = check_forward(both, scenario)
    assert check.table.empty
    assert check.assessment is None
    assert [note.key for note in verdict] == ["churn_unchecked"]


def test_the_check_has_a_verdict_and_an_interval_for_each_measure(scores) -> None:
    assert scores.check.assessment.verdict in ("useful", "no signal")
    assert any("spend" in sentence for sentence in scores.check.assessment.evidence)
    auc = scores.check.table.set_index("measure").loc["auc"]
    assert auc["low"] < auc["value"] < auc["high"]


def test_a_world_that_changed_is_called_drift(scenario) -> None:
    early, late = _examples(400, 1.0), _examples(400, 1.0, prefix="b", month=24)
    worse = replace(late, left=late.left | (late.revenue > 0.8))
    calm, changed = (check_forward(_joined(early, x), scenario)[1] for x in (late, worse))
    assert "churn_drifted" not in [note.key for note in calm]
    assert "churn_drifted" in [note.key for note in changed]


def test_a_gap_that_the_learned_level_explains_by_chance_is_no_drift(scenario) -> None:
    """The same gap, learned from customers who leave each on their own and from ten families."""
    late = _examples(400, 1.0, prefix="b", month=24)
    worse = replace(late, left=late.left | (late.revenue > 1.2))
    many = _examples(400, 1.0)
    alike = np.array([f"f{place // 40}" for place in np.argsort(np.argsort(many.left, kind="stable"))])
    few = replace(many, family=alike)
    sure, unsure = (check_forward(_joined(early, worse), scenario)[1] for early in (many, few))
    assert "churn_drifted" in [note.key for note in sure]
    assert "churn_drifted" not in [note.key for note in unsure]


def test_base_rates_are_the_shares_that_left(scenario) -> None:
    examples = _examples(2000, 0.0)
    model = fit_churn(examples, scenario)
    smb = (examples.features["segment"] == "smb").to_numpy()
    assert model.rates["smb"] == pytest.approx(examples.left[smb].mean(), abs=0.001)
    unseen = pd.DataFrame({"segment": ["strategic"], PRIOR: [0.08]})
    np.testing.assert_allclose(model.base_rate(unseen), 0.08)


def test_nobody_left_leans_on_the_prior_and_calls_no_one_immortal(scenario) -> None:
    examples = _examples(100, 0.0)
    model = fit_churn(examples.at(~examples.left), scenario)
    found = model.predict(examples.features)
    stayed = pd.Series(~examples.left).groupby(examples.features["segment"].to_numpy()).sum()
    assert model.classifier is None
    assert model.weight == (~examples.left).sum() / ((~examples.left).sum() + 50)
    expected = {"mid_market": 0.18 / (stayed["mid_market"] + 1), "smb": 0.32 / (stayed["smb"] + 1)}
    assert model.rates == pytest.approx(expected)
    assert (found > 0.18 / 3 - 1e-9).all()
    assert (found < 0.18).all()


def test_few_customers_shrink_to_the_prior(scenario) -> None:
    few, many = fit_churn(_examples(40, 2.0), scenario), fit_churn(_examples(400, 2.0), scenario)
    assert (few.weight, many.weight) == (40 / 90, 1.0)
    features = _examples(40, 2.0).features
    low, high = (few.predict(features.assign(**{PRIOR: rate})) for rate in (0.1, 0.4))
    np.testing.assert_allclose(high - low, 50 / 90 * 0.3)


def test_too_short_a_history_gives_the_prior(make_planted, scenario, cutoff) -> None:
    planted = make_planted(months=10)
    found = _score(planted, scenario, cutoff)
    prior = planted.accounts["segment"].map({"strategic": 0.08, "mid_market": 0.18, "smb": 0.32})
    customer = planted.accounts["revenue_eur_per_month"] > 0
    np.testing.assert_allclose(found.probability, prior.where(customer, 0.0))
    assert found.check.table.empty
    assert {"churn_from_prior", "churn_unchecked"} <= set(_keys(found))


def test_probabilities_are_yearly_whatever_the_horizon(planted, scenario, cutoff, scores) -> None:
    quarter = _score(planted, scenario.override({"scoring.churn_horizon_months": 3}), cutoff)
    customer = scores.probability > 0
    for found, yearly in ((quarter.baseline, scores.baseline), (quarter.probability, scores.probability)):
        assert found[customer].mean() == pytest.approx(yearly[customer].mean(), rel=0.3)
