"""Everything that a report reads from a run folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from kamsim.bundle import (
    Manifest,
    has_table,
    read_manifest,
    read_scenario,
    read_table,
    stale_stages,
)
from kamsim.config import Scenario
from kamsim.errors import BundleError
from kamsim.reporting.finding import baseline_of

READ = ("portfolio", "scores", "values", "allocation", "simulation")
"""Stages that a report is computed from."""
CALIBRATION = "calibration"
"""One more, where the simulation drew its parameters from it."""


@dataclass(frozen=True)
class RunData:
    """The tables of a run by name, with the manifests of its stages.

    Parameters
    ----------
    scenario : Scenario
        The one that the simulation was run with.
    tables : dict of str to DataFrame
    manifests : dict of str to Manifest
        By stage, in the order of computing.
    synthetic : bool
        Whether the portfolio was generated.
    truth_known : bool
        Whether its truth was played; else latent states were drawn, and with a calibration parameters too.
    """

    scenario: Scenario
    tables: dict[str, pd.DataFrame]
    manifests: dict[str, Manifest]
    synthetic: bool
    truth_known: bool

    @property
    def baseline(self) -> str:
        """The policy that the others are compared with."""
        return baseline_of(self.tables["comparison"])

    def fact(self, stage: str, name: str, default: Any = None) -> Any:
        """Return a remark of a stage's manifest."""
        return self.manifests[stage].facts.get(name, default)


def read_run(run: Path) -> RunData:
    """Read what a report shows.

    Parameters
    ----------
    run : Path
        The run folder; all stages up to the simulation must stand.

    Returns
    -------
    RunData

    Raises
    ------
    BundleError
        When a stage or table is absent, unreadable, was changed since it was written, or was computed from
        a stage that has changed since.
    """
    wanted = {
        "portfolio": ("accounts", "team"),
        "scores": ("scores", "tiers", "assessment"),
        "allocation": ("book", "assignment"),
        "simulation": ("periods", "comparison", "key_figures"),
    }
    manifests = {stage: read_manifest(run, stage) for stage in READ}
    stale = [stage for stage in stale_stages(run) if stage in READ]
    if stale:
        raise BundleError(
            f"{run}: stage {stale[0]!r} was computed from a stage that has changed since; run it again"
        )
    synthetic, calibrated = (
        has_table(run, "portfolio", "truth"),
        CALIBRATION in manifests["simulation"].inputs,
    )
    if calibrated:
        wanted[CALIBRATION] = ("calibration",)
        manifests[CALIBRATION] = read_manifest(run, CALIBRATION)
    tables = {name: read_table(run, stage, name) for stage, names in wanted.items() for name in names}
    return RunData(
        scenario=read_scenario(run, "simulation"),
        tables=tables,
        manifests=manifests,
        synthetic=synthetic,
        truth_known=synthetic and not calibrated,
    )
