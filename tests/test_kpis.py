import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kamsim import kpis

MONEY = st.one_of(st.just(0.0), st.floats(0.01, 1e9))
SIZES = st.integers(1, 30)


def money(size: int) -> st.SearchStrategy[np.ndarray]:
    return hnp.arrays(float, size, elements=MONEY)


PAIRS = SIZES.flatmap(lambda n: st.tuples(money(n), money(n)))
SHUFFLED = SIZES.flatmap(lambda n: st.tuples(money(n), money(n), st.permutations(range(n))))
SCALES = st.floats(1e-3, 1e3)


# By hand: A grew, B shrank, C left, D came, E never was a customer.
BEFORE = [100.0, 80.0, 20.0, 0.0, 0.0]
AFTER = [150.0, 60.0, 0.0, 90.0, 0.0]


def test_nrr_by_hand() -> None:
    assert float(kpis.nrr(BEFORE, AFTER)) == 210 / 200


def test_grr_by_hand() -> None:
    assert float(kpis.grr(BEFORE, AFTER)) == 160 / 200


def test_logo_retention_by_hand() -> None:
    assert float(kpis.logo_retention(np.array(BEFORE) > 0, np.array(AFTER) > 0)) == 2 / 3


def test_share_of_wallet_and_coverage_ratio_by_hand() -> None:
    assert kpis.share_of_wallet([30.0, 0.0, 5.0], [120.0, 50.0, 0.0]).tolist()[:2] == [0.25, 0.0]
    assert np.isnan(kpis.share_of_wallet(5.0, 0.0))
    assert float(kpis.coverage_ratio(105, 3)) == 35.0
    assert np.isnan(kpis.coverage_ratio(105, 0))


def test_gini_by_hand() -> None:
    # Mean absolute difference of 1, 2, 3, 4 over twice their mean: (20 / 16) / 5.
    assert kpis.gini([4.0, 1.0, 3.0, 2.0]) == pytest.approx(0.25)


def test_top_share_by_hand() -> None:
    assert kpis.top_share([1.0, 2.0, 3.0, 4.0, 10.0]) == 0.5
    assert kpis.top_share([1.0, 3.0]) == 0.75, "the top is one account at least"
    assert kpis.top_share([1.0, 2.0, 3.0, 4.0], share=0.5) == 0.7


def test_coefficient_of_variation_by_hand() -> None:
    assert kpis.coefficient_of_variation([1.0, 3.0]) == 0.5


def test_rates_by_replication() -> None:
    before, after = np.array([BEFORE, BEFORE]).T, np.array([AFTER, BEFORE]).T

    assert kpis.nrr(before, after).tolist() == [1.05, 1.0]
    assert kpis.nrr(before.T, after.T, axis=1).tolist() == [1.05, 1.0]
    assert kpis.grr(before.T, after.T, axis=1).tolist() == [0.8, 1.0]
    assert kpis.logo_retention(before.T > 0, after.T > 0, axis=1).tolist() == [2 / 3, 1.0]


def test_without_customers_there_is_no_rate() -> None:
    nobody = np.zeros(3)

    assert np.isnan(kpis.nrr(nobody, AFTER[:3]))
    assert np.isnan(kpis.grr(nobody, AFTER[:3]))
    assert np.isnan(kpis.logo_retention(nobody > 0, nobody > 0))


@pytest.mark.parametrize("measure", [kpis.gini, kpis.top_share, kpis.coefficient_of_variation])
@pytest.mark.parametrize("values", [[], [0.0, 0.0]])
def test_without_money_there_is_no_concentration(measure, values: list[float]) -> None:
    assert np.isnan(measure(values))


@given(PAIRS)
def test_grr_is_at_most_nrr_and_one(pair: tuple[np.ndarray, np.ndarray]) -> None:
    gross, net = kpis.grr(*pair), kpis.nrr(*pair)

    if np.isnan(net):
        assert np.isnan(gross)
    else:
        assert 0 <= gross <= 1
        assert gross <= net


@given(PAIRS)
def test_customers_won_since_do_not_count(pair: tuple[np.ndarray, np.ndarray]) -> None:
    before, after = pair
    with_new = [np.append(before, 0.0), np.append(after, 1e6)]

    for rate in (kpis.nrr, kpis.grr):
        np.testing.assert_allclose(rate(*with_new), rate(before, after), rtol=1e-12)
    assert np.isnan(kpis.nrr(*pair)) or kpis.logo_retention(with_new[0] > 0, with_new[1] > 0) <= 1


@given(SHUFFLED, SCALES)
def test_order_and_currency_do_not_matter(
    case: tuple[np.ndarray, np.ndarray, list[int]], scale: float
) -> None:
    before, after, order = case
    moved = [scale * before[order], scale * after[order]]

    for rate in (kpis.nrr, kpis.grr):
        np.testing.assert_allclose(rate(*moved), rate(before, after), rtol=1e-9)
    for measure in (kpis.gini, kpis.top_share, kpis.coefficient_of_variation):
        np.testing.assert_allclose(measure(moved[0]), measure(before), rtol=1e-9, atol=1e-9)


@given(SIZES.flatmap(money))
def test_concentration_stays_in_its_bounds(values: np.ndarray) -> None:
    if values.sum() > 0:
        n = values.size
        assert -1e-9 <= kpis.gini(values) <= 1 - 1 / n + 1e-9
        assert kpis.top_share(values) >= 1 / n - 1e-9
        assert 0 <= kpis.coefficient_of_variation(values) <= np.sqrt(n - 1) + 1e-9


@given(SIZES, st.floats(0.01, 1e6))
def test_equal_values_are_not_concentrated(n: int, value: float) -> None:
    equal = np.full(n, value)

    assert kpis.gini(equal) == pytest.approx(0, abs=1e-12)
    assert kpis.coefficient_of_variation(equal) == pytest.approx(0, abs=1e-7)


@given(st.integers(0, 50), st.integers(1, 50), st.floats(0.5, 0.99))
def test_the_interval_of_a_share_holds_the_share(part: int, more: int, confidence: float) -> None:
    whole = part + more
    low, high = kpis.share_interval(part, whole, confidence)
    wider = kpis.share_interval(part, whole, 0.999)
    assert 0 <= wider[0] <= low <= part / whole + 1e-12
    assert part / whole - 1e-12 <= high <= wider[1] <= 1


def test_the_interval_of_half_of_ten() -> None:
    assert kpis.share_interval(5, 10) == pytest.approx((0.23659, 0.76341), abs=1e-5)


def test_the_interval_of_nothing_is_missing() -> None:
    assert np.isnan(kpis.share_interval(0, 0)).all()


def test_the_interval_of_a_ratio_of_sums_covers_as_it_says() -> None:
    luck = np.random.default_rng(7)
    before = luck.lognormal(0.0, 0.8, size=(2_000, 150))
    after = before * luck.normal(1.05, 0.3, size=before.shape)
    ends = np.array([kpis.ratio_interval(a, b) for a, b in zip(after, before, strict=True)])

    covered = ((ends[:, 0] <= 1.05) & (ends[:, 1] >= 1.05)).mean()

    assert 0.93 <= covered <= 0.965  # 0.95, within three Monte-Carlo errors and a hair of skewness


def test_a_ratio_without_spread_has_no_width_and_one_account_no_interval() -> None:
    assert kpis.ratio_interval([11.0, 22.0], [10.0, 20.0]) == pytest.approx((1.1, 1.1))
    assert np.isnan(kpis.ratio_interval([1.0], [1.0])).all()
    assert np.isnan(kpis.ratio_interval([0.0, 0.0], [0.0, 0.0])).all()
