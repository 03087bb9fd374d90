import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamsim.schemas import ACCOUNTS, EVENTS, HISTORY, OPPORTUNITIES
from kamsim.scoring.features import (
    LOOKBACK,
    dated_features,
    lasting_features,
    standing_features,
)
from kamsim.scoring.panel import record_panel
from kamsim.streams import stream

CUTOFF = pd.Timestamp("2026-01-01")
KNOWN_AT_THE_END_ONLY = (
    "relationship", "roles_engaged", "sponsor_identified", "units_penetrated", "business_units",
    "revenue_eur_per_month", "owner_id", "customer_since", "disclosed_wallet_eur_per_month",
)  # fmt: skip


def _features(planted, cutoff, history=None, opportunities=None) -> pd.DataFrame:
    ids = planted.accounts["account_id"].tolist()
    panel = record_panel(ids, planted.history if history is None else history, cutoff)
    return dated_features(panel, planted.opportunities if opportunities is None else opportunities)


@settings(max_examples=10, deadline=None)
@given(months_back=st.integers(1, 30), seed=st.integers(0, 99))
def test_the_future_does_not_change_a_bit(planted, cutoff, months_back, seed) -> None:
    draw = stream(seed, "future")
    now = cutoff - pd.DateOffset(months=months_back)
    history = planted.history.copy()
    future = history["month"] >= now
    history.loc[future, "revenue_eur"] = draw.permutation(history.loc[future, "revenue_eur"])
    history.loc[future, ["ae_hours", "csm_hours"]] = draw.random((future.sum(), 2))
    history.loc[future, ["deals_opened", "deals_won", "deals_lost"]] = 7
    history = history.drop(index=history.index[future][: future.sum() // 2])
    opportunities = planted.opportunities.copy()
    closes_later = ~(opportunities["closed_on"] < now)
    opportunities.loc[closes_later, "closed_on"] = pd.NaT
    opportunities["status"], opportunities["stage"], opportunities["amount_eur"] = "lost", "x", 1.0
    opportunities = opportunities[opportunities["opened_on"] < now]

    before, after = _features(planted, now), _features(planted, now, history, opportunities)

    assert before.to_numpy().tobytes() == after.to_numpy().tobytes()


def test_the_past_does_change_them(planted, cutoff) -> None:
    history = planted.history.copy()
    last = history["month"] == cutoff - pd.DateOffset(months=1)
    for name in ("revenue_eur", "ae_hours", "deals_won"):
        history.loc[last, name] = history.loc[last, name] + 9
    changed = _features(planted, cutoff) != _features(planted, cutoff, history)
    assert {"revenue_1m", "ae_hours_3m", "months_since_last_win"} <= set(changed.columns[changed.any()])


def test_features_mean_what_they_say(planted, cutoff) -> None:
    one = planted.history[planted.history["account_id"] == "A0001"].copy()
    one["revenue_eur"] = [0.0] * 30 + [100.0, 100.0, 0.0, 200.0, 400.0, 0.0]
    one["deals_won"], one["deals_lost"] = [0] * 30 + [1, 0, 0, 2, 0, 0], [0] * 35 + [1]
    one["se_hours"] = np.nan
    deals = planted.opportunities.iloc[:4].copy()
    deals["account_id"] = "A0001"
    deals["kind"] = ["new", "upsell", "new", "renewal"]
    days = ["2025-10-01", "2025-10-01", "2026-01-01", "2025-10-01"]
    deals["opened_on"] = pd.Series(pd.to_datetime(days)).to_numpy()
    deals["closed_on"] = pd.Series(pd.to_datetime([None, "2025-12-31", None, None])).to_numpy()

    panel = record_panel(["A0001"], one, cutoff)
    found = dated_features(panel, deals).loc["A0001"]

    assert found["revenue_1m"] == 0
    assert found["revenue_3m"] == pytest.approx(np.log1p(200))
    assert found["revenue_12m"] == pytest.approx(np.log1p(800 / 12))
    assert found["revenue_trend"] == pytest.approx(np.log1p(200) - np.log1p(800 / 12))
    assert found["revenue_volatility"] == pytest.approx(
        np.std([0] * 6 + [100, 100, 0, 200, 400, 0]) / (800 / 12)
    )
    assert found["months_since_first_revenue"] == 6
    assert found["months_since_last_revenue"] == 1
    assert found["months_since_last_win"] == 2
    assert found["win_rate"] == 0.75
    assert found["deals_won_12m"] == pytest.approx(np.log1p(3))
    assert found["open_deals"] == pytest.approx(np.log1p(1))
    assert np.isnan(found["se_hours_12m"])


def test_no_feature_looks_back_further_than_a_year(planted, cutoff) -> None:
    long_ago = planted.history["month"] < cutoff - pd.DateOffset(months=LOOKBACK)
    pd.testing.assert_frame_equal(
        _features(planted, cutoff), _features(planted, cutoff, planted.history[~long_ago])
    )


def test_no_history_gives_features_all_the_same(planted, cutoff) -> None:
    found = _features(planted, cutoff, planted.history.iloc[:0], planted.opportunities.iloc[:0])
    assert len(found) == 300
    assert (found["months_since_last_revenue"] == LOOKBACK).all()
    assert not np.isinf(found.to_numpy()).any()


def test_lasting_features_hold_nothing_that_is_known_at_the_end_only(planted) -> None:
    accounts = planted.accounts.copy()
    for name in KNOWN_AT_THE_END_ONLY:
        accounts[name] = pd.Series([None] * len(accounts), dtype=ACCOUNTS.columns[name].dtype)
    pd.testing.assert_frame_equal(lasting_features(planted.accounts), lasting_features(accounts))


def test_missing_values_keep_their_row(planted) -> None:
    accounts = planted.accounts.copy()
    accounts.loc[4, ["industry", "region"]] = None
    accounts.loc[4, ["business_units", "units_penetrated", "sponsor_identified"]] = pd.NA
    accounts.loc[4, ["firm_revenue_eur", "relationship"]] = np.nan

    lasting, standing = lasting_features(accounts), standing_features(accounts)

    assert lasting.loc["A0004", "industry"] == "(unknown)"
    assert standing.loc["A0004", ["share_of_units", "sponsor_identified"]].isna().all()
    assert standing.loc["A0003", "share_of_units"] == 1 / accounts.loc[3, "business_units"]


def test_a_short_record_carries_its_counts_over_to_a_year() -> None:
    """Steady customers look alike after six months of record and after twelve."""
    months = pd.date_range("2025-01-01", periods=12, freq="MS")
    history = (
        HISTORY.empty()
        .reindex(range(24))
        .assign(account_id=np.repeat(["new", "old"], 12), month=np.tile(months, 2), deals_won=1)
    )
    history["revenue_eur"] = np.where(
        (history["account_id"] == "new") & (history["month"] < "2025-04-01"), 0, 5
    )
    panel = record_panel(["new", "old"], history.fillna({"deals_opened": 0, "deals_lost": 0}), CUTOFF)
    deals = OPPORTUNITIES.empty()
    events = (
        EVENTS.empty()
        .reindex(range(2))
        .assign(
            account_id="old", kind="stakeholder_left", seen_on=pd.to_datetime(["2025-03-05", "2025-09-05"])
        )
    )
    short, whole = dated_features(panel.before(6), deals, events), dated_features(panel, deals, events)
    told = ["months_with_revenue", "months_since_first_revenue", "deals_won_12m", "people_left"]
    assert short.loc["old", told].tolist() == pytest.approx(whole.loc["old", told].tolist())
    assert short.loc["old", told].tolist() == pytest.approx([12, 12, np.log1p(12), 2])
    assert short.loc["new", told[:2]].tolist() == [6, 3]
    assert whole.loc["new", told[:2]].tolist() == [9, 9]
