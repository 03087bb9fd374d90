"""The command line: what it prints, and that a user's mistake costs one sentence and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import kamsim
from kamsim.bundle import read_manifest, read_scenario, read_table, stale_stages
from kamsim.cli import app

Kamsim = Callable[..., Result]

MAPPING = """
currency = "EUR"
revenue_recognition = "at_close"
owner_rule = "most_won"
[segments]
headcount = {strategic = 5000, mid_market = 250}
firm_revenue = {strategic = 1.5e9, mid_market = 5e7}
[accounts]
file = "firms.csv"
columns = {account_id = "id", headcount = "staff", firm_revenue_eur = "turnover"}
[opportunities]
file = "deals.csv"
status = {Won = "won", Lost = "lost", Open = "open"}
[opportunities.columns]
opportunity_id = "id"
account_id = "firm"
owner_id = "who"
stage = "stage"
opened_on = "opened"
closed_on = "closed"
amount_eur = "amount"
"""


@pytest.fixture
def kamsim_(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Kamsim:
    """Call the command line in this process, from an empty folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.delenv("KAMSIM_LANG", raising=False)
    return lambda *words: CliRunner().invoke(app, [str(w) for w in words])


@pytest.fixture
def run(tiny_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_run, tmp_path / "run"))


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A small CRM export with its mapping; tests spoil it."""
    folder = tmp_path / "export"
    folder.mkdir()
    firms = [
        f"F{i},{staff},{staff * 1e5:.0f}" for i, staff in enumerate([9000, 700, 300, 90, 60, 40, 20, 10])
    ]
    (folder / "firms.csv").write_text("id,staff,turnover\n" + "\n".join(firms) + "\n")
    deals = [
        f"D{n},F{n % 8},{'Ann' if n % 3 else 'Bob'},{'Lost' if n % 4 == 3 else 'Won'},"
        f"2025-{n % 12 + 1:02d}-01,2025-{n % 12 + 1:02d}-20,{'' if n % 4 == 3 else 1000 + n}"
        for n in range(48)
    ]
    (folder / "deals.csv").write_text("id,firm,who,stage,opened,closed,amount\n" + "\n".join(deals) + "\n")
    (folder / "mapping.toml").write_text(MAPPING)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def refusal(result: Result) -> str:
    """The one sentence of a refusal; raise if it is anything else."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert isinstance(result.exception, SystemExit)
    sentences = [line for line in result.stderr.splitlines() if not line.startswith("[")]
    assert len(sentences) == 1, result.stderr
    assert sentences[0].startswith("error: ")
    assert "Traceback" not in result.stderr
    return sentences[0]


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


# What goes well


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
    """The one test in a process of its own: entry point, streams, and an interrupt."""
    environment = {k: v for k, v in os.environ.items() if k != "KAMSIM_LANG"}
    command = [sys.executable, "-m", "kamsim", "simulate", str(run)]

    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True, cwd=tmp_path)

    assert re.fullmatch(r"\[1/1\] Simulation … [\d.]+ s\n", done.stderr)
    assert "\x1b" not in done.stdout + done.stderr


# What a user can mend


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("deals.csv", "amount\n", "worth\n", ["deals.csv", "amount"]),
        ("mapping.toml", 'stage = "stage"', 'stage = "phase"', ["phase"]),
        ("mapping.toml", 'stage = "stage"', 'stadge = "stage"', ["stadge"]),
        ("firms.csv", "F7,", "F6,", ["F6"]),
        ("firms.csv", "F7,10,1000000", "F7,10,-1000000", ["F7", "-1000000"]),
    ],
    ids=[
        "missing column",
        "unknown column",
        "unknown field",
        "duplicate account",
        "negative revenue",
    ],
)
def test_bad_export_is_refused(
    kamsim_: Kamsim, export: Path, tmp_path: Path, file: str, old: str, new: str, named: list[str]
) -> None:
    spoil(export / file, old, new)
    out = tmp_path / "out"

    sentence = refusal(kamsim_("import", export, "--mapping", export / "mapping.toml", "--out", out))

    assert all(name in sentence for name in named), sentence
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (
            ["--set", "coverage.strategic.acounts_per_ae=4"],
            "did you mean 'coverage.strategic.accounts_per_ae'",
        ),
        (["--set", "coverage.strategic.accounts_per_ae=0"], "accounts_per_ae must be >= 1, got 0"),
        (["--set", "coverage.margin"], "--set wants key.path=value, got 'coverage.margin'"),
        (
            ["--set", 'allocation.policies=["status_quo", "balnced"]'],
            "unknown policy 'balnced': did you mean",
        ),
        (["--set", "experiment.baseline=nobody"], "experiment.baseline must be one of"),
        (["--scenario", "saas_midmarkt"], "unknown scenario 'saas_midmarkt': did you mean"),
        (["--scenario", "absent.toml"], "absent.toml: cannot be read"),
        (["--lang", "de"], "unknown language 'de': known are en, fr"),
        (["--data", "nowhere"], "nowhere holds no stage 'portfolio'"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[-1],
)
@pytest.mark.parametrize("existing", [False, True], ids=["new folder", "existing run"])
def test_bad_run_is_refused_and_changes_nothing(
    kamsim_: Kamsim, run: Path, tmp_path: Path, words: list[str], named: str, existing: bool
) -> None:
    out = run if existing else tmp_path / "new"
    before = contents(tmp_path)

    assert named in refusal(kamsim_("run", "--out", out, *words))
    assert contents(tmp_path) == before


