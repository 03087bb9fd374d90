"""A user's mistake costs one sentence, exit code 2, and nothing else."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import Result

from kamsim.allocation import POLICIES, AllocationProblem, Plan
from kamsim.allocation.nearest import Nearest

Kamsim = Callable[..., Result]


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


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (
            lambda plan: replace(plan, owner=plan.owner[1:], hours=plan.hours[1:]),
            r"policy 'nearest' must give each of 60 accounts an owner and hours, got 59 owners and 59 hours",
        ),
        (
            lambda plan: replace(plan, owner=np.append(plan.owner, 0), hours=np.append(plan.hours, 0.0)),
            r"policy 'nearest' must give each of 60 accounts an owner and hours, got 61 owners and 61 hours",
        ),
        (
            lambda plan: replace(plan, owner=np.full_like(plan.owner, 99)),
            r"policy 'nearest' gives account '\w+' no owner or no hours",
        ),
    ],
    ids=["drops an account", "covers a stranger", "names nobody's AE"],
)
def test_a_policy_that_does_not_cover_the_book_is_refused_and_changes_nothing(
    kamsim_: Kamsim,
    run: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Plan], Plan],
    sentence: str,
) -> None:
    class Spoilt:
        def allocate(self, problem: AllocationProblem) -> Plan:
            return spoil(Nearest().allocate(problem))

    monkeypatch.setitem(POLICIES, "nearest", Spoilt)
    before = contents(run / "allocation")

    assert re.search(sentence, refusal(kamsim_("allocate", run, "--policy", "nearest")))
    assert contents(run / "allocation") == before


def test_one_policy_alone_gets_its_figures_and_no_verdict(kamsim_: Kamsim, run: Path) -> None:
    words = ["--set", 'allocation.policies=["status_quo"]']
    assert kamsim_("allocate", run, *words).exit_code == 0

    result = kamsim_("simulate", run, "--precision", "1%")

    assert result.exit_code == 0, result.output
    *_, figures, said = result.stdout.splitlines()
    assert re.match(r"Status quo +€\S+ \(€\S+ to €\S+\)", figures), "its figures have intervals"
    assert said.startswith("One policy was played alone")
    assert not re.search("Best:|No winner|Undecided", result.stdout)
    assert kamsim_("report", run).exit_code == 0


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
