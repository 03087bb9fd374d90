import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kamsim.experiments.paired import paired_interval
from kamsim.streams import stream

RUNS = 4000


def coverage_limits(hits: np.ndarray) -> tuple[float, float]:
    """The 99.9 % confidence limits of a coverage (Clopper & Pearson)."""
    limits = stats.binomtest(int(hits.sum()), hits.size).proportion_ci(0.999)
    return float(limits.low), float(limits.high)


def covers(policy: np.ndarray, baseline: np.ndarray, cluster: np.ndarray, truth: float) -> bool:
    interval = paired_interval(policy, baseline, cluster, 0.95)
    return interval.low <= truth <= interval.high


def test_by_hand() -> None:
    policy, baseline = np.array([3.0, 5.0, 10.0, 6.0]), np.array([1.0, 1.0, 8.0, 6.0])

    interval = paired_interval(policy, baseline, np.arange(4), 0.90)

    half = 2.353363 * np.sqrt(8 / 3) / 2  # t(0.95; 3), differences 2, 4, 2, 0: symmetric, so Student's
    assert interval.mean == 2.0
    assert (interval.low, interval.high) == pytest.approx((2 - half, 2 + half), rel=1e-4)


def test_the_interval_covers_a_known_difference_as_often_as_it_says() -> None:
    """4,000 experiments of 6 pairs with a shared luck; of so few, intervals hold a point more than they say.

    With 1.96 instead of 2.57 the coverage were 0.91, far outside the limits.
    """
    rng = stream(1, "coverage")
    luck = rng.normal(0, 50, (RUNS, 6))
    baseline, policy = luck + rng.normal(0, 1, (RUNS, 6)), luck + 3 + rng.normal(0, 2, (RUNS, 6))

    hits = np.array([covers(policy[i], baseline[i], np.arange(6), 3.0) for i in range(RUNS)])

    low, high = coverage_limits(hits)
    assert low <= 0.964 <= high
    assert high - low < 0.03


def test_lanes_that_share_a_draw_count_once() -> None:
    """4,000 experiments of 8 draws with 5 replications: the draws differ more than the replications."""
    rng = stream(1, "coverage of clusters")
    cluster = np.repeat(np.arange(8), 5)
    difference = 3 + rng.normal(0, 2, (RUNS, 8))[:, cluster] + rng.normal(0, 1, (RUNS, 40))

    right = np.array([covers(d, np.zeros(40), cluster, 3.0) for d in difference])
    naive = np.array([covers(d, np.zeros(40), np.arange(40), 3.0) for d in difference])

    low, high = coverage_limits(right)
    assert low <= 0.962 <= high
    assert coverage_limits(naive)[1] < 0.75, "the replications of a draw are no independent witnesses"


def test_equal_pairs_leave_no_doubt() -> None:
    same = np.array([1.5, 2.5, 0.1])

    for shift in (0.0, 4.0):
        interval = paired_interval(same + shift, same, np.arange(3), 0.95)
        assert interval.high - interval.low < 1e-9
    assert paired_interval(same, same, np.arange(3), 0.95).high == 0.0


def test_one_cluster_leaves_all_doubt() -> None:
    interval = paired_interval(np.array([2.0, 4.0]), np.zeros(2), np.array([7, 7]), 0.95)

    assert (interval.mean, interval.low, interval.high) == (3.0, -np.inf, np.inf)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), st.randoms())
def test_the_order_of_lanes_and_the_names_of_clusters_do_not_matter(values: list[float], random) -> None:
    policy = np.array(values)
    cluster = np.arange(len(values)) // 2
    order = np.array(random.sample(range(len(values)), len(values)))

    one = paired_interval(policy, np.zeros(len(values)), cluster, 0.9)
    other = paired_interval(policy[order], np.zeros(len(values)), 100 - 3 * cluster[order], 0.9)

    np.testing.assert_allclose(list(vars(one).values()), list(vars(other).values()), rtol=1e-6, atol=1e-6)
