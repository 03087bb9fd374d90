"""The verbs `breakeven` and `flips`: their tables, the map, and their refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SMALL = (
    "--set",
    "breakeven.points=3",
    "--set",
    "breakeven.replications=4",
    "--set",
    "experiment.replications=4",
)
FEW = ("--set", "breakeven.flip_replications=2")


def test_tables_and_map(kamsim_: Any, run: Path, tmp_path: Path) -> None:
    picture = tmp_path / "map.png"
    done = kamsim_("breakeven", run, "--segment", "mid_market", "--map", picture, *SMALL)

    assert done.exit_code == 0, done.output
    assert "20 to 50" in done.stdout
    assert "AE cost a month" in done.stdout
    assert picture.read_bytes()[:4] == b"\x89PNG"
    assert (run / "breakeven" / "manifest.json").exists()


def test_flips_in_french(kamsim_: Any, run: Path) -> None:
    few = "--only", "mid_market_ratio", "--only", "nearest over status_quo"
    done = kamsim_("flips", run, *few, *FEW, "--lang", "fr")

    assert done.exit_code == 0, done.output
    assert "20 à 50 comptes mid-market par AE" in done.stdout
    assert "plutôt que Statu quo" in done.stdout
    assert (run / "flips" / "manifest.json").exists()


def test_an_unknown_segment_ends_in_one_sentence(kamsim_: Any, run: Path) -> None:
    refused = kamsim_("breakeven", run, "--segment", "strategy")

    assert refused.exit_code == 2
    assert "did you mean 'strategic'" in refused.output


def test_a_folder_that_is_not_allocated_ends_in_one_sentence(kamsim_: Any, tmp_path: Path) -> None:
    refused = kamsim_("flips", tmp_path / "nothing")

    assert refused.exit_code == 2
    assert "allocation" in refused.output


def test_an_analysis_without_a_ratio_ends_in_one_sentence(kamsim_: Any, run: Path) -> None:
    done = kamsim_("flips", run, "--only", "team_size", "--analyse", *FEW)
    assert done.exit_code == 2
    assert "an analysis is of the guide's ratios: there is none among team_size" in done.output
