import numpy as np
import pandas as pd
import pytest

from kamsim.errors import ConfigError, FeatureError
from kamsim.scoring import ChurnHazard
from kamsim.streams import stream

START, CUTOFF = pd.Timestamp("2022-01-01"), pd.Timestamp("2026-01-01")
MONTHS = 48
ALPHA, BETA = 0.5, 4.0


def _beta_geometric_survival(months: int) -> np.ndarray:
    """Survival after each of `months` months (Fader & Hardie 2007): survivors get stickier."""
    n = np.arange(1, months + 1)
    return np.cumprod((BETA + n - 1) / (ALPHA + BETA + n - 1))


def _history(starts: np.ndarray, lives: np.ndarray) -> pd.DataFrame:
    """Revenue of 10 a month from month `start` on, for `life` months, as far as the record goes."""
    ids = np.array([f"A{i:05d}" for i in range(len(starts))])
    seen = np.maximum(np.minimum(starts + lives, MONTHS) - np.maximum(starts, 0), 0)
    row = np.repeat(np.arange(len(starts)), seen)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(seen) - seen, seen)
    month = np.maximum(starts, 0)[row] + offset
    dates = pd.date_range(START, periods=MONTHS, freq="MS")
    return pd.DataFrame({"account_id": ids[row], "month": dates[month], "revenue_eur": 10.0})


def _beta_geometric(accounts: int, seed: int, earliest: int = 1) -> pd.DataFrame:
    draw = stream(seed, "beta-geometric")
    lives = draw.geometric(draw.beta(ALPHA, BETA, accounts).clip(1e-9))
    return _history(draw.integers(earliest, MONTHS, accounts), np.minimum(lives, 10_000))


@pytest.fixture(scope="module")
def sticky() -> ChurnHazard:
    return ChurnHazard().fit(_beta_geometric(4000, 1), cutoff=CUTOFF)


def test_survival_of_newcomers_follows_the_truth_where_one_constant_rate_misses(sticky) -> None:
    truth = _beta_geometric_survival(36)
    newcomer = pd.DataFrame({"tenure_months": [1]})
    free = sticky.predict_survival(newcomer)[0]
    constant = ChurnHazard(span_starts=[1]).fit(_beta_geometric(4000, 1), cutoff=CUTOFF)
    assert np.abs(free - truth).max() < 0.03
    assert np.abs(constant.predict_survival(newcomer)[0] - truth).max() > 0.08


def test_survivors_get_stickier(sticky) -> None:
    year = sticky.predict_survival(pd.DataFrame({"tenure_months": [1, 13, 25]}), months=12)[:, -1]
    assert (np.diff(year) > 0.03).all()


def test_customers_still_there_count_only_for_the_months_they_were_seen() -> None:
    lives = stream(3, "geometric").geometric(0.02, 4000)
    starts = np.resize(np.arange(1, MONTHS), 4000)
    model = ChurnHazard(span_starts=[1]).fit(_history(starts, lives), cutoff=CUTOFF)
    assert model.predict_hazard(pd.DataFrame({"tenure_months": [5]}), 1)[0, 0] == pytest.approx(
        0.02, abs=0.002
    )


def test_those_there_at_the_beginning_have_hazards_of_their_own() -> None:
    history = pd.concat(
        [
            _history(np.zeros(500, dtype=int), stream(4, "old").geometric(0.01, 500)),
            _history(np.resize(np.arange(1, 40), 500), stream(5, "new").geometric(0.10, 500)).assign(
                account_id=lambda f: "N" + f["account_id"]
            ),
        ]
    )
    model = ChurnHazard().fit(history, cutoff=CUTOFF)
    rows = pd.DataFrame({"tenure_months": [10, 10], "established": [True, False]})
    old, new = model.predict_hazard(rows, 1)[:, 0]
    assert old == pytest.approx(0.01, abs=0.01)
    assert new == pytest.approx(0.10, abs=0.03)
    assert model.customers(history, cutoff=CUTOFF)["established"].any()


def test_features_tell_who_leaves_sooner() -> None:
    draw = stream(6, "kinds")
    rates = np.repeat([0.02, 0.10], 1000)
    history = _history(draw.integers(1, MONTHS - 1, 2000), draw.geometric(rates))
    ids = sorted(history["account_id"].unique())
    features = pd.DataFrame({"plan": np.where(np.array(ids) < "A01000", "pro", "basic")}, index=ids)
    model = ChurnHazard().fit(history, features, cutoff=CUTOFF)
    who = pd.DataFrame({"tenure_months": [6, 6], "plan": ["pro", "basic"]})
    assert model.predict_hazard(who, 1)[:, 0] == pytest.approx(rates[[0, -1]], rel=0.3)
    with pytest.raises(FeatureError, match="'plan' of the fit is missing"):
        model.predict_survival(who.drop(columns="plan"))
    with pytest.raises(FeatureError, match="lack account_id"):
        ChurnHazard().fit(history, features.iloc[1:], cutoff=CUTOFF)


