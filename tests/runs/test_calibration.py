"""Stage "calibration", and the main job that draws its parameters from it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kamsim import runs
from kamsim.bundle import read_manifest, read_scenario, read_table
from kamsim.config import Scenario
from kamsim.errors import BundleError, ConfigError
from kamsim.locale import Locale
from kamsim.reporting import write_report

FREE = {"dynamics.smb.loss_rate": 2.0, "dynamics.mid_market.opening_rate": 2.0}
SMALL = {"calibration.free": FREE, "calibration.books": 32, "calibration.draws": 8}


@pytest.fixture(scope="module")
def calibrated(tiny_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read it or copy it, never write to it."""
    run = tmp_path_factory.mktemp("calibrated") / "run"
    run.mkdir()
    shutil.copytree(tiny_run / "portfolio", run / "portfolio")
    runs.calibrate_stage(run, read_scenario(run).override(SMALL))
    return run


def test_the_stage_holds_parameters_moments_draws_and_a_scenario(calibrated: Path) -> None:
    found = read_table(calibrated, "calibration", "calibration")
    assert found["parameter"].tolist() == sorted(FREE)
    assert len(read_table(calibrated, "calibration", "calibration_draws")) == 8 * len(FREE)
    assert len(read_table(calibrated, "calibration", "calibration_moments")) > 5
    scenario = Scenario.load(calibrated / "calibration" / "scenario.toml")
    estimate = found.set_index("parameter").loc["dynamics.smb.loss_rate", "estimate"]
    assert scenario.dynamics.smb.loss_rate == pytest.approx(estimate)
    assert scenario.sources["dynamics.smb.loss_rate"] == "calibrated"
    assert read_manifest(calibrated, "calibration").inputs.keys() == {"portfolio"}


def test_the_main_job_draws_its_parameters_and_the_report_says_so(calibrated: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(calibrated, run)
    plan = runs.scenario_for_run(None, run, {}, calibrated=True)
    runs.score_stage(run, plan)
    runs.value_stage(run, plan)
    runs.allocate_stage(run, plan)
    result = runs.simulate_stage(run, plan)
    assert not result.truth_known
    assert result.periods["draw"].nunique() == plan.experiment.draws
    assert "calibration" in read_manifest(run, "simulation").inputs
    for lang, words in (("en", "fitted to this portfolio"), ("fr", "ajusté à ce portefeuille")):
        page = write_report(run, Locale(lang)).read_text(encoding="utf-8")
        assert words in page
        assert ("<th>Estimate (90%)" in page or "Estimate (90%)" in page) == (lang == "en")


def test_a_scenario_that_is_not_calibrated_draws_nothing(
    calibrated: Path, tiny_run: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    shutil.copytree(tiny_run, run)
    shutil.copytree(calibrated / "calibration", run / "calibration")
    assert runs.simulate_stage(run, read_scenario(run, "allocation")).truth_known
    assert "calibration" not in read_manifest(run, "simulation").inputs


def test_a_calibration_of_another_portfolio_is_refused(calibrated: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(calibrated, run)
    runs.generate_stage(run, read_scenario(run).override({"seed": 99}))
    with pytest.raises(BundleError, match="'calibration' was computed from a stage that has changed since"):
        runs.scenario_for_run(None, run, {}, calibrated=True)


def test_calibrated_wants_data_that_were_calibrated_and_no_preset(tiny_run: Path) -> None:
    with pytest.raises(ConfigError, match="--calibrated wants --data"):
        runs.scenario_for_run(None, None, {}, calibrated=True)
    with pytest.raises(ConfigError, match="leave --scenario industrial_key_accounts out"):
        runs.scenario_for_run("industrial_key_accounts", tiny_run, {}, calibrated=True)
    with pytest.raises(BundleError, match="holds no stage 'calibration'"):
        runs.scenario_for_run(None, tiny_run, {}, calibrated=True)
