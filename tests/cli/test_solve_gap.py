"""`kamsim solve-gap`: the line it prints, the table it writes, the files it refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import Result

Kamsim = Callable[..., Result]


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """Both accounts would rather have the first representative, who has room for one."""
    path = tmp_path / "instance"
    path.write_text("2 2\n1 1\n5 3\n2 2\n2 2\n3 3\n")
    return path


def test_objective_bound_gap_and_status_are_printed(kamsim_: Kamsim, instance: Path) -> None:
    english, french = kamsim_("solve-gap", instance), kamsim_("solve-gap", instance, "--lang", "fr")

    assert english.stdout == "objective 4 · bound 4 · gap 0.0000% · optimal\n"
    assert french.stdout == "objectif 4 · borne 4 · écart 0,0000\u202f% · optimum\n".replace("\u202f", "\xa0")


def test_the_assignment_is_written(kamsim_: Kamsim, instance: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan.csv"

    result = kamsim_("solve-gap", instance, "--out", out)

    assert f"Assignment: {out}" in result.stdout
    table = pd.read_csv(out)
    assert table.to_dict("list") == {"account": [0, 1], "representative": [0, 1]}


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [("3 3", "3", "need 10 numbers"), ("5 3", "5 x", "'x'"), ("3 3", "1 1", "account 0 needs a load")],
)
def test_bad_files_cost_one_sentence(kamsim_: Kamsim, instance: Path, old: str, new: str, named: str) -> None:
    text = instance.read_text()
    at = text.rindex(old)
    instance.write_text(text[:at] + new + text[at + len(old) :])

    result = kamsim_("solve-gap", instance)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert named in result.stderr


def test_an_unwritable_table_costs_one_sentence(kamsim_: Kamsim, instance: Path, tmp_path: Path) -> None:
    result = kamsim_("solve-gap", instance, "--out", tmp_path / "absent" / "plan.csv")

    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
