from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kamsim.config import Scenario
from kamsim.dynamics import FREE, SLOTS, State
from kamsim.schemas import ACCOUNTS, MEDDIC, OPPORTUNITIES, SCORES
from kamsim.value import draw_states

DRAWS = 400

CUTOFF = pd.Timestamp("2026-01-01")


@pytest.fixture(scope="module")
def drawn(known) -> State:
    return draw_states(*known.tables, known.scenario, DRAWS, cutoff=CUTOFF)


def assert_same_state(one: State, other: State) -> None:
    for field in fields(State):
        np.testing.assert_array_equal(
            getattr(one, field.name), getattr(other, field.name), err_msg=field.name
        )


def test_draw_k_is_the_same_however_many_are_asked_for(drawn: State, known) -> None:
    few = draw_states(*known.tables, known.scenario, 3, cutoff=CUTOFF)

    assert_same_state(few, drawn.pick(np.arange(3)))


def test_an_added_account_changes_no_other(known) -> None:
    accounts, opportunities, scores = known.tables
    fewer = draw_states(accounts.iloc[1:], opportunities, scores.iloc[1:], known.scenario, 3, cutoff=CUTOFF)
    all_of_them = draw_states(*known.tables, known.scenario, 3, cutoff=CUTOFF)

    np.testing.assert_array_equal(fewer.wallet, all_of_them.wallet[1:])
    np.testing.assert_array_equal(fewer.amount, all_of_them.amount[1:])


def test_the_order_of_rows_does_not_matter(drawn: State, known) -> None:
    turned = [frame.iloc[::-1] for frame in known.tables]

    assert_same_state(draw_states(*turned, known.scenario, DRAWS, cutoff=CUTOFF), drawn)


def test_what_is_drawn_is_possible(drawn: State) -> None:
    assert (drawn.revenue <= drawn.attainable * drawn.wallet * (1 + 1e-12)).all()
    assert (drawn.units_penetrated <= drawn.units).all()
    for name in ("attainable", "goodwill", "roles", "propensity"):
        values = getattr(drawn, name)
        assert ((values >= 0) & (values <= 1)).all(), name
    assert ((drawn.propensity > 0) & (drawn.propensity < 1)).all()
    assert ((drawn.renewal_month >= 0) & (drawn.renewal_month < 12)).all()


def test_what_the_crm_knows_is_taken_as_it_is(drawn: State, known) -> None:
    accounts = known.portfolio.accounts
    surveyed = accounts["disclosed_wallet_eur_per_month"].notna().to_numpy()
    wallet = accounts["disclosed_wallet_eur_per_month"].to_numpy()[:, None]

    assert surveyed.sum() > 5
    np.testing.assert_allclose(drawn.wallet[surveyed], np.repeat(wallet[surveyed], DRAWS, axis=1), rtol=1e-9)
    np.testing.assert_array_equal(drawn.revenue[:, 7], accounts["revenue_eur_per_month"])
    np.testing.assert_array_equal(drawn.units[:, 7], accounts["business_units"])
    month = accounts["customer_since"].dt.month - 1
    customers = month.notna().to_numpy()
    np.testing.assert_array_equal(drawn.renewal_month[customers, 7], month[customers])


def test_a_survey_cuts_the_prior_of_the_attainable_share_off_and_piles_nothing_up(
    drawn: State, known
) -> None:
    accounts = known.portfolio.accounts
    attained = accounts["revenue_eur_per_month"] / accounts["disclosed_wallet_eur_per_month"]
    rows = np.flatnonzero(attained > 0.2)

    assert rows.size >= 3
    for row in rows:
        assert (drawn.attainable[row] >= attained[row]).all()
        assert np.unique(drawn.attainable[row]).size == DRAWS


