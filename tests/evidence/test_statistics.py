"""The statistics of policy comparison keep their word: intervals, stopping, selection, common luck."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kamsim import runs
from kamsim.bundle import read_table
from kamsim.config import Scenario
from kamsim.dynamics.state import Floats
from kamsim.experiments.intervals import cluster_means, mean_interval
from kamsim.experiments.replications import replicate_to_precision
from kamsim.experiments.selection import BEST, SAME
from kamsim.streams import stream
from tests.experiments.macro import SHAPES, covered, covered_by_student, limits, run_selection

pytestmark = pytest.mark.evidence
Record = Callable[..., None]

MACROS = 5_000
"""Experiments an estimator; with 1,000 an exact interval would fail its own test one time in three."""

STOPPED = 2_000
SELECTIONS = 500
POOL = 10_000
BAND = (0.93, 0.97)
STATED = {"exponential": 0.935, "lognormal, sd of log 0.5": 0.935, "lognormal, sd of log 1": 0.91}
"""What docs/statistics.md states of skewed values: after stopping, and (the last) of few values."""


def note(record: Record, claim: str, hits: int, of: int, *, least: float | None = None) -> None:
    """Record a coverage with its limits, and assert that they lie in the band.

    Where the band is not promised, `least` is: the coverage must not be proven to lie below it.
    """
    low, high = limits(hits, of)
    met = BAND[0] < low and high < BAND[1] if least is None else high >= least
    record(
        f"coverage of 95 % intervals: {claim} (limits {low:.3f} to {high:.3f})",
        round(hits / of, 4),
        n=of,
        goal="limits in 0.93 to 0.97" if least is None else f"not below {least:.3g}",
        met=met,
    )
    assert met, f"{claim}: {low:.4f} to {high:.4f}"


@pytest.mark.parametrize("n", [10, 30, 100, 200])
@pytest.mark.parametrize("shape", list(SHAPES))
def test_coverage_of_means(shape: str, n: int, record: Record) -> None:
    values = SHAPES[shape](stream(3, "evidence", shape, n), (n, MACROS))

    least = STATED[shape] if shape == "lognormal, sd of log 1" and n < 100 else None
    note(record, f"{shape}, n = {n}", covered(values, 0.0), MACROS, least=least)


@pytest.mark.parametrize("shape", ["normal", "lognormal, sd of log 0.5"])
@pytest.mark.parametrize("draws", [10, 50])
def test_coverage_over_two_levels(shape: str, draws: int, record: Record) -> None:
    """Draws of what is unknown, each with 4 replications; draws vary twice as much as replications."""
    luck = stream(4, "evidence", shape, draws)
    between, within = SHAPES[shape](luck, (draws, 1, MACROS)), luck.normal(size=(draws, 4, MACROS))
    lanes = (2 * between + within).reshape(4 * draws, MACROS)

    means = cluster_means(lanes, np.repeat(np.arange(draws), 4))

    note(record, f"two levels, {shape}, {draws} draws x 4", covered(means, 0.0), MACROS)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """PERIODS of 300 accounts in 10,000 replications, from which experiments are drawn."""
    run = tmp_path_factory.mktemp("pool")
    policies = ["status_quo", "nearest", "profit_maximising"]
    scenario = Scenario.load("saas_midmarket", {"portfolio.accounts": 300, "allocation.policies": policies})
    runs.generate_stage(run, scenario)
    for stage in (runs.score_stage, runs.value_stage, runs.allocate_stage):
        stage(run, scenario)
    runs.simulate_stage(run, scenario.override({"experiment.replications": POOL}))
    return read_table(run, "simulation", "periods")


ENGINE = [
    (figure, tier, year)
    for figure in ("contribution_eur", "nrr", "grr", "logo_retention", "share_of_wallet", "business_units")
    for tier, year in ((0, 0), (0, 1), (3, 2))
]


@pytest.mark.parametrize(("figure", "tier", "year"), ENGINE)
@pytest.mark.parametrize("n", [10, 30, 100])
def test_coverage_of_the_engine_s_output(
    figure: str, tier: int, year: int, n: int, played: pd.DataFrame, record: Record
) -> None:
    for claim, values, truth in _experiments(figure, tier, year, n, played):
        note(record, claim, covered(values, truth), MACROS)


@pytest.mark.parametrize("figure", ["contribution_eur", "nrr", "grr", "logo_retention"])
@pytest.mark.parametrize("year", [0, 1])
@pytest.mark.parametrize("n", [10, 30, 100])
def test_coverage_in_a_tier_of_few_accounts(
    figure: str, year: int, n: int, played: pd.DataFrame, record: Record
) -> None:
    """Tier 1 holds a dozen accounts; rates of a handful of values end the method, but not below Student's."""
    for claim, values, truth in _experiments(figure, 1, year, n, played):
        plain = covered_by_student(values, truth) / MACROS
        note(record, claim, covered(values, truth), MACROS, least=plain)


