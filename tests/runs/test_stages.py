"""Stages chain by fingerprints, refuse what is out of date, and say in facts what later readers need."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from kamsim.bundle import read_manifest, read_portfolio, read_scenario, read_table, stale_stages
from kamsim.config import Scenario
from kamsim.errors import BundleError
from kamsim.runs import allocate_stage, generate_stage, score_stage, simulate_stage, value_stage
from kamsim.runs.standing import cutoff_of


@pytest.fixture
def run(tiny_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_run, tmp_path / "run"))


def test_every_stage_names_the_fingerprints_it_was_computed_from(tiny_run: Path) -> None:
    manifests = {
        s: read_manifest(tiny_run, s) for s in ("portfolio", "scores", "values", "allocation", "simulation")
    }

    assert {s: set(m.inputs) for s, m in manifests.items()} == {
        "portfolio": set(),
        "scores": {"portfolio"},
        "values": {"portfolio", "scores"},
        "allocation": {"portfolio", "scores", "values"},
        "simulation": {"portfolio", "scores", "allocation"},
    }
    for manifest in manifests.values():
        assert all(manifests[name].fingerprint == seen for name, seen in manifest.inputs.items())
    assert stale_stages(tiny_run) == []


def test_facts_hold_what_later_readers_need(tiny_run: Path) -> None:
    portfolio, scores, allocation = (
        read_manifest(tiny_run, stage).facts for stage in ("portfolio", "scores", "allocation")
    )

    assert portfolio["origin"] == "generated"
    assert portfolio["cutoff"] == read_scenario(tiny_run).portfolio.cutoff.isoformat()
    assert all(set(note) == {"key", "values"} for note in scores["notes"])
    assert [row["role"] for row in allocation["team_size"]] == ["AE", "SE", "CSM"]
    assert list(allocation["gaps"]) == ["profit_maximising"]


def test_gap_reaches_the_comparison(tiny_run: Path) -> None:
    comparison = read_table(tiny_run, "simulation", "comparison").set_index("policy")

    proven = read_manifest(tiny_run, "allocation").facts["gaps"]["profit_maximising"]
    assert comparison.loc["profit_maximising", "gap"] == proven
    assert comparison["gap"].isna().sum() == 2


def test_same_scenario_gives_the_same_fingerprints(run: Path, tiny_run: Path) -> None:
    scenario = read_scenario(run, "simulation")
    for stage in (generate_stage, score_stage, value_stage, allocate_stage, simulate_stage):
        stage(run, scenario)

    for stage_name in ("portfolio", "scores", "values", "allocation", "simulation"):
        assert read_manifest(run, stage_name).fingerprint == read_manifest(tiny_run, stage_name).fingerprint


def test_stage_out_of_date_is_refused(run: Path) -> None:
    scenario = read_scenario(run)
    score_stage(run, scenario.override({"segmentation.tier_2_from_eur": 90_000.0}))

    with pytest.raises(BundleError, match="stage 'values' was computed from a stage that has changed"):
        allocate_stage(run, scenario)
    with pytest.raises(BundleError, match="stage 'allocation' was computed from a stage that has changed"):
        simulate_stage(run, scenario)


def test_absent_stage_is_named(tmp_path: Path, scenario: Scenario) -> None:
    with pytest.raises(BundleError, match="holds no stage 'portfolio'"):
        score_stage(tmp_path, scenario)


def test_csv_run_stays_csv_and_holds_the_same(run: Path, tiny_run: Path) -> None:
    generate_stage(run, read_scenario(run), file_format="csv")
    score_stage(run, read_scenario(run))

    assert (run / "scores" / "scores.csv").exists()
    for name, table in read_portfolio(tiny_run).tables().items():
        pd.testing.assert_frame_equal(getattr(read_portfolio(run), name), table)
    pd.testing.assert_frame_equal(
        read_table(run, "scores", "scores"), read_table(tiny_run, "scores", "scores")
    )


def test_portfolio_without_cutoff_is_refused(run: Path) -> None:
    path = run / "portfolio" / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["facts"]["cutoff"]
    path.write_text(json.dumps(manifest))

    with pytest.raises(BundleError, match="states no cut-off"):
        cutoff_of(run)


def test_simulation_tells_how_far_it_is(run: Path) -> None:
    told: list[tuple[int, int]] = []

    simulate_stage(
        run, read_scenario(run, "allocation"), progress=lambda done, total: told.append((done, total))
    )

    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] == 18  # 3 policies, 6 replications each


def test_constraints_are_kept_and_stand_with_the_stage(run: Path, tmp_path: Path) -> None:
    scenario = read_scenario(run, "allocation")
    file = tmp_path / "rules.toml"
    file.write_text('[disruption]\naccounts = 3\nopen_deals = "frozen"\n')
    result = allocate_stage(run, scenario, constraints=file, frontier=True)
    moves, points = (read_table(run, "allocation", name) for name in ("moves", "frontier"))

    assert (run / "allocation" / "constraints.toml").read_bytes() == file.read_bytes()
    assert len(moves) == result.assignment["moved"].sum()
    assert (moves[moves["reason"] != "owner_gone"].groupby("policy").size() <= 3).all()
    assert (moves.loc[moves["reason"] != "owner_gone", "open_deals"] == 0).all()
    assert points["accounts_moved"].max() <= 3
    assert read_manifest(run, "allocation").facts["broken"] == {}
