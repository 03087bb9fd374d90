import numpy as np
import pandas as pd
import pytest

from kamsim.experiments import ComparisonResult, key_figures, mean_interval
from kamsim.experiments.key_figures import FIGURES, clusters, contributions
from kamsim.schemas import KEY_FIGURES, PERIODS, check


@pytest.fixture(scope="module")
def result(desk) -> ComparisonResult:
    return desk.compare(desk.plan("status_quo"), desk.plan("lazy", hours=0.5))


def cell(
    result: ComparisonResult, figure: str, policy: str = "lazy", tier: int = 0, year: int = 0
) -> pd.Series:
    keys = {"policy": policy, "tier": tier, "year": year, "figure": figure}
    return result.key_figures.set_index(list(keys)).loc[tuple(keys.values())]


def values(result: ComparisonResult, figure: str, policy: str, tier: int, year: int) -> np.ndarray:
    rows = result.periods.query("policy == @policy and tier == @tier and year == @year")
    return rows.sort_values("replication")[figure].to_numpy()


def test_there_is_a_row_for_every_policy_tier_year_and_figure(result: ComparisonResult) -> None:
    pd.testing.assert_frame_equal(check(result.key_figures, KEY_FIGURES), result.key_figures)
    assert len(result.key_figures) == 2 * 4 * 4 * len(FIGURES)
    assert set(FIGURES) == set(PERIODS.columns) - set(PERIODS.key)


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize(("tier", "year"), [(0, 0), (2, 1), (3, 3)])
def test_figures_and_differences_have_the_interval_of_their_values(
    figure: str, tier: int, year: int, result: ComparisonResult
) -> None:
    own, quo = (values(result, figure, policy, tier, year) for policy in ("lazy", "status_quo"))

    made = cell(result, figure, tier=tier, year=year)

    for columns, sample in ((("value", "low", "high"), own),
                            (("difference", "difference_low", "difference_high"), own - quo)):  # fmt: skip
        wanted = mean_interval(sample, 0.95)
        ends = [wanted.mean, wanted.low, wanted.high]
        assert made[list(columns)].tolist() == pytest.approx(ends, rel=1e-9, abs=1e-9)
    assert made["count"] == 30


def test_a_rate_is_a_mean_of_ratios(result: ComparisonResult) -> None:
    assert cell(result, "nrr", year=2)["value"] == pytest.approx(values(result, "nrr", "lazy", 0, 2).mean())


def test_half_the_hours_are_half_the_workload(result: ComparisonResult) -> None:
    lazy, quo = cell(result, "workload_hours"), cell(result, "workload_hours", "status_quo")

    assert lazy["value"] == pytest.approx(quo["value"] / 2)
    assert lazy["low"] == lazy["high"]
    assert cell(result, "utilisation")["value"] == pytest.approx(lazy["value"] / quo["value"] * _use(result))


def _use(result: ComparisonResult) -> float:
    return float(cell(result, "utilisation", "status_quo")["value"])


def test_the_baseline_differs_by_nothing(result: ComparisonResult) -> None:
    rows = result.key_figures.query("policy == 'status_quo'")

    assert (rows[["difference", "difference_low", "difference_high"]].dropna() == 0).all(axis=None)


def test_a_draw_is_one_witness(desk) -> None:
    made = desk.without_truth().compare(desk.plan("status_quo"), desk.plan("lazy", hours=0.5))
    whole = made.periods.query("policy == 'lazy' and tier == 0 and year == 0")

    wanted = mean_interval(whole.groupby("draw")["nrr"].mean().to_numpy(), 0.95)

    assert cell(made, "nrr")["count"] == 10
    assert cell(made, "nrr")[["low", "high"]].tolist() == pytest.approx([wanted.low, wanted.high])
    assert sorted(set(clusters(whole))) == list(range(10))
    assert contributions(made.periods, ["lazy", "status_quo"]).shape == (10, 2)


def test_a_figure_that_nobody_has_is_missing(result: ComparisonResult) -> None:
    empty = result.periods.assign(nrr=np.nan)

    made = key_figures(empty, "status_quo", 0.95).query("figure == 'nrr'")

    assert made[["value", "low", "high", "difference"]].isna().all(axis=None)
    assert (made["count"] == 0).all()
