import inspect
import warnings

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.errors import SchemaError, SmallSampleWarning
from kamsim.locale import Locale
from kamsim.portfolio import generate_portfolio
from kamsim.schemas import ASSESSMENT, EVENTS, SCORES, check, complete
from kamsim.scoring import ScoreResult, score_accounts


@pytest.fixture(scope="module")
def result(planted, scenario, cutoff) -> ScoreResult:
    return score_accounts(*planted.tables, scenario, cutoff=cutoff)


def test_every_account_gets_scores_that_meet_the_contract(result, planted) -> None:
    scores = check(result.scores, SCORES)
    assert scores["account_id"].tolist() == sorted(planted.accounts["account_id"])
    assert set(check(result.assessment, ASSESSMENT)["model"]) == {"churn", "potential"}


def test_row_order_does_not_matter(result, planted, scenario, cutoff) -> None:
    mixed = [table.sample(frac=1, random_state=3) for table in planted.tables]
    again = score_accounts(*mixed, scenario, cutoff=cutoff)
    pd.testing.assert_frame_equal(again.scores, result.scores, check_exact=True)
    pd.testing.assert_frame_equal(again.assessment, result.assessment, check_exact=True)
    assert again.notes == result.notes


def test_inputs_are_left_as_they_were(planted, scenario, cutoff) -> None:
    copies = [table.copy(deep=True) for table in planted.tables]
    score_accounts(*planted.tables, scenario, cutoff=cutoff)
    for table, copy in zip(planted.tables, copies, strict=True):
        pd.testing.assert_frame_equal(table, copy)


def test_truth_cannot_be_handed_in() -> None:
    assert list(inspect.signature(score_accounts).parameters) == [
        "accounts", "history", "opportunities", "scenario", "cutoff", "events",
    ]  # fmt: skip


def test_the_seed_does_not_matter(result, planted, scenario, cutoff) -> None:
    other = score_accounts(*planted.tables, scenario.override({"seed": 1}), cutoff=cutoff)
    pd.testing.assert_frame_equal(other.scores, result.scores, check_exact=True)
    pd.testing.assert_frame_equal(other.assessment, result.assessment, check_exact=True)


def test_few_accounts_warn_and_score(make_planted, scenario, cutoff) -> None:
    with pytest.warns(SmallSampleWarning, match="18 accounts"):
        found = score_accounts(*make_planted(accounts=18).tables, scenario, cutoff=cutoff)
    assert len(found.scores) == 18
    assert found.notes[0].key == "small_portfolio"


@pytest.mark.parametrize("accounts", [0, 1, 2, 11])
@pytest.mark.parametrize("lumpy", [True, False])
def test_the_smallest_portfolios_work(make_planted, scenario, cutoff, accounts, lumpy) -> None:
    whole = make_planted(accounts=12, survey=0.9, lumpy=lumpy)
    kept = whole.accounts["account_id"].iloc[:accounts]
    tables = [table[table["account_id"].isin(kept)] for table in whole.tables]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmallSampleWarning)
        found = score_accounts(*tables, scenario, cutoff=cutoff)
    assert np.isfinite(found.scores.drop(columns="account_id").to_numpy()).all()
    assert len(found.scores) == accounts


def test_an_opportunity_of_nobody_is_refused(planted, scenario, cutoff) -> None:
    strange = planted.opportunities.copy()
    strange.loc[5, "account_id"] = "ghost"
    with pytest.raises(SchemaError, match="table opportunities: account_id 'ghost'"):
        score_accounts(planted.accounts, planted.history, strange, scenario, cutoff=cutoff)


def test_bare_imports_score(planted, scenario, cutoff) -> None:
    """An export may hold no hours, no firm data and no survey at all."""
    accounts, history = planted.accounts.copy(), planted.history.copy()
    for name in ("firm_revenue_eur", "headcount", "relationship", "roles_engaged", "technical_complexity"):
        accounts[name] = np.nan
    for name in ("industry", "region"):
        accounts[name] = pd.Series([None] * len(accounts), dtype="str")
    for name in ("business_units", "units_penetrated"):
        accounts[name] = pd.Series([pd.NA] * len(accounts), dtype="Int64")
    accounts["sponsor_identified"] = pd.Series([pd.NA] * len(accounts), dtype="boolean")
    accounts["disclosed_wallet_eur_per_month"] = np.nan
    history[["ae_hours", "se_hours", "csm_hours"]] = np.nan

    found = score_accounts(accounts, history, planted.opportunities.iloc[:0], scenario, cutoff=cutoff)

    assert np.isfinite(found.scores.drop(columns="account_id").to_numpy()).all()