def _experiments(
    figure: str, tier: int, year: int, n: int, played: pd.DataFrame
) -> Iterator[tuple[str, Floats, float]]:
    """Yield what is compared, experiments of n replications drawn from all played, and the mean of all."""
    some = played[(played["tier"] == tier) & (played["year"] == year)]
    by_policy = some.pivot_table(index="replication", columns="policy", values=figure)
    for policy in ("nearest", "profit_maximising"):
        pool = (by_policy[policy] - by_policy["status_quo"]).dropna().to_numpy()
        rows = stream(5, "evidence", figure, tier, year, n, policy).integers(0, pool.size, (n, MACROS))
        claim = (
            f"paired difference of {figure}, {policy}, tier {tier}, year {year}, n = {n}"
            f" (skewness {stats.skew(pool):.1f}, {np.unique(pool.round(9)).size:,} values)"
        )
        yield claim, pool[rows], float(pool.mean())


@pytest.mark.parametrize("expected", [40, 100, 400])
@pytest.mark.parametrize("shape", list(SHAPES))
def test_coverage_after_stopping_at_a_precision(shape: str, expected: int, record: Record) -> None:
    hits, target = 0, 1.96 / np.sqrt(expected)
    for macro in range(STOPPED):
        values = SHAPES[shape](stream(macro, "stopping", shape, expected), (5000,))
        table = np.column_stack([np.zeros(values.size), values])
        done = replicate_to_precision(
            lambda n, table=table: table[:n],
            target_eur=target,
            confidence=0.95,
            first_stage=30,
            budget=values.size,
        )
        interval = mean_interval(values[: done.replications], 0.95)
        hits += interval.low <= 0 <= interval.high
    claim = f"stopped at the precision that {expected} replications give on average, {shape}"
    note(record, claim, hits, STOPPED, least=STATED.get(shape))


CASES = ["slippage", "monotone", "unequal", "unequal, best quiet", "skewed", "skewed, best apart"]


@pytest.mark.parametrize("policies", [2, 6])
@pytest.mark.parametrize("case", CASES)
def test_correct_selection(case: str, policies: int, record: Record) -> None:
    made = [run_selection(case, policies, 10_000 + macro, budget=3000) for macro in range(SELECTIONS)]

    right = sum(s.verdict == BEST and s.policy == "best" for s in made)
    low = float(stats.binomtest(right, SELECTIONS, alternative="greater").proportion_ci(0.95).low)

    replications = float(np.median([s.replications for s in made]))
    record(
        f"correct selection (verdict and policy), {case}, {policies} policies, median {replications:.0f}"
        f" replications, 95 % lower limit of {right / SELECTIONS:.3f}",
        round(low, 4),
        n=SELECTIONS,
        goal=">= 0.93",
        met=low >= 0.93,
    )
    assert low >= 0.93


@pytest.mark.parametrize("policies", [2, 6])
def test_policies_alike(policies: int, record: Record) -> None:
    made = [run_selection("tie", policies, 20_000 + macro, budget=3000) for macro in range(SELECTIONS)]

    wrong = sum(s.verdict == BEST for s in made)
    high = limits(wrong, SELECTIONS)[1]
    record(
        f"a best is named among {policies} policies alike (upper limit; no practical difference"
        f" {sum(s.verdict == SAME for s in made)} times)",
        round(high, 4),
        n=SELECTIONS,
        goal="<= 0.05",
        met=high <= 0.05,
    )
    assert high <= 0.05


def test_common_luck_reduces_the_variance_of_differences(tmp_path: Path, record: Record) -> None:
    """Every pair of six policies, paired against unpaired; the 5 % limit over resamples."""
    n, resamples = 500, 1000
    policies = ["status_quo", "nearest", "guide_ratios", "balanced", "potential_greedy", "profit_maximising"]
    scenario = Scenario.load(
        "saas_midmarket",
        {"experiment.replications": n, "portfolio.accounts": 600, "allocation.policies": policies},
    )
    runs.generate_stage(tmp_path, scenario)
    for stage in (runs.score_stage, runs.value_stage, runs.allocate_stage, runs.simulate_stage):
        stage(tmp_path, scenario)
    periods = read_table(tmp_path, "simulation", "periods")
    whole = periods[(periods["tier"] == 0) & (periods["year"] == 0)]
    brought = whole.pivot_table(index="replication", columns="policy", values="contribution_eur")
    rows = stream(6, "evidence").integers(0, n, (resamples, n))
    lowest = np.inf
    for place, one in enumerate(policies):
        for other in policies[place + 1 :]:
            a, b = brought[one].to_numpy()[rows], brought[other].to_numpy()[rows]
            ratio = (a.var(axis=1) + b.var(axis=1)) / (a - b).var(axis=1)
            low = float(np.quantile(ratio, 0.05))
            lowest = min(lowest, low)
            record(
                f"variance of a difference, unpaired over paired, {one} - {other} (5 % limit)",
                round(low, 2),
                n=n,
                goal=">= 5",
                met=low >= 5,
            )
    assert lowest >= 2, "far from what common luck gives"
