"""The stage "gains" of a run folder: what better decisions gain on its book, which takes minutes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kamsim.bundle import has_table, read_manifest, read_portfolio, read_table, stale_stages, write_stage
from kamsim.config import Scenario
from kamsim.experiments import measure_gains
from kamsim.runs.calibration import read_draws
from kamsim.runs.generation import Progress
from kamsim.runs.standing import constraints_of, cutoff_of, require_current


def gains_stage(run: Path, scenario: Scenario, *, progress: Progress | None = None) -> pd.DataFrame:
    """Play the gains on the run's own book, and write stage "gains".

    Parameters
    ----------
    run : Path
        The run folder; its stage "allocation" must stand and be up to date.
    scenario : Scenario
        What the run would be simulated with.
    progress : callable, optional
        Called with the gains measured and those there are.

    Returns
    -------
    DataFrame
        GAINS.
    """
    require_current(run, "scores", "allocation")
    portfolio = read_portfolio(run)
    gains = measure_gains(
        portfolio,
        read_table(run, "allocation", "book"),
        portfolio.team,
        read_table(run, "scores", "scores"),
        scenario,
        cutoff=cutoff_of(run),
        constraints=constraints_of(run),
        parameters=read_draws(run, scenario),
        progress=progress,
    )
    reads, file_format = ("portfolio", "scores", "allocation"), read_manifest(run, "portfolio").format
    write_stage(run, "gains", {"gains": gains}, scenario, inputs=reads, file_format=file_format)
    return gains


def read_gains(run: Path) -> pd.DataFrame | None:
    """Return GAINS of a run; None where they were not played, or what they rest on has changed since."""
    if not has_table(run, "gains", "gains") or "gains" in stale_stages(run):
        return None
    return read_table(run, "gains", "gains")
