"""Somebody else's exports, from files to report, by the commands that README gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kamsim.bundle import read_manifest, read_table, stale_stages
from kamsim.cli import app

EXPORTS = {"maven": ("maven_crm", 85), "salesforce": ("salesforce_sample", 18)}
QUICK = ["value.replications=8", "experiment.replications=8", "experiment.draws=4"]


def main_job(shared_data: Path, repository: Path, out: Path, name: str, settings: list[str]) -> str:
    """Import an export, run the main job on it, and return what was printed."""
    source, mapping = shared_data / EXPORTS[name][0], repository / "data" / "mappings" / f"{name}.toml"
    changes = [word for setting in settings for word in ("--set", setting)]
    printed = ""
    for words in (
        ["import", source, "--mapping", mapping, "--out", out, *changes],
        ["run", "--data", out, "--out", out],
    ):
        result = CliRunner().invoke(app, [str(word) for word in words])
        assert result.exit_code == 0, result.output
        printed += result.stdout
    return printed


def check_result(out: Path, printed: str, accounts: int) -> None:
    policies = read_table(out, "simulation", "comparison")
    assert len(read_table(out, "allocation", "book")) == accounts
    assert len(policies) >= 5
    assert policies["difference_low_eur"].le(policies["difference_high_eur"]).all()
    assert stale_stages(out) == []
    assert read_manifest(out, "portfolio").facts["origin"] == "imported"
    assert f"{out / 'report' / 'report.html'}" in printed
    assert "Status quo" in printed


@pytest.mark.parametrize("name", EXPORTS)
def test_main_job_finishes(shared_data: Path, repository: Path, tmp_path: Path, name: str) -> None:
    printed = main_job(shared_data, repository, tmp_path / "run", name, QUICK)

    check_result(tmp_path / "run", printed, EXPORTS[name][1])
    if name == "maven":
        assert "10,005,534" in printed
        opportunities = read_table(tmp_path / "run", "portfolio", "opportunities")
        assert opportunities.loc[opportunities["status"] == "won", "amount_eur"].sum() == 10_005_534


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPORTS)
def test_main_job_finishes_at_full_size(
    shared_data: Path, repository: Path, tmp_path: Path, name: str
) -> None:
    printed = main_job(shared_data, repository, tmp_path / "run", name, [])

    check_result(tmp_path / "run", printed, EXPORTS[name][1])
