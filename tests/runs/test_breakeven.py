"""The stages "breakeven" and "flips": what they write, what they read, and what they refuse."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kamsim.bundle import read_manifest, read_table, stale_stages
from kamsim.config import Scenario
from kamsim.errors import BundleError, ConfigError
from kamsim.runs import analysis_scenario, breakeven_stage, flip_stage, score_stage

SMALL = {"breakeven.points": 3, "breakeven.replications": 4, "breakeven.flip_replications": 2}


@pytest.fixture
def run(tiny_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_run, tmp_path / "run"))


@pytest.fixture
def plan(run: Path) -> Scenario:
    return analysis_scenario(run, SMALL)


def test_a_map_is_written_whole(run: Path, plan: Scenario) -> None:
    done = breakeven_stage(run, plan, segments=["mid_market"])

    assert set(read_manifest(run, "breakeven").inputs) == {"portfolio", "scores", "allocation"}
    assert read_table(run, "breakeven", "advice").equals(done.advice)
    assert read_table(run, "breakeven", "breakeven").equals(done.table)
    assert read_table(run, "breakeven", "breakeven_frontier").equals(done.frontier)
    assert read_table(run, "breakeven", "breakeven_check").equals(done.checked)
    assert len(done.table) == 6 * 9
    assert done.skipped == ()
    assert stale_stages(run) == []


def test_flips_are_written_whole(run: Path, plan: Scenario) -> None:
    pytest.importorskip("SALib")
    wanted = ["mid_market_ratio", "nearest over status_quo"]
    done = flip_stage(run, plan, only=wanted, analyse=True, trajectories=2, samples=2)

    table = read_table(run, "flips", "flips")
    assert table.equals(done.result.frame())
    assert set(table["recommendation"]) == set(wanted)
    screening, sobol = (read_table(run, "flips", name) for name in ("screening", "sobol"))
    assert set(screening["output"]) == set(sobol["output"]) == {"mid_market_ratio"}
    assert (screening.groupby("output").size() == 10).all()
    assert (sobol.groupby("output").size() == 5).all()


def test_what_cannot_be_mapped_is_refused(run: Path, plan: Scenario) -> None:
    with pytest.raises(ConfigError, match="unknown segment 'midmarket': did you mean 'mid_market'"):
        breakeven_stage(run, plan, segments=["midmarket"])
    with pytest.raises(ConfigError, match="unknown recommendation 'team': did you mean 'team_size'"):
        flip_stage(run, plan, only=["team"])
    with pytest.raises(ConfigError, match="ae_cost_eur has no effect any more"):
        analysis_scenario(run, {"coverage.ae_cost_eur": 1.0})


def test_an_old_allocation_is_refused(run: Path, plan: Scenario) -> None:
    score_stage(run, plan.override({"scoring.prior_churn_smb": 0.5}))

    with pytest.raises(BundleError, match="changed since"):
        breakeven_stage(run, plan)
