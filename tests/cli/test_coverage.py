"""The verb `coverage`, and `score` with a run of the quarter before."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest


def test_tables_and_sentences(kamsim_: Any, run: Path) -> None:
    done = kamsim_("coverage", run, "--quarters", 2)

    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert [line.split()[:2] for line in lines if line.startswith("Tier ")] == [
        ["Tier", str(tier)] for tier in (1, 2, 3)
    ] or lines[0].startswith("Tier")
    for words in ("Account Executive (AE)", "equal shares", "A full-time AE's month: 160 h", "One more AE"):
        assert words in done.stdout
    assert [line.split()[0] for line in lines if line[:2] in ("1 ", "2 ", "3 ")] == ["1", "2"]
    assert (run / "coverage" / "manifest.json").exists()


def test_in_french(kamsim_: Any, run: Path) -> None:
    done = kamsim_("coverage", run, "--lang", "fr")
    assert done.exit_code == 0, done.output
    assert "Comptes par AE" in " ".join(done.stdout.split())
    assert "Un AE de plus" in done.stdout


def test_without_a_book_it_ends_in_one_sentence(kamsim_: Any, run: Path) -> None:
    shutil.rmtree(run / "allocation")
    refused = kamsim_("coverage", run)
    assert refused.exit_code == 2
    assert "holds no stage 'allocation'" in refused.output


@pytest.fixture
def before(run: Path, tmp_path: Path) -> Path:
    earlier = Path(shutil.copytree(run, tmp_path / "before"))
    path = earlier / "portfolio" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["facts"]["cutoff"] = "2025-10-01"
    path.write_text(json.dumps(manifest))
    return earlier


def test_scores_say_how_many_tiers_were_held(kamsim_: Any, run: Path, before: Path) -> None:
    done = kamsim_("score", run, "--previous", before)
    assert done.exit_code == 0, done.output
    assert "Against the run before: accounts that change tier 0, held back 0" in done.stdout
    refused = kamsim_("score", run, "--previous", run)
    assert refused.exit_code == 2
    assert "must have an earlier cut-off" in refused.output
