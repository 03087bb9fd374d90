"""The verb `sweep`: table, CSV, comparison notebook; refusals before anything starts; exit codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kamsim.runs.lock import folder_lock

GRID = """
scenario = "{preset}"
[fixed]
allocation.policies = ["status_quo", "nearest"]
[grid]
coverage.strategic.accounts_per_ae = [4, 8]
"""


@pytest.fixture
def grid(tiny_preset: Path, tmp_path: Path) -> Path:
    path = tmp_path / "grid.toml"
    path.write_text(GRID.format(preset=tiny_preset.as_posix()), encoding="utf-8")
    return path


@pytest.mark.slow
def test_a_sweep_of_the_main_job_ends_in_table_and_comparison(
    kamsim_: Any, grid: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = kamsim_("sweep", grid, "--out", out, "--workers", 2)

    assert done.exit_code == 0, done.output
    assert "points: 2 · run now: 2 · standing already: 0 · failed: 0" in done.stdout
    table = pd.read_csv(out / "results.csv")
    assert sorted(table["coverage.strategic.accounts_per_ae"].unique()) == [4.0, 8.0]
    assert set(table["item"]) == {"status_quo", "nearest"}
    assert len(table) == len(pd.read_parquet(out / "results.parquet"))
    assert "Nearest" in (out / "comparison" / "comparison.ipynb").read_text(encoding="utf-8")
    again = kamsim_("sweep", grid, "--out", out, "--lang", "fr")
    assert "exécutés\u00a0: 0 · déjà là\u00a0: 2" in again.stdout


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("accounts_per_ae", "accounts_per_ea", "did you mean"),
        ("[4, 8]", "[4, 0]", "point 2"),
        ("[4, 8]", "[]", "must have a value"),
        ("[fixed]", "[fxied]", "did you mean 'fixed'"),
    ],
)
def test_a_bad_grid_ends_in_one_sentence_before_anything_starts(
    kamsim_: Any, grid: Path, tmp_path: Path, before: str, after: str, why: str
) -> None:
    grid.write_text(grid.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")

    refused = kamsim_("sweep", grid, "--out", tmp_path / "out")

    assert refused.exit_code == 2
    assert why in refused.output
    assert not (tmp_path / "out").exists()


def test_a_folder_in_use_ends_with_code_8(kamsim_: Any, grid: Path, tmp_path: Path) -> None:
    with folder_lock(tmp_path / "out"):
        refused = kamsim_("sweep", grid, "--out", tmp_path / "out")

    assert refused.exit_code == 8
    assert refused.stderr.startswith(f"error: {tmp_path / 'out'}: in use by process ")


def test_the_example_is_a_good_grid(repository: Path) -> None:
    from kamsim.runs.sweeps import read_grid, task_of
    from kamsim.runs.sweeps.points import points_of

    grid = read_grid(repository / "data" / "sweep_example.toml")

    assert len(points_of(grid, task_of(grid))) == 6


def test_a_failed_point_is_named_and_ends_with_code_1(
    kamsim_: Any, grid: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kamsim.runs.notebook import NotebookRun
    from kamsim.runs.sweeps import sweep as module
    from kamsim.runs.sweeps.execution import run_point

    def carry_out(task: Any, points: Any, store: Any, workers: Any, tell: Any) -> dict[str, str]:
        from kamsim.runs.sweeps.content import code_version

        assert run_point(task, points[0], store, code_version(), 0)[1] is None
        tell(2, 2, 1)
        return {points[1].key: "ValueError: no luck"}

    monkeypatch.setattr(module, "carry_out", carry_out)
    # What it writes is tested elsewhere: here it would be a kernel to start.
    written = NotebookRun(
        tmp_path / "comparison.ipynb", tmp_path / "manifest.json", {}, 0.0, tmp_path / "page"
    )
    monkeypatch.setattr("kamsim.runs.sweeps.write_comparison", lambda *_: written)
    done = kamsim_("sweep", grid, "--out", tmp_path / "out")

    assert done.exit_code == 1
    assert "point 2 failed: ValueError: no luck" in done.output
    assert "failed: 1" in done.output
    assert f"Comparison: {tmp_path / 'page'}" in done.output
