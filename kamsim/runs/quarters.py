"""One quarter after another: the tiers that a run's accounts had before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from kamsim.bundle import read_manifest, read_table
from kamsim.config import SegmentationSettings
from kamsim.coverage import assign_tiers, reassign_tiers, tier_changes
from kamsim.errors import BundleError
from kamsim.runs.standing import cutoff_of


def next_tiers(
    scores: pd.DataFrame, settings: SegmentationSettings, cutoff: pd.Timestamp, previous: Path | None
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Give tiers to scored accounts, held near to those of an earlier run where there is one.

    A run of its own, and never this one's own tiers: the same step done twice then gives the same tiers.
    One call is one quarter: the cap on changes is not raised where more than a quarter has passed.

    Parameters
    ----------
    scores : DataFrame
        SCORES.
    settings : SegmentationSettings
    cutoff : Timestamp
        Of the run that is scored.
    previous : Path, optional
        A run folder with a stage "scores", of an earlier cut-off.

    Returns
    -------
    tables : dict of str to DataFrame
        "tiers" and, with a run before, "tier_changes".
    facts : dict
        What the manifest says of the run before; empty without one.

    Raises
    ------
    BundleError
        When the run before holds no scores, its cut-off is not earlier, or none of its accounts is scored
        here.
    """
    if previous is None:
        return {"tiers": assign_tiers(scores, settings)}, {}
    before, earlier = read_table(previous, "scores", "tiers"), cutoff_of(previous)
    if earlier >= cutoff:
        raise BundleError(
            f"{previous}: the run before must have an earlier cut-off than {cutoff.date()},"
            f" got {earlier.date()}"
        )
    shared = int(scores["account_id"].isin(before["account_id"]).sum())
    if not shared:
        raise BundleError(
            f"{previous}: none of its {len(before)} accounts is among the {len(scores)} scored here"
        )
    tiers = reassign_tiers(scores, before, settings)
    changes = tier_changes(scores, before, tiers, settings)
    facts = {
        "cutoff": earlier.date().isoformat(),
        "scores": read_manifest(previous, "scores").fingerprint,
        "accounts": shared,
        "held_back": int(changes["held_back"].sum()),
        "changed": int((~changes["held_back"]).sum()),
    }
    return {"tiers": tiers, "tier_changes": changes}, {"previous": facts}