def test_potentials_fill_the_interval_of_the_score(drawn: State, known) -> None:
    """Where revenue sets no floor, 90 % of the draws lie in the 90 % interval, half below its middle."""
    free = (known.portfolio.accounts["revenue_eur_per_month"] == 0) & known.portfolio.accounts[
        "disclosed_wallet_eur_per_month"
    ].isna()
    scores, rows = known.scores[free], free.to_numpy()
    drift = np.array([0.004, 0.002, 0.001])[drawn.segment[rows]]
    growth = ((1 + drift)[:, None] ** np.arange(1, 37)).sum(axis=1, keepdims=True)
    potential = (drawn.attainable * drawn.wallet)[rows] * growth

    inside = (potential > scores[["potential_low_eur"]].to_numpy()) & (
        potential < scores[["potential_high_eur"]].to_numpy()
    )
    below = potential < scores[["potential_36m_eur"]].to_numpy()
    n = inside.size
    assert n > 2000
    assert abs(inside.mean() - 0.90) < 4 * np.sqrt(0.09 / n) + 0.001
    assert abs(below.mean() - 0.50) < 4 * np.sqrt(0.25 / n)


def test_a_riskier_score_means_a_higher_propensity(known) -> None:
    accounts, opportunities, scores = known.tables
    risky = scores.assign(churn_probability_12m=(1.5 * scores["churn_probability_12m"]).clip(upper=1))
    calm, alarmed = (
        draw_states(accounts, opportunities, some, known.scenario, 20, cutoff=CUTOFF).propensity
        for some in (scores, risky)
    )
    # Scores nearer to 0 and 1 than these are not told apart.
    told, told_more = (some["churn_probability_12m"].clip(0.005, 0.95).to_numpy() for some in (scores, risky))
    rises = told_more > told

    assert rises.sum() > 10
    assert (alarmed[rises] > calm[rises]).all()
    np.testing.assert_array_equal(alarmed[~rises], calm[~rises])


def test_a_score_at_the_prior_leaves_the_segment_s_propensity(known) -> None:
    accounts, opportunities, scores = known.tables
    scoring = known.scenario.scoring
    prior = accounts["segment"].map(
        {
            "strategic": scoring.prior_churn_strategic,
            "mid_market": scoring.prior_churn_mid_market,
            "smb": scoring.prior_churn_smb,
        }
    )
    state = draw_states(
        accounts,
        opportunities,
        scores.assign(churn_probability_12m=prior),
        known.scenario,
        DRAWS,
        cutoff=CUTOFF,
    )
    smb = state.propensity[state.segment == 2].ravel()

    asked = known.scenario.dynamics.smb
    a, b = asked.churn_mean * asked.churn_concentration, (1 - asked.churn_mean) * asked.churn_concentration
    assert stats.kstest(smb, stats.beta(a, b).cdf).pvalue > 1e-4


def test_ratings_are_believed_up_to_their_error(drawn: State, known) -> None:
    rating = known.portfolio.accounts["relationship"].to_numpy()
    inner = (rating > 0.35) & (rating < 0.65)

    assert inner.sum() > 5
    np.testing.assert_allclose(drawn.goodwill[inner].mean(axis=1), rating[inner], atol=0.02)
    np.testing.assert_allclose(drawn.goodwill[inner].std(axis=1), 0.1, rtol=0.2)


def test_open_opportunities_are_in_flight(drawn: State, known) -> None:
    accounts, opportunities, _ = known.tables
    is_deal = (opportunities["status"] == "open") & (opportunities["kind"] != "renewal")
    counts = opportunities[is_deal].groupby("account_id").size()
    expected = counts.reindex(accounts["account_id"], fill_value=0)

    np.testing.assert_array_equal((drawn.milestones_passed[:, 0] != FREE).sum(axis=1), expected)
    whitespace = np.maximum(drawn.attainable * drawn.wallet - drawn.revenue, 0)
    assert (drawn.amount <= whitespace[:, :, None]).all()
    assert (drawn.amount[drawn.milestones_passed == FREE] == 0).all()


def test_deals_match_those_of_the_truth(drawn: State, known) -> None:
    """Stage and age are written in the CRM: what is believed of them is what they are."""
    deals = known.portfolio.deals
    believed = [
        (drawn.account_ids[i], int(drawn.milestones_passed[i, 0, k]), int(drawn.age[i, 0, k]))
        for i, k in np.argwhere(drawn.milestones_passed[:, 0] != FREE)
    ]
    true = deals[["account_id", "milestones_passed", "age_months"]].itertuples(index=False, name=None)

    assert len(deals) >= 5
    assert sorted(believed) == sorted(true)


