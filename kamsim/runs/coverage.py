"""The stage "coverage" of a run folder: what covering a portfolio takes, and what more would bring."""

from __future__ import annotations

from pathlib import Path

from kamsim.bundle import read_manifest, read_portfolio, read_scenario, read_table, write_stage
from kamsim.coverage import CoveragePlan, plan_coverage
from kamsim.runs.standing import cutoff_of, require_current


def coverage_stage(run: Path, *, quarters: int = 8) -> CoveragePlan:
    """Plan the coverage of a run's portfolio and write stage "coverage".

    The hours worked now are those of the baseline policy in stage "allocation", under its scenario.

    Parameters
    ----------
    run : Path
        The run folder; its stage "allocation" must stand and be up to date.
    quarters : int, default 8
        Quarters of the hiring plan.

    Returns
    -------
    CoveragePlan

    Raises
    ------
    BundleError
        When the run holds no allocation, or it is out of date.
    ConfigError
        As `plan_coverage` does.
    """
    require_current(run, "scores", "allocation")
    scenario = read_scenario(run, "allocation")
    assignment = read_table(run, "allocation", "assignment")
    plan = plan_coverage(
        read_table(run, "allocation", "book"),
        read_portfolio(run).team,
        read_table(run, "scores", "scores"),
        scenario,
        cutoff=cutoff_of(run),
        assignment=assignment[assignment["policy"] == scenario.experiment.baseline],
        quarters=quarters,
    )
    facts = {"hours_per_ae": plan.hours_per_ae, "remarks": plan.remarks}
    reads = ("portfolio", "scores", "allocation")
    file_format = read_manifest(run, "portfolio").format
    write_stage(run, "coverage", plan.tables(), scenario, inputs=reads, facts=facts, file_format=file_format)
    return plan
