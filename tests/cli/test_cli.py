"""What the command line prints and writes when all is well."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import kamsim
from kamsim.bundle import read_manifest, read_scenario, read_table, stale_stages

Kamsim = Callable[..., Result]


def test_whole_run_prints_the_comparison_and_the_report(
    kamsim_: Kamsim, tiny_preset: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"

    result = kamsim_("run", "--scenario", tiny_preset, "--out", out)

    assert result.exit_code == 0, result.output
    assert [
        re.sub(r"[\d.]+ s$", "", line) for line in result.stderr.splitlines() if line.startswith("[")
    ] == [
        f"[{n}/6] {stage} … "
        for n, stage in enumerate(
            ("Portfolio", "Scores", "Values", "Allocation", "Simulation", "Report"), start=1
        )
    ]
    assert all(f"\n{policy} " in result.stdout for policy in ("Status quo", "Nearest", "Profit-maximising"))
    assert result.stdout.endswith(f"Report: {out / 'report' / 'report.html'}\n")
    assert (out / "report" / "report.html").stat().st_size > 10_000
    assert stale_stages(out) == []
    assert not list(tmp_path.glob("**/.run-*"))


def test_import_then_whole_run_in_the_same_folder(kamsim_: Kamsim, export: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    small = [
        "--set",
        "value.replications=8",
        "--set",
        "experiment.draws=4",
        "--set",
        "experiment.replications=4",
    ]

    imported = kamsim_("import", export, "--mapping", export / "mapping.toml", "--out", out, *small)
    assert imported.exit_code == 0, imported.output
    assert "48" in imported.stdout
    fingerprint = read_manifest(out, "portfolio").fingerprint

    result = kamsim_("run", "--data", out, "--out", out)

    assert result.exit_code == 0, result.output
    assert read_manifest(out, "portfolio").fingerprint == fingerprint
    assert read_scenario(out, "simulation").value.replications == 8
    assert "warning: " in result.stderr


def test_steps_one_by_one_hand_settings_on(kamsim_: Kamsim, tiny_preset: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    steps = [
        (
            "generate",
            "--scenario",
            tiny_preset,
            "--accounts",
            "50",
            "--months",
            "30",
            "--seed",
            "5",
            "--out",
            out,
        ),
        ("score", out),
        ("allocate", out, "--policy", "nearest", "--set", "coverage.margin=0.5"),
        ("simulate", out),
        ("report", out, "--lang", "fr"),
    ]
    for step in steps:
        result = kamsim_(*step)
        assert result.exit_code == 0, result.output

    scenario = read_scenario(out, "simulation")
    assert (scenario.portfolio.accounts, scenario.portfolio.history_months, scenario.seed) == (50, 30, 5)
    assert scenario.coverage.margin == 0.5
    assert set(read_table(out, "simulation", "comparison")["policy"]) == {"status_quo", "nearest"}
    assert 'lang="fr"' in (out / "report" / "report.html").read_text(encoding="utf-8")


def test_csv_on_request(kamsim_: Kamsim, tiny_preset: Path, tmp_path: Path) -> None:
    result = kamsim_("generate", "--scenario", tiny_preset, "--format", "csv", "--out", tmp_path / "out")

    assert result.exit_code == 0, result.output
    assert (tmp_path / "out" / "portfolio" / "accounts.csv").exists()


def test_output_speaks_french(kamsim_: Kamsim, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAMSIM_LANG", "fr")

    result = kamsim_("simulate", run)

    assert result.stdout.startswith("Politique ")
    assert "Simulation … " in result.stderr


def test_help_names_every_verb(kamsim_: Kamsim) -> None:
    text = kamsim_("--help").stdout

    for verb in (
        "run",
        "import",
        "generate",
        "score",
        "allocate",
        "simulate",
        "report",
        "presets",
        "notebook",
    ):
        assert re.search(rf"^  {verb} +\w", text, flags=re.MULTILINE)


@pytest.mark.parametrize("verb", ["run", "import", "generate", "score", "allocate", "simulate", "report"])
def test_every_step_takes_settings_seed_and_language(kamsim_: Kamsim, verb: str) -> None:
    text = kamsim_(verb, "--help").stdout

    assert all(option in text for option in ("--set ", "--seed ", "--lang "))


def test_presets_show_figures_with_their_sources(kamsim_: Kamsim) -> None:
    assert "saas_midmarket" in kamsim_("presets").stdout
    assert "segmentation.tier_1_above_eur = 500000.0" in kamsim_("presets", "saas_midmarket").stdout


def test_version(kamsim_: Kamsim) -> None:
    assert kamsim_("--version").stdout == f"kamsim {kamsim.__version__}\n"


def test_notebooks_are_listed_and_shown(kamsim_: Kamsim) -> None:
    assert "00_start_here" in kamsim_("notebook", "list").stdout
    assert "seed: int = " in kamsim_("notebook", "show", "00_start_here").stdout


def test_module_and_pipe_work_without_a_terminal(run: Path, tmp_path: Path) -> None:
    """The one test in a process of its own: entry point and streams."""
    environment = {k: v for k, v in os.environ.items() if k != "KAMSIM_LANG"}
    command = [sys.executable, "-m", "kamsim", "simulate", str(run)]

    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True, cwd=tmp_path)

    assert re.fullmatch(r"\[1/1\] Simulation … [\d.]+ s\n", done.stderr)
    assert "\x1b" not in done.stdout + done.stderr


def test_constraints_and_frontier_are_told(kamsim_: Kamsim, run: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text("[travel]\nlongest_km = 1\n[disruption]\naccounts = 2\n")
    told = kamsim_("allocate", run, "--constraints", rules)

    assert told.exit_code == 2
    assert "no AE may own account" in told.stderr
    assert "travel.longest_km leaves nobody" in told.stderr

    rules.write_text("[disruption]\naccounts = 2\n")
    told = kamsim_("allocate", run, "--constraints", rules, "--policy", "profit_maximising", "--frontier")

    assert told.exit_code == 0
    assert "Gain from" in told.stdout
    assert "0 change owner" in told.stdout  # its team holds a single AE
