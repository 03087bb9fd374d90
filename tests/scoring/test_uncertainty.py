"""Intervals hold the truth as often as they say."""

import numpy as np
import pytest
from scipy.stats import norm

from kamsim.scoring.measures_of_skill import area_under_curve
from kamsim.scoring.uncertainty import bootstrap, delong_error, delong_interval, percentile_interval
from kamsim.streams import stream


def test_delong_covers_the_true_area() -> None:
    truth, inside = norm.cdf(1 / np.sqrt(2)), 0
    happened = np.repeat([0.0, 1.0], [150, 60])
    for seed in range(400):
        low, high = delong_interval(happened, stream(seed, "delong").normal(size=210) + happened)
        inside += low <= truth <= high
    assert 0.92 <= inside / 400 <= 0.98


def test_delong_agrees_with_the_bootstrap() -> None:
    draw = stream(2, "delong")
    happened = (draw.random(500) < 0.3).astype(float)
    score = draw.normal(size=500) + happened

    def area(rows: np.ndarray) -> dict[str, float]:
        return {"auc": area_under_curve(happened[rows], score[rows])}

    draws = bootstrap(area, np.arange(500), draw, 400)["auc"]
    assert delong_error(happened, score) == pytest.approx(draws.std(), rel=0.15)


def test_clusters_are_drawn_whole_and_widen_the_interval() -> None:
    draw = stream(5, "clusters")
    clusters = np.repeat(np.arange(40), 10)
    values = draw.normal(size=40)[clusters]

    def mean(rows: np.ndarray) -> dict[str, float]:
        assert len(rows) == 400
        assert (np.bincount(clusters[rows]) % 10 == 0).all()
        return {"mean": values[rows].mean()}

    whole = bootstrap(mean, clusters, draw, 200)["mean"].std()
    single = bootstrap(lambda rows: {"mean": values[rows].mean()}, np.arange(400), draw, 200)["mean"].std()
    assert 2.2 < whole / single < 4.5  # the square root of ten


def test_a_perfect_score_stays_below_one_and_unknown_draws_stay_unknown() -> None:
    happened = np.repeat([0.0, 1.0], 20)
    low, high = delong_interval(happened, happened)
    assert 0.9 < low <= high < 1
    assert np.isnan(percentile_interval(np.array([1.0, np.nan, np.nan]))).all()
