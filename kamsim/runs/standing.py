"""Where the stages of a run folder stand: up to date or not, and until when the portfolio knows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kamsim.bundle import read_manifest, stale_stages
from kamsim.errors import BundleError


def cutoff_of(run: Path) -> pd.Timestamp:
    """Return the first day that a run's portfolio knows nothing of."""
    try:
        return pd.Timestamp(read_manifest(run, "portfolio").facts["cutoff"])
    except (KeyError, ValueError):
        raise BundleError(f"{run}: stage 'portfolio' states no cut-off; write it again") from None


def require_current(run: Path, *stages: str) -> None:
    """Raise where a stage is absent, or was computed from something that has changed since."""
    for stage in stages:
        read_manifest(run, stage)
    for stage in (s for s in stale_stages(run) if s in stages):
        raise BundleError(
            f"{run}: stage {stage!r} was computed from a stage that has changed since; write it again first"
        )