def test_an_event_of_nobody_is_refused(planted, scenario, cutoff, events) -> None:
    with pytest.raises(SchemaError, match="table events: account_id 'ghost'"):
        score_accounts(*planted.tables, scenario, cutoff=cutoff, events=events.assign(account_id="ghost"))


def test_an_event_counts_from_the_day_it_was_seen(planted, scenario, cutoff, events, result) -> None:
    """What the account team has not learned of by the cut-off moves no score by a bit."""
    unseen = events.assign(seen_on=cutoff)
    later = score_accounts(*planted.tables, scenario, cutoff=cutoff, events=unseen)
    never = score_accounts(*planted.tables, scenario, cutoff=cutoff, events=events.iloc[:0])
    pd.testing.assert_frame_equal(later.scores, never.scores, check_exact=True)


@pytest.fixture(scope="module")
def events(planted) -> pd.DataFrame:
    ids = planted.accounts["account_id"]
    day = pd.Series(pd.Timestamp("2025-06-01"), index=ids.index, dtype="datetime64[us]")
    frame = pd.DataFrame(
        {
            "event_id": "E" + ids,
            "account_id": ids,
            "happened_on": day,
            "seen_on": day,
            "kind": pd.Series("sponsor_left", index=ids.index, dtype="str"),
        }
    )
    return complete(frame, EVENTS)


def test_tiers_headroom_and_staying_hang_together(result, planted) -> None:
    scores = result.scores
    revenue = planted.accounts.sort_values("account_id")["revenue_eur_per_month"].to_numpy()
    tiers = scores[[f"tier_{i}_probability" for i in (1, 2, 3)]].sum(axis=1)
    np.testing.assert_allclose(tiers, 1)
    np.testing.assert_allclose(scores["headroom_eur"], scores["potential_36m_eur"] - 36 * revenue, atol=1)
    customer = revenue > 0
    assert (scores["staying_probability_36m"][~customer] == 0).all()
    stays = scores["staying_probability_36m"][customer]
    assert (stays < 1 - scores["churn_probability_12m"][customer]).all()
    assert stays.gt(0).all()


@pytest.fixture(scope="module")
def generated() -> tuple[pd.DataFrame, ScoreResult]:
    scenario = Scenario.load("saas_midmarket", {"portfolio.accounts": 1000, "seed": 11})
    portfolio = generate_portfolio(scenario)
    scores = score_accounts(
        portfolio.accounts,
        portfolio.history,
        portfolio.opportunities,
        scenario,
        cutoff=pd.Timestamp(scenario.portfolio.cutoff),
        events=portfolio.events,
    )
    truth = portfolio.truth.set_index("account_id").add_suffix("_true")
    return scores.scores.set_index("account_id").join(truth), scores


def test_generated_churn_scores_are_nearer_the_truth_than_the_base_rate(generated) -> None:
    frame = generated[0]
    customers = frame[frame["revenue_eur_per_month_true"] > 0]
    truth = customers["churn_probability_12m_true"]
    error = (customers["churn_probability_12m"] - truth).pow(2).mean()
    assert error < (customers["churn_baseline"] - truth).pow(2).mean()
    assert customers["churn_probability_12m"].mean() == pytest.approx(truth.mean(), abs=0.05)


def test_generated_potential_is_nearer_the_truth_than_past_revenue(generated) -> None:
    frame = generated[0]
    truth = frame["potential_36m_eur_true"]
    error = np.abs(np.log(frame["potential_36m_eur"] / truth)).mean()
    assert error < 0.8 * np.abs(np.log(frame["potential_baseline_eur"] / truth)).mean()


def test_generated_potential_is_covered_by_its_interval(generated) -> None:
    frame = generated[0]
    inside = frame["potential_36m_eur_true"].between(frame["potential_low_eur"], frame["potential_high_eur"])
    assert 0.86 < inside.mean() < 0.95


def test_the_check_on_the_survey_does_not_flatter(generated) -> None:
    """No leak: the error measured on held-out folds is not below the error against the truth's wallet."""
    frame, result = generated
    months = frame["potential_36m_eur_true"] / frame["wallet_eur_per_month_true"]
    wallet = frame["wallet_eur_per_month_true"] * 0.6 * months / frame["attainable_share_true"]
    true = np.maximum(wallet, 36 * frame["revenue_eur_per_month_true"])
    hidden = ~np.isclose(frame["potential_36m_eur"], true)
    error = np.abs(np.log(frame["potential_36m_eur"] / true))[hidden].mean()
    measured = result.assessment.set_index(["model", "measure"]).loc[("potential", "log_error"), "value"]
    assert measured == pytest.approx(error, rel=0.2)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_notes_read_as_sentences(generated, lang) -> None:
    texts = [note.text(Locale(lang)) for note in generated[1].notes]
    assert all(text.endswith(".") and "{" not in text for text in texts)