def test_the_fit_rests_on_counts_and_not_on_months(sticky) -> None:
    assert len(sticky.counts_) <= 2 * len(sticky.span_starts)
    assert sticky.counts_["at_risk"].sum() > 20_000


def test_lumpy_revenue_counts_as_leaving_after_silence_only() -> None:
    months = pd.date_range(START, periods=MONTHS, freq="MS")
    buys = {"a": range(1, 48, 5), "b": range(1, 20, 6), "c": range(2, 12, 3)}
    rows = [(who, months[m], 10.0 * (1 + m)) for who, when in buys.items() for m in when]
    history = pd.DataFrame(rows, columns=["account_id", "month", "revenue_eur"])
    model = ChurnHazard().fit(history, cutoff=CUTOFF)
    assert model.silence_ == 12
    assert model.leavers_ == 2
    assert model.customers(history, cutoff=CUTOFF).index.tolist() == ["a"]


def test_later_rows_and_the_order_of_rows_do_not_matter() -> None:
    history = _beta_geometric(300, 7)
    early = pd.Timestamp("2025-01-01")
    who = pd.DataFrame({"tenure_months": [1, 20]})
    whole = ChurnHazard().fit(history, cutoff=early).predict_survival(who)
    cut = ChurnHazard().fit(history[history["month"] < early].iloc[::-1], cutoff=early).predict_survival(who)
    np.testing.assert_allclose(whole, cut, rtol=1e-6)


def test_what_cannot_be_learned_is_refused() -> None:
    for_ever = _history(np.array([1, 2]), np.array([99, 99]))
    with pytest.raises(FeatureError, match="nobody left"):
        ChurnHazard().fit(for_ever, cutoff=CUTOFF)
    with pytest.raises(FeatureError, match="no month before"):
        ChurnHazard().fit(for_ever, cutoff=START)
    with pytest.raises(FeatureError, match="lacks column 'revenue_eur'"):
        ChurnHazard().fit(for_ever.drop(columns="revenue_eur"), cutoff=CUTOFF)
    with pytest.raises(ConfigError, match="rise from 1"):
        ChurnHazard(span_starts=[2, 1]).fit(for_ever, cutoff=CUTOFF)
    with pytest.raises(FeatureError, match="'tenure_months' is missing"):
        ChurnHazard().fit(_beta_geometric(200, 8), cutoff=CUTOFF).predict_survival(pd.DataFrame({"x": [1]}))


def test_who_returns_begins_anew_and_is_established_no_more() -> None:
    months = pd.date_range(START, periods=MONTHS, freq="MS")
    when = {"back": [0, 1, 2, *range(40, 48)], "old": range(48), "gone": range(5, 9)}
    rows = [(who, months[m], 10.0) for who, paid in when.items() for m in paid]
    history = pd.DataFrame(rows, columns=["account_id", "month", "revenue_eur"])
    model = ChurnHazard().fit(history, cutoff=CUTOFF)
    customers = model.customers(history, cutoff=CUTOFF)
    assert model.leavers_ == 2
    assert customers["tenure_months"].to_dict() == {"back": 8, "old": 48}
    assert customers["established"].to_dict() == {"back": False, "old": True}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda h: pd.concat([h, h.head(1).assign(revenue_eur=0.0)]), "A00000' twice in 2022"),
        (
            lambda h: h.assign(revenue_eur=h["revenue_eur"].mask(h.index == 1)),
            "revenue_eur is missing in 1 row",
        ),
        (lambda h: h.assign(account_id=h["account_id"].mask(h.index == 1)), "account_id is missing in 1 row"),
        (lambda h: h.assign(month=h["month"].astype("str")), "month must hold dates"),
        (lambda h: h.assign(revenue_eur="ten"), "revenue_eur must hold numbers"),
    ],
)
def test_a_record_that_would_be_misread_is_refused(change, message) -> None:
    history = _history(np.array([1, 1, 1]), np.array([5, 10, 20]))
    ChurnHazard().fit(history, cutoff=CUTOFF)
    with pytest.raises(FeatureError, match=message):
        ChurnHazard().fit(change(history), cutoff=CUTOFF)
