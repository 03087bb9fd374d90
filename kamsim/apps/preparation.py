"""From a run folder, or from a preset, to the precomputed response: all of the dashboard that takes long."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from kamsim.allocation import AllocationProblem, Constraints, build_problem, move_frontier
from kamsim.apps.response import CoverageResponse
from kamsim.apps.what_if import Floats, WhatIf
from kamsim.bundle import has_table, read_manifest, read_portfolio, read_scenario, read_table
from kamsim.config import Scenario
from kamsim.coverage import TIER_SEGMENTS, best_use, full_time_share, tier_coverage, value_response
from kamsim.errors import AllocationNotFoundError, BundleError, ConfigError, InfeasibleAllocationError
from kamsim.runs import constraints_of, lay_out, require_current, scenario_for_run
from kamsim.schemas import BOOK, FRONTIER, TEAM, check


@dataclass(frozen=True, eq=False)
class Ground:
    """What a response is computed from.

    Attributes
    ----------
    book, team : DataFrame
        BOOK and TEAM.
    scenario : Scenario
        What the book was built with.
    constraints : Constraints, optional
        What no plan may do.
    frontier : DataFrame, optional
        FRONTIER, where the run holds it.
    """

    book: pd.DataFrame
    team: pd.DataFrame
    scenario: Scenario
    constraints: Constraints | None = None
    frontier: pd.DataFrame | None = None


def gather(run: Path | None = None, scenario: Scenario | None = None) -> Ground:
    """Gather book and team of a run, or of a portfolio that is generated.

    Without a scenario, what a run's stage "allocation" holds is read if it is up to date: book, frontier,
    constraints, and the scenario they were made with. Otherwise the portfolio is scored and valued here.
    Nothing is written to the run.

    Parameters
    ----------
    run : Path, optional
        A run folder with a stage "portfolio".
    scenario : Scenario, optional
        What to compute with; by default the run's own, or the preset of `kamsim run`.

    Returns
    -------
    Ground

    Raises
    ------
    BundleError
        When the run folder has no portfolio that can be read.
    """
    if run is not None:
        read_manifest(run, "portfolio")
        kept = _kept(run) if scenario is None else None
        if kept is not None:
            return kept
    desk = lay_out(scenario or scenario_for_run(None, run, {}), run)
    return Ground(desk.book, desk.team, desk.scenario)


def precompute(ground: Ground, *, moves: bool = True) -> CoverageResponse:
    """Precompute the response.

    Parameters
    ----------
    ground : Ground
    moves : bool
        Find gain against accounts moved, too, where it is not known yet: it takes most of the time.

    Returns
    -------
    CoverageResponse

    Raises
    ------
    ConfigError
        When the book is empty.
    """
    book, team, scenario = check(ground.book, BOOK), check(ground.team, TEAM), ground.scenario
    if not len(book):
        raise ConfigError("a book without accounts has no coverage to plan")
    problem = build_problem(book, team, scenario, ground.constraints)
    curves = value_response(book)
    frontier, remark = _frontier(ground, problem) if moves else (FRONTIER.empty(), "")
    return CoverageResponse(
        scenario=scenario,
        today=_today(problem, team, scenario),
        potential=problem.potential,
        complexity=book["technical_complexity"].to_numpy(),
        road=_road(problem),
        curves=curves,
        gain_sd=problem.gain_sd,
        pools=problem.pool_effort,
        best=best_use(curves, book["half_hours"].to_numpy(), problem.pool_effort),
        frontier=check(frontier, FRONTIER),
        remark=remark,
    )


def _today(problem: AllocationProblem, team: pd.DataFrame, scenario: Scenario) -> WhatIf:
    """Return the setting as it is."""
    first, second, third = (tier_coverage(tier, scenario.coverage).accounts_per_ae for tier in TIER_SEGMENTS)
    cuts, aes = scenario.segmentation, team[team["role"] == "AE"]
    return WhatIf(
        (first, second, third),
        cuts.tier_1_above_eur,
        cuts.tier_2_from_eur,
        float(full_time_share(aes, scenario.coverage).sum()),
        problem.moves_allowed,
    )


def _road(problem: AllocationProblem) -> Floats:
    """Return hours on the road for an hour with the client; none where no AE of the team owns it."""
    owned = np.flatnonzero(problem.owner >= 0)
    road = np.zeros(problem.accounts)
    road[owned] = problem.hours_per_client_hour[owned, problem.owner[owned]] - 1
    return road


def _kept(run: Path) -> Ground | None:
    """Read what a run holds; None where its stage "allocation" is absent or out of date."""
    try:
        require_current(run, "scores", "values", "allocation")
    except BundleError:
        return None
    return Ground(
        read_table(run, "allocation", "book"),
        read_portfolio(run).team,
        read_scenario(run, "allocation"),
        constraints_of(run),
        read_table(run, "allocation", "frontier") if has_table(run, "allocation", "frontier") else None,
    )


def _frontier(ground: Ground, problem: AllocationProblem) -> tuple[pd.DataFrame, str]:
    """Find gain against moves, unless it is known, or say why there is none."""
    if ground.frontier is not None:
        return ground.frontier, ""
    try:
        return move_frontier(problem).points, ""
    except (InfeasibleAllocationError, AllocationNotFoundError) as caught:
        return FRONTIER.empty(), str(caught)
