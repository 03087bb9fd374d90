"""Verbs that take a portfolio further: `score` to `report`, and `run` for all steps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kamsim.cli.options import (
    Constraints_,
    Lang,
    Out,
    Previous,
    Run,
    Seed,
    Settings,
    overrides_of,
    precision_of,
    start,
)

if TYPE_CHECKING:
    from kamsim.config import Scenario
    from kamsim.experiments import ComparisonResult
    from kamsim.locale import Locale
    from kamsim.runs import StageLines


def run(
    out: Out,
    scenario: Annotated[
        str | None,
        typer.Option(help="A preset or a TOML file; saas_midmarket, or what --data was made with."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(metavar="BUNDLE", help="Run folder with a portfolio, instead of generating one."),
    ] = None,
    constraints: Constraints_ = None,
    previous: Previous = None,
    calibrated: Annotated[
        bool,
        typer.Option("--calibrated", help="Take the parameters that `kamsim calibrate` fitted to --data."),
    ] = False,
    settings: Settings = None,
    seed: Seed = None,
    lang: Lang = "en",
) -> None:
    """Do all steps, from portfolio to report.

    The steps are portfolio, scores, values, allocation, simulation and report. The run folder changes
    only when all of them are done.
    """
    from kamsim import runs
    from kamsim.reporting import write_report

    locale, lines = start(lang, 6)
    plan = runs.scenario_for_run(scenario, data, overrides_of(settings, seed), calibrated=calibrated)
    with runs.whole_run(out) as aside:
        with lines.stage("portfolio") as progress:
            if data is None:
                runs.generate_stage(aside, plan, progress=progress)
            else:
                runs.adopt_portfolio(data, aside, calibrated=calibrated)
        with lines.stage("scores"):
            runs.score_stage(aside, plan, previous=previous)
        _allocate(aside, plan, lines, constraints)
        with lines.stage("simulation") as progress:
            result = runs.simulate_stage(aside, plan, progress=progress)
        with lines.stage("report"):
            report = out / write_report(aside, locale).relative_to(aside)
    _show_comparison(result, plan, locale)
    typer.echo(locale.text("cli.report_written", path=report))


def score(
    run: Run,
    previous: Previous = None,
    settings: Settings = None,
    seed: Seed = None,
    lang: Lang = "en",
) -> None:
    """Score the accounts and put them in tiers.

    Potential over 3 years and churn within 12 months, each with a baseline beside it.
    """
    from kamsim import runs
    from kamsim.bundle import read_manifest
    from kamsim.reporting import assessment_table, render_text, say_changes, verdict_texts

    locale, lines = start(lang, 1)
    plan = runs.scenario_for(run, "scores", overrides_of(settings, seed))
    with lines.stage("scores"):
        result = runs.score_stage(run, plan, previous=previous)
    typer.echo(render_text(assessment_table(result.assessment, locale)))
    for line in verdict_texts(result.verdicts, locale):
        typer.echo(line)
    if previous is not None:
        typer.echo(say_changes(read_manifest(run, "scores").facts["previous"], locale))


def allocate(
    run: Run,
    policy: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A policy to compare, beside the baseline; may be repeated."),
    ] = None,
    constraints: Constraints_ = None,
    frontier: Annotated[
        bool, typer.Option("--frontier", help="Find the gain against the accounts moved, too: some minutes.")
    ] = False,
    settings: Settings = None,
    seed: Seed = None,
    lang: Lang = "en",
) -> None:
    """Give the accounts to people, by each policy.

    Estimates first what effort on each account is believed to bring. Says of the plan that is believed to be
    worth most why accounts move; table "moves" of the run holds every move under every policy.
    """
    from kamsim import runs
    from kamsim.bundle import read_table
    from kamsim.reporting import broken_text, frontier_table, moves_by_reason_table, render_text

    locale, lines = start(lang, 2)
    overrides = overrides_of(settings, seed)
    plan = runs.scenario_for(run, "values", overrides)
    if policy:
        chosen = list(dict.fromkeys([plan.experiment.baseline, *policy]))
        plan = runs.scenario_for(run, "values", {**overrides, "allocation.policies": chosen})
    result = _allocate(run, plan, lines, constraints, frontier=frontier)
    _show_allocation(result.assignment, result.gaps, locale)
    if not result.broken.empty:
        typer.echo(broken_text(result.broken, locale))
    best = max(result.believed_eur, key=lambda name: result.believed_eur[name])
    moves = read_table(run, "allocation", "moves")
    moves = moves[moves["policy"] == best]
    if not moves.empty:
        typer.echo(locale.text("account_moves.head", policy=locale.policy(best)))
        typer.echo(render_text(moves_by_reason_table(moves, locale, plan.currency)))
    if frontier:
        points = read_table(run, "allocation", "frontier")
        typer.echo(render_text(frontier_table(points, locale, plan.currency)))


def simulate(
    run: Run,
    precision: Annotated[
        str | None,
        typer.Option(
            metavar="HALF-WIDTH",
            help="Play until differences are known this well: 0.5% of the baseline's contribution, or 50000.",
        ),
    ] = None,
    settings: Settings = None,
    seed: Seed = None,
    lang: Lang = "en",
) -> None:
    """Play the years forward and compare the policies.

    Every policy meets the same luck, so that differences are surer than the figures themselves.
    """
    from kamsim import runs

    locale, lines = start(lang, 1)
    overrides = overrides_of(settings, seed, precision_of(precision))
    plan = runs.scenario_for(run, "simulation", overrides)
    with lines.stage("simulation") as progress:
        result = runs.simulate_stage(run, plan, progress=progress)
    _show_comparison(result, plan, locale)


def report(run: Run, settings: Settings = None, seed: Seed = None, lang: Lang = "en") -> None:
    """Write the report of a run folder as one HTML file."""
    from kamsim import runs
    from kamsim.reporting import write_report

    locale, lines = start(lang, 1)
    runs.scenario_for(run, "report", overrides_of(settings, seed))
    with lines.stage("report"):
        path = write_report(run, locale)
    typer.echo(locale.text("cli.report_written", path=path))


def _allocate(
    run: Path, plan: Scenario, lines: StageLines, constraints: Path | None, *, frontier: bool = False
) -> Any:
    from kamsim import runs

    with lines.stage("values"):
        runs.value_stage(run, plan)
    with lines.stage("allocation"):
        return runs.allocate_stage(run, plan, constraints=constraints, frontier=frontier)


def _show_comparison(result: ComparisonResult, plan: Scenario, locale: Locale) -> None:
    from kamsim.reporting import comparison_table, key_figure_table, render_text, verdict_lines

    months, confidence = plan.experiment.months, plan.experiment.confidence
    if result.selection is None:
        table = key_figure_table(result.key_figures, locale, plan.currency)
    else:
        table = comparison_table(
            result.comparison, locale, plan.currency, months=months, confidence=confidence
        )
    typer.echo(render_text(table))
    for line in verdict_lines(result.facts(), plan, result.truth_known, locale):
        typer.echo(line)


def _show_allocation(assignment: Any, gaps: dict[str, float], locale: Locale) -> None:
    for policy, rows in assignment.groupby("policy", sort=False):
        text = {"policy": locale.policy(policy), "people": locale.number(rows["rep_id"].nunique())}
        text |= {"accounts": locale.number(len(rows)), "moved": locale.number(rows["moved"].sum())}
        line = locale.text("cli.allocated", **text)
        gap = locale.text("cli.gap", gap=locale.percent(gaps[policy], 2)) if policy in gaps else ""
        typer.echo(f"{line}{gap}")
