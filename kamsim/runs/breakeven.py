"""The stages "breakeven" and "flips" of a run folder: what must be true for the advice to be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from kamsim.bundle import Portfolio, read_manifest, read_portfolio, read_scenario, read_table, write_stage
from kamsim.config import Scenario
from kamsim.coverage import TIER_SEGMENTS
from kamsim.errors import ConfigError, unknown_name
from kamsim.experiments.breakeven import BreakEven, break_even
from kamsim.experiments.flips import FlipResult, decision_flips, lead_model
from kamsim.experiments.frontier_check import check_frontier
from kamsim.experiments.population import Population, gather_population
from kamsim.experiments.recommendations import (
    RATIO,
    Recommendation,
    recommend_policy,
    recommend_ratio,
    recommend_team,
)
from kamsim.experiments.sensitivity import decompose, salib, screen
from kamsim.runs.generation import Progress
from kamsim.runs.overrides import refuse_settled
from kamsim.runs.standing import cutoff_of, require_current
from kamsim.schemas import SEGMENTS

DECOMPOSED = 5
"""Assumptions that the screening hands on to Sobol."""


@dataclass(frozen=True, eq=False)
class BreakEvenStage:
    """What the stage wrote.

    Attributes
    ----------
    results : tuple of BreakEven
    advice, table, frontier, checked : DataFrame
        ADVICE, BREAKEVEN, BREAKEVEN_FRONTIER and BREAKEVEN_CHECK of all ratios.
    skipped : tuple of str
        Segments whose tier holds no account.
    """

    results: tuple[BreakEven, ...]
    advice: pd.DataFrame
    table: pd.DataFrame
    frontier: pd.DataFrame
    checked: pd.DataFrame
    skipped: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class FlipStage:
    """What the stage wrote.

    Attributes
    ----------
    result : FlipResult
    screening, sobol : DataFrame, optional
        SCREENING and SOBOL, where they were asked for.
    """

    result: FlipResult
    screening: pd.DataFrame | None
    sobol: pd.DataFrame | None


def analysis_scenario(run: Path, overrides: Mapping[str, Any]) -> Scenario:
    """Return the scenario that a run's break-even maps and flips are computed with.

    Parameters
    ----------
    run : Path
        With a stage "allocation".
    overrides : mapping
        Dotted key to value.

    Raises
    ------
    ConfigError
        For an unknown key or a bad value, or a key that an earlier stage has settled.
    """
    scenario = read_scenario(run, "allocation").override(overrides)
    refuse_settled(run, "simulation", overrides)
    return scenario


def breakeven_stage(
    run: Path,
    scenario: Scenario,
    *,
    segments: Sequence[str] = SEGMENTS,
    progress: Progress | None = None,
) -> BreakEvenStage:
    """Map each ratio of the guide, check its frontiers in paired runs, and write stage "breakeven".

    Parameters
    ----------
    run : Path
        The run folder; its stage "allocation" must stand and be up to date.
    scenario : Scenario
    segments : sequence of str
    progress : callable, optional

    Returns
    -------
    BreakEvenStage

    Raises
    ------
    ConfigError
        For an unknown segment, or when none of them has an account in its tier.
    """
    for segment in segments:
        if segment not in SEGMENTS:
            raise ConfigError(unknown_name("segment", segment, SEGMENTS))
    source = _Source.of(run, scenario)
    there = [segment for segment in segments if source.has(segment)]
    if not there:
        raise ConfigError(f"no account is in the tier of {' or '.join(segments)}: there is nothing to map")
    results, checked = [], []
    for number, segment in enumerate(there):
        result = break_even(source.population(segment))
        results.append(result)
        checked.append(check_frontier(result))
        if progress is not None:
            progress(number + 1, len(there))
    tables = {
        "advice": pd.concat([r.preset_frame() for r in results], ignore_index=True),
        "breakeven": pd.concat([r.frame() for r in results], ignore_index=True),
        "breakeven_frontier": pd.concat([r.frontier() for r in results], ignore_index=True),
        "breakeven_check": pd.concat(checked, ignore_index=True),
    }
    _write(run, "breakeven", tables, scenario)
    skipped = tuple(segment for segment in segments if segment not in there)
    return BreakEvenStage(
        tuple(results),
        tables["advice"],
        tables["breakeven"],
        tables["breakeven_frontier"],
        tables["breakeven_check"],
        skipped,
    )


def flip_stage(
    run: Path,
    scenario: Scenario,
    *,
    only: Sequence[str] | None = None,
    analyse: bool = False,
    trajectories: int = 12,
    samples: int = 64,
    progress: Progress | None = None,
) -> FlipStage:
    """Find what flips each recommendation, and write stage "flips".

    The recommendations are the guide's ratios, the team that the scenario's ratios ask for, and every policy
    of the allocation over the baseline.

    Parameters
    ----------
    run : Path
        The run folder; its stage "allocation" must stand and be up to date.
    scenario : Scenario
    only : sequence of str, optional
        Names of the recommendations to look at; all if not given.
    analyse : bool
        Also screen the assumptions (Morris) and share out the variance (Sobol) of the lead of each ratio.
    trajectories, samples : int
        Of Morris and of Sobol.
    progress : callable, optional

    Returns
    -------
    FlipStage

    Raises
    ------
    ConfigError
        For a recommendation that there is not, or an analysis without a ratio.
    MissingExtraError
        When an analysis is asked for without SALib.
    """
    if analyse:
        salib("sample")
    chosen = _choose(_recommendations(_Source.of(run, scenario), run), only)
    ratios = [each for each in chosen if each.name.endswith(RATIO)]
    if analyse and not ratios:
        names = ", ".join(each.name for each in chosen)
        raise ConfigError(f"an analysis is of the guide's ratios: there is none among {names}")
    result = decision_flips(chosen, progress=progress)
    tables = {"flips": result.table}
    if analyse:
        analysed = [_analyse(each, scenario, trajectories, samples) for each in ratios]
        tables["screening"] = pd.concat([first for first, _ in analysed], ignore_index=True)
        tables["sobol"] = pd.concat([second for _, second in analysed], ignore_index=True)
    _write(run, "flips", tables, scenario)
    return FlipStage(result, tables.get("screening"), tables.get("sobol"))


def _recommendations(source: _Source, run: Path) -> list[Recommendation]:
    ratios = [recommend_ratio(source.population(name)) for name in SEGMENTS if source.has(name)]
    every = source.population(None)
    assignment = read_table(run, "allocation", "assignment")
    baseline = source.scenario.experiment.baseline
    rivals = [str(name) for name in assignment["policy"].unique() if name != baseline]
    policies = [recommend_policy(every, assignment, name, baseline) for name in rivals]
    return [*ratios, recommend_team(every, source.book), *policies]


def _choose(recommendations: list[Recommendation], only: Sequence[str] | None) -> list[Recommendation]:
    names = [each.name for each in recommendations]
    for name in only or ():
        if name not in names:
            raise ConfigError(unknown_name("recommendation", name, names))
    return [each for each in recommendations if not only or each.name in only]


def _analyse(
    recommendation: Recommendation, scenario: Scenario, trajectories: int, samples: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Screen all assumptions, then share out the variance among those that matter most."""
    model, inputs = lead_model(recommendation)
    confidence, seed, name = scenario.experiment.confidence, scenario.seed, recommendation.name
    screening = screen(
        model, inputs, output=name, trajectories=trajectories, confidence=confidence, seed=seed
    )
    most = screening.nlargest(DECOMPOSED, "mu_star")["assumption"].tolist()
    few = [each for each in inputs if each.name in most]
    return screening, decompose(model, few, output=name, samples=samples, confidence=confidence, seed=seed)


@dataclass(frozen=True, eq=False)
class _Source:
    """What populations of a run are gathered from."""

    portfolio: Portfolio
    book: pd.DataFrame
    scores: pd.DataFrame
    scenario: Scenario
    cutoff: pd.Timestamp

    @classmethod
    def of(cls, run: Path, scenario: Scenario) -> _Source:
        require_current(run, "scores", "allocation")
        book, scores = read_table(run, "allocation", "book"), read_table(run, "scores", "scores")
        return cls(read_portfolio(run), book, scores, scenario, cutoff_of(run))

    def has(self, segment: str) -> bool:
        tier = next(number for number, name in TIER_SEGMENTS.items() if name == segment)
        return bool((self.book["tier"] == tier).any())

    def population(self, segment: str | None) -> Population:
        return gather_population(
            self.portfolio, self.book, self.scores, self.scenario, segment, cutoff=self.cutoff
        )


def _write(run: Path, stage: str, tables: dict[str, pd.DataFrame], scenario: Scenario) -> None:
    reads = ("portfolio", "scores", "allocation")
    file_format = read_manifest(run, "portfolio").format
    write_stage(run, stage, tables, scenario, inputs=reads, file_format=file_format)
