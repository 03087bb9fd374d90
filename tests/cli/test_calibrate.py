"""The verb `calibrate`, on a bundle and on real exports where they are there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

FREE = (
    'calibration.free={"dynamics.smb.loss_rate" = 2.0, "dynamics.smb.churn_mean" = 2.0,'
    ' "dynamics.half_effort_hours" = 2.0, "portfolio.concentration" = 1.6}'
)
QUICK = ("--set", FREE, "--books", 32)


def test_it_prints_parameters_and_what_data_say(kamsim_: Any, run: Path, tmp_path: Path) -> None:
    done = kamsim_("calibrate", run, *QUICK, "--moments", "--out", tmp_path / "found.csv")
    assert done.exit_code == 0, done.output
    assert "pace at which opportunities are lost, SMB" in done.output
    assert "opportunities won, SMB" in done.output
    assert "Simulated books: " in done.output
    assert "--calibrated" in done.output
    assert len(pd.read_csv(tmp_path / "found.csv")) == 4


def test_unknown_parameter_is_one_sentence(kamsim_: Any, run: Path) -> None:
    done = kamsim_("calibrate", run, "--set", 'calibration.free={"dynamics.smb.los_rate" = 2.0}')
    assert done.exit_code == 2
    assert "did you mean 'dynamics.smb.loss_rate'" in done.output


@pytest.mark.parametrize(("name", "mapping"), [("maven_crm", "maven"), ("salesforce_sample", "salesforce")])
def test_real_exports_say_what_they_cannot(
    kamsim_: Any, shared_data: Path, repository: Path, tmp_path: Path, name: str, mapping: str
) -> None:
    out = tmp_path / "mine"
    imported = kamsim_(
        "import", shared_data / name, "--mapping", repository / f"data/mappings/{mapping}.toml", "--out", out
    )
    assert imported.exit_code == 0, imported.output
    done = kamsim_("calibrate", out, *QUICK, "--set", "calibration.moves=0")
    assert done.exit_code == 0, done.output
    text = " ".join(done.output.split())
    assert "does not tell who left" in text
    assert "No hours are recorded" in text
    silent = text.partition("Not identified, the prior speaks:")[2]
    assert "mean churn propensity, SMB" in silent
    assert "effort at half response" in silent
