"""The verb `ladder`: its tables, its files and its refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from kamsim.schemas import LADDER


def test_tables_and_files(kamsim_: Any, run: Path, tmp_path: Path) -> None:
    table, picture = tmp_path / "ladder.csv", tmp_path / "ladder.png"
    done = kamsim_("ladder", run, "--plans", 3, "--score-value", 2, "--out", table, "--picture", picture)

    assert done.exit_code == 0, done.output
    for words in (
        "Optimum on true value",
        "Heuristic gap",
        "price of the assumed cap",
        "Curves sampled",
        "point of AUC",
    ):
        assert words in done.stdout
    assert pd.read_csv(table).columns.tolist() == list(LADDER.columns)
    assert pd.read_csv(tmp_path / "ladder_scores.csv")["way"].nunique() == 4
    assert picture.read_bytes()[:4] == b"\x89PNG"


def test_constraints_of_the_run_hold_unless_others_are_given(kamsim_: Any, run: Path, tmp_path: Path) -> None:
    kept, other = run / "allocation" / "constraints.toml", tmp_path / "other.toml"
    kept.write_text("[disruption]\naccounts_share = 0.05\n")
    other.write_text("[locks]\nnobody = 'AE-1'\n")
    done = kamsim_("ladder", run, "--plans", 0, "--set", "experiment.replications=2")
    assert done.exit_code == 0, done.output
    assert "assumed" not in done.stdout
    refused = kamsim_("ladder", run, "--constraints", other)
    assert refused.exit_code == 2
    assert "unknown account 'nobody'" in refused.output


def test_too_few_plans_are_refused(kamsim_: Any, run: Path) -> None:
    refused = kamsim_("ladder", run, "--plans", 2)
    assert refused.exit_code == 2
    assert "plans must be 0, or >= 3, got 2" in refused.output