def test_what_the_crm_says_of_a_deal_is_believed(known) -> None:
    """Kind, competitor and letters are read where they stand; else a customer's deal is an upsell."""
    accounts, opportunities, scores = known.tables
    is_deal = (opportunities["status"] == "open") & (opportunities["kind"] != "renewal")
    template = opportunities[is_deal].iloc[:1]
    account = template["account_id"].iloc[0]
    pays = accounts.assign(revenue_eur_per_month=np.where(accounts["account_id"] == account, 100.0, 0.0))
    told = pd.concat([template] * SLOTS, ignore_index=True).assign(
        opportunity_id=[f"X{i}" for i in range(SLOTS)],
        kind=pd.Series(["new", "cross_sell", "expansion", None], dtype="str"),
        competitor=pd.array([True, False, None, True], dtype="boolean"),
    )
    letters = pd.DataFrame(
        {name: pd.array([True, i > 2, None, None], dtype="boolean") for i, name in enumerate(MEDDIC)}
    )
    state = draw_states(pays, told.assign(**letters), scores, known.scenario, 2, cutoff=CUTOFF)
    row = state.account_ids.index(account)

    assert state.kind[row, 0].tolist() == [3, 2, 1, 4]
    start = known.scenario.dynamics.meddic_start
    assert state.meddic[row, 0].tolist() == [6, 3, start, start]


def test_the_slots_take_the_oldest_opportunities(known) -> None:
    accounts, opportunities, scores = known.tables
    is_deal = (opportunities["status"] == "open") & (opportunities["kind"] != "renewal")
    template = opportunities[is_deal].iloc[:1]
    many = pd.concat([template] * (SLOTS + 2), ignore_index=True).assign(
        opportunity_id=[f"X{i}" for i in range(SLOTS + 2)],
        opened_on=pd.date_range("2025-01-01", periods=SLOTS + 2, freq="MS").astype("datetime64[us]")[::-1],
        stage=pd.Series("as nobody else names it", index=range(SLOTS + 2), dtype="str"),
        amount_eur=np.nan,
    )
    state = draw_states(accounts, many, scores, known.scenario, 2, cutoff=CUTOFF)
    row = state.account_ids.index(template["account_id"].iloc[0])

    assert state.age[row, 0].tolist() == list(range(11, 11 - SLOTS, -1))
    assert state.milestones_passed[row, 0].tolist() == [1] * SLOTS
    assert (state.milestones_passed[np.arange(60) != row] == FREE).all()
    quarter = 0.25 * np.maximum(state.attainable * state.wallet - state.revenue, 0)[row]
    np.testing.assert_allclose(state.amount[row], np.repeat(quarter[:, None], SLOTS, axis=1))


def test_a_bare_export_is_enough(scenario: Scenario) -> None:
    """Nothing but id, name and segment known, and no opportunity at all: priors stand in."""
    known = {"account_id": ["A", "B"], "name": ["a", "b"], "segment": ["smb", "strategic"]}
    accounts = ACCOUNTS.empty().reindex(range(2)).assign(**known, revenue_eur_per_month=[100.0, 0.0])
    accounts = accounts.astype({name: column.dtype for name, column in ACCOUNTS.columns.items()})
    scores = SCORES.empty().reindex(range(2)).assign(account_id=known["account_id"]).fillna(1000.0)
    scores = scores.assign(churn_probability_12m=[0.3, 0.0], churn_baseline=[0.3, 0.0])

    state = draw_states(accounts, OPPORTUNITIES.empty(), scores, scenario, 50, cutoff=CUTOFF)

    assert np.isfinite(state.wallet).all()
    assert (state.sponsorless == 0).all()
    assert (state.units >= 1).all()
    assert state.units_penetrated[0].tolist() == [1] * 50
    assert state.units_penetrated[1].tolist() == [0] * 50
    assert len(set(state.goodwill[0])) == 50
