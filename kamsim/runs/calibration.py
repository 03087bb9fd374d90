"""Stage "calibration": parameters fitted to the run's portfolio, and the draws that experiments take."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kamsim.bundle import has_table, read_manifest, read_portfolio, read_scenario, read_table, write_stage
from kamsim.config import Scenario
from kamsim.experiments.calibration import SOURCE, CalibrationResult, calibrate
from kamsim.runs.generation import Progress
from kamsim.runs.standing import cutoff_of, require_current

STAGE = "calibration"


def calibrate_stage(run: Path, scenario: Scenario, *, progress: Progress | None = None) -> CalibrationResult:
    """Fit the free parameters to a run's portfolio and write stage "calibration".

    Its ``scenario.toml`` is the scenario with the estimates in it, for ``--scenario`` or
    ``kamsim run --data RUN --calibrated``.

    Parameters
    ----------
    run : Path
    scenario : Scenario
    progress : callable, optional
        Called with the books simulated and those wanted.

    Returns
    -------
    CalibrationResult
    """
    result = calibrate(read_portfolio(run), scenario, cutoff=cutoff_of(run), progress=progress)
    tables = {
        "calibration": result.frame(),
        "calibration_moments": result.moments(),
        "calibration_draws": result.draws(scenario.calibration.draws, scenario.seed),
    }
    write_stage(
        run, STAGE, tables, result.calibrated(), inputs=("portfolio",), facts=result.facts(),
        file_format=read_manifest(run, "portfolio").format,
    )  # fmt: skip
    return result


def calibrated_scenario(run: Path) -> Scenario:
    """Read the scenario that a run's portfolio was calibrated to.

    Raises
    ------
    BundleError
        When the run was not calibrated, or its portfolio has changed since.
    """
    require_current(run, STAGE)
    return read_scenario(run, STAGE)


def read_draws(run: Path, scenario: Scenario) -> pd.DataFrame | None:
    """Read the draws of the parameters, where the scenario is a calibrated one and the run holds them."""
    if SOURCE not in scenario.sources.values() or not has_table(run, STAGE, "calibration_draws"):
        return None
    require_current(run, STAGE)
    return read_table(run, STAGE, "calibration_draws")