def test_capacity_too_small_is_refused_after_some_stages_and_changes_nothing(
    kamsim_: Kamsim, run: Path, tmp_path: Path
) -> None:
    before = contents(tmp_path)
    tiers = ("strategic", "mid_market", "smb")
    heavy = [f"coverage.{tier}.{word}" for tier in tiers for word in ("accounts_per_ae=1", "minimum_share=1")]

    result = kamsim_("run", "--data", run, "--out", run, *(w for word in heavy for w in ("--set", word)))

    assert re.search(r"need.* hours a month", refusal(result))
    assert contents(tmp_path) == before


def test_unknown_policy_of_allocate_is_refused(kamsim_: Kamsim, run: Path) -> None:
    before = contents(run)

    assert "did you mean 'nearest'" in refusal(kamsim_("allocate", run, "--policy", "nearst"))
    assert contents(run) == before


@pytest.mark.parametrize("verb", ["score", "allocate", "simulate", "report"])
def test_missing_run_folder_is_refused(kamsim_: Kamsim, tmp_path: Path, verb: str) -> None:
    assert "holds no stage" in refusal(kamsim_(verb, tmp_path / "nowhere"))
    assert not (tmp_path / "nowhere").exists()


def test_missing_stage_is_refused(kamsim_: Kamsim, run: Path) -> None:
    shutil.rmtree(run / "allocation")

    assert "holds no stage 'allocation'" in refusal(kamsim_("simulate", run))


def test_stage_out_of_date_is_refused(kamsim_: Kamsim, run: Path) -> None:
    assert kamsim_("score", run, "--set", "segmentation.tier_2_from_eur=90000").exit_code == 0

    assert "has changed since" in refusal(kamsim_("simulate", run))


def test_settled_setting_is_refused(kamsim_: Kamsim, run: Path) -> None:
    before = contents(run)

    assert "kamsim generate" in refusal(kamsim_("simulate", run, "--set", "portfolio.accounts=70"))
    assert contents(run) == before


def test_table_changed_by_hand_is_refused(kamsim_: Kamsim, run: Path) -> None:
    scores = run / "scores"
    shutil.copy(scores / "tiers.parquet", scores / "scores.parquet")

    assert "scores" in refusal(kamsim_("allocate", run))


@pytest.mark.parametrize("verb", ["run", "generate"])
def test_out_that_cannot_be_written_is_refused(
    kamsim_: Kamsim, tiny_preset: Path, tmp_path: Path, verb: str
) -> None:
    (tmp_path / "taken").write_text("mine")

    assert "cannot be written" in refusal(
        kamsim_(verb, "--scenario", tiny_preset, "--out", tmp_path / "taken")
    )
    assert (tmp_path / "taken").read_text() == "mine"


def test_usage_errors_read_well(kamsim_: Kamsim) -> None:
    for words, named in [
        (("genrate",), "Did you mean 'generate'?"),
        (("run",), "Missing option '--out'"),
        (("run", "--out", "x", "--seed", "-1"), "--seed"),
        (("generate", "--out", "x", "--format", "xml"), "--format"),
    ]:
        result = kamsim_(*words)
        assert result.exit_code == 2
        assert named in result.stderr
        assert "Traceback" not in result.output


def test_bad_notebook_parameter_is_refused(kamsim_: Kamsim, tmp_path: Path) -> None:
    out = tmp_path / "out"

    sentence = refusal(kamsim_("notebook", "run", "00_start_here", "-p", "sede=3", "--out", out))

    assert "did you mean 'seed'" in sentence
    assert not out.exists()


def test_interrupt_is_one_line_and_130(
    kamsim_: Kamsim, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kamsim.runs.simulate_stage", interrupt)
    before = contents(tmp_path)

    result = kamsim_("run", "--data", run, "--out", run)

    assert result.exit_code == 130
    assert result.stderr.splitlines()[-1] == "interrupted"
    assert "Traceback" not in result.output
    assert contents(tmp_path) == before


def test_a_bug_keeps_its_traceback(kamsim_: Kamsim, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("kamsim.runs.simulate_stage", fail)

    assert isinstance(kamsim_("simulate", run).exception, ZeroDivisionError)
