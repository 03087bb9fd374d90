"""The stage "coverage": what it writes, what it reads, and what it refuses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kamsim.bundle import read_manifest, read_portfolio, read_scenario, read_table, stale_stages
from kamsim.coverage import plan_coverage
from kamsim.errors import BundleError
from kamsim.runs import coverage_stage, cutoff_of, score_stage


@pytest.fixture
def run(tiny_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_run, tmp_path / "run"))


def test_tables_are_the_plans(run: Path) -> None:
    plan = coverage_stage(run, quarters=3)

    for name, table in plan.tables().items():
        assert read_table(run, "coverage", name).equals(table), name
    assert plan.hiring["quarter"].max() == 3
    manifest = read_manifest(run, "coverage")
    assert set(manifest.inputs) == {"portfolio", "scores", "allocation"}
    assert manifest.facts["hours_per_ae"] == plan.hours_per_ae
    assert stale_stages(run) == []


def test_one_more_hour_counts_from_the_baselines_hours(run: Path) -> None:
    plan, scenario = coverage_stage(run), read_scenario(run, "coverage")
    book, team = read_table(run, "allocation", "book"), read_portfolio(run).team
    assignment = read_table(run, "allocation", "assignment")
    by_hand = {
        policy: plan_coverage(
            book, team, read_table(run, "scores", "scores"), scenario, cutoff=cutoff_of(run), assignment=rows
        ).marginal
        for policy, rows in assignment.groupby("policy")
    }

    assert plan.marginal.equals(by_hand["status_quo"])
    assert not plan.marginal.equals(by_hand["nearest"])


def test_what_it_was_computed_from_must_be_current(run: Path) -> None:
    score_stage(run, read_scenario(run).override({"segmentation.tier_2_from_eur": 90_000.0}))
    with pytest.raises(BundleError, match="stage 'allocation' was computed from a stage that has changed"):
        coverage_stage(run)
    shutil.rmtree(run / "allocation")
    with pytest.raises(BundleError, match="holds no stage 'allocation'"):
        coverage_stage(run)
