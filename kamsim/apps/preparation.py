"""From a run folder, or from a preset, to the precomputed response: all of the dashboard that takes long."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kamsim.allocation import Constraints, build_problem, move_frontier
from kamsim.apps.response import CoverageResponse
from kamsim.bundle import has_table, read_manifest, read_portfolio, read_scenario, read_table
from kamsim.config import Scenario
from kamsim.errors import AllocationNotFoundError, BundleError, InfeasibleAllocationError
from kamsim.runs import constraints_of, lay_out, require_current
from kamsim.schemas import FRONTIER

LARGEST_FRONTIER = 1_000
"""Accounts up to which gain against moves is found on the spot; of more it is read where a run holds it."""


@dataclass(frozen=True)
class _Ground:
    """What a response is computed from."""

    book: pd.DataFrame
    team: pd.DataFrame
    scenario: Scenario
    constraints: Constraints | None = None
    frontier: pd.DataFrame | None = None


def prepare(scenario: Scenario, run: Path | None = None) -> CoverageResponse:
    """Precompute the response of a generated portfolio, or of a run's.

    Of a run, what is up to date is read: the book and the frontier of stage "allocation", with the scenario
    that they were made with. The rest is computed. Nothing is written to the run.

    Parameters
    ----------
    scenario : Scenario
        What to generate and compute with where nothing can be read.
    run : Path, optional
        A run folder with a stage "portfolio".

    Returns
    -------
    CoverageResponse

    Raises
    ------
    BundleError
        When the run folder has no portfolio that can be read.
    ConfigError
        When the portfolio has no accounts.
    """
    if run is not None:
        read_manifest(run, "portfolio")
    ground = (None if run is None else _kept(run)) or _laid_out(scenario, run)
    frontier, remark = _frontier(ground)
    return CoverageResponse.of(
        ground.book, ground.team, ground.scenario, frontier=frontier, remark=remark
    )


def _kept(run: Path) -> _Ground | None:
    """Read what a run holds; None where its stage "allocation" is absent or out of date."""
    try:
        require_current(run, "scores", "values", "allocation")
    except BundleError:
        return None
    return _Ground(
        read_table(run, "allocation", "book"),
        read_portfolio(run).team,
        read_scenario(run, "allocation"),
        constraints_of(run),
        read_table(run, "allocation", "frontier") if has_table(run, "allocation", "frontier") else None,
    )


def _laid_out(scenario: Scenario, run: Path | None) -> _Ground:
    desk = lay_out(scenario, run)
    return _Ground(desk.book, desk.team, scenario)


def _frontier(ground: _Ground) -> tuple[pd.DataFrame, str]:
    """Find gain against moves, or say why there is none."""
    if ground.frontier is not None:
        return ground.frontier, ""
    if len(ground.book) > LARGEST_FRONTIER:
        return FRONTIER.empty(), ""
    problem = build_problem(ground.book, ground.team, ground.scenario, ground.constraints)
    try:
        return move_frontier(problem).points, ""
    except (InfeasibleAllocationError, AllocationNotFoundError) as caught:
        return FRONTIER.empty(), str(caught)
