"""The verb `rebalance`: its table, its verdicts, its files and its refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest


def test_table_verdicts_and_moves(kamsim_: Any, run: Path, tmp_path: Path) -> None:
    moves, table = tmp_path / "moves.csv", tmp_path / "table.csv"
    words = ("--every", "3,12", "--rep-change-cost", "1,-1", "--method", "rule_with_exit")
    done = kamsim_("rebalance", run, *words, "--moves", moves, "--out", table)

    assert done.exit_code == 0, done.output
    assert "every 12 months" in done.stdout
    assert done.stdout.count("Rep-change cost ×") == 2
    assert pd.read_csv(table)["every_months"].tolist() == [0, 3, 12] * 2
    assert list(pd.read_csv(moves).columns)[3:7] == ["month", "account_id", "from_rep_id", "to_rep_id"]


def test_the_cap_may_be_tightened(kamsim_: Any, run: Path, tmp_path: Path) -> None:
    moves = tmp_path / "moves.csv"
    done = kamsim_("rebalance", run, "--every", "3", "--disruption-cap", 0, "--moves", moves, "--lang", "fr")

    assert done.exit_code == 0, done.output
    assert "jamais" in done.stdout
    assert pd.read_csv(moves).empty


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--every", "5"), "every must be 0 or a multiple of 3 months, got 5"),
        (("--every", "often"), "--every must be numbers separated by commas, got 'often'"),
        (("--method", "rul"), "unknown method 'rul'"),
    ],
)
def test_refusals_are_one_sentence(kamsim_: Any, run: Path, words: tuple[str, str], sentence: str) -> None:
    refused = kamsim_("rebalance", run, *words)
    assert refused.exit_code == 2
    assert sentence in refused.output
