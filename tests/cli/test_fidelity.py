"""The verb `fidelity`: its tables, its files and its refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

WORDS = ("--plans", 4, "--policy", "balanced")


def test_tables_and_files(kamsim_: Any, run: Path, tmp_path: Path) -> None:
    table, picture = tmp_path / "plans.csv", tmp_path / "plans.png"
    done = kamsim_("fidelity", run, *WORDS, "--out", table, "--picture", picture)

    assert done.exit_code == 0, done.output
    assert "Curves sampled from the truth" in done.stdout
    assert "half-efforts" in done.stdout
    assert "spread" in done.stdout
    assert len(pd.read_csv(table)) == 4
    assert picture.read_bytes()[:4] == b"\x89PNG"


def test_refusals_are_one_sentence(kamsim_: Any, run: Path, tmp_path: Path) -> None:
    refused = kamsim_("fidelity", run, "--plans", 4, "--policy", "balancd")
    assert refused.exit_code == 2
    assert "unknown policy 'balancd'" in refused.output
    nowhere = kamsim_("fidelity", run, *WORDS, "--picture", tmp_path / "nowhere" / "p.png")
    assert nowhere.exit_code == 2
    assert "cannot be written" in nowhere.output
