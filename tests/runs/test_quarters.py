"""Tiers of a quarter held near to those of the quarter before."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from kamsim.bundle import has_table, read_manifest, read_scenario, read_table, write_stage
from kamsim.coverage import assign_tiers, reassign_tiers
from kamsim.errors import BundleError
from kamsim.runs import score_stage
from kamsim.runs.quarters import next_tiers


@pytest.fixture
def run(tiny_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_run, tmp_path / "run"))


@pytest.fixture
def before(tiny_run: Path, tmp_path: Path) -> Path:
    """The run as it might have been a quarter before: every account in tier 2."""
    earlier = Path(shutil.copytree(tiny_run, tmp_path / "before"))
    path = earlier / "portfolio" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["facts"]["cutoff"] = "2025-10-01"
    path.write_text(json.dumps(manifest))
    tiers = read_table(earlier, "scores", "tiers").assign(tier=2)
    write_stage(earlier, "scores", {"tiers": tiers}, read_scenario(earlier))
    return earlier


def test_tiers_follow_the_run_before(run: Path, before: Path) -> None:
    scenario = read_scenario(run)
    score_stage(run, scenario, previous=before)

    scores, tiers = read_table(run, "scores", "scores"), read_table(run, "scores", "tiers")
    earlier = read_table(before, "scores", "tiers")
    assert tiers.equals(reassign_tiers(scores, earlier, scenario.segmentation))
    assert not tiers.equals(assign_tiers(scores, scenario.segmentation))
    changes = read_table(run, "scores", "tier_changes")
    assert len(changes) < len(tiers)
    facts = read_manifest(run, "scores").facts["previous"]
    assert facts == {
        "cutoff": "2025-10-01",
        "scores": read_manifest(before, "scores").fingerprint,
        "accounts": len(tiers),
        "held_back": int(changes["held_back"].sum()),
        "changed": int((tiers["tier"] != 2).sum()),
    }
    assert facts["changed"] <= scenario.segmentation.change_share * len(tiers)


def test_without_one_tiers_are_those_of_potential_whatever_stands(run: Path) -> None:
    scenario = read_scenario(run)
    write_stage(
        run,
        "scores",
        {"tiers": read_table(run, "scores", "tiers").assign(tier=1)},
        scenario,
        inputs=("portfolio",),
    )
    score_stage(run, scenario)

    scores = read_table(run, "scores", "scores")
    assert read_table(run, "scores", "tiers").equals(assign_tiers(scores, scenario.segmentation))
    assert not has_table(run, "scores", "tier_changes")
    assert "previous" not in read_manifest(run, "scores").facts


def test_a_run_that_is_not_earlier_or_of_others_is_refused(run: Path, before: Path, tiny_run: Path) -> None:
    scores, settings = read_table(run, "scores", "scores"), read_scenario(run).segmentation
    with pytest.raises(BundleError, match="must have an earlier cut-off than 2026-01-01, got 2026-01-01"):
        next_tiers(scores, settings, pd.Timestamp("2026-01-01"), tiny_run)
    strange = scores.assign(account_id="other-" + scores["account_id"])
    with pytest.raises(BundleError, match="none of its 60 accounts is among the 60 scored here"):
        next_tiers(strange, settings, pd.Timestamp("2026-01-01"), before)
