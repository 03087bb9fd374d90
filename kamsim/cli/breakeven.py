"""The verbs `breakeven` and `flips`: what must be true for the advice to be right, and what would flip it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kamsim.cli.options import Lang, Run, Settings, overrides_of, start


def breakeven(
    run: Run,
    segment: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="strategic, mid_market or smb; may be repeated. All unless told."),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option("--map", metavar="PNG", help="Draw the map of the first segment into this file, too."),
    ] = None,
    settings: Settings = None,
    lang: Lang = "en",
) -> None:
    """Map where the guide's accounts per AE are best.

    Over response, win rate, AE cost and potential; every frontier is checked in paired runs on both of its
    sides. Wants a run that is allocated.
    """
    from kamsim import runs
    from kamsim.reporting import advice_table, breakeven_frontier_table, render_text, write_breakeven_map
    from kamsim.schemas import SEGMENTS

    locale, lines = start(lang, 1)
    plan = runs.analysis_scenario(run, overrides_of(settings, None))
    with lines.stage("breakeven") as progress:
        done = runs.breakeven_stage(
            run, plan, segments=list(dict.fromkeys(segment or SEGMENTS)), progress=progress
        )
    typer.echo(f"{render_text(advice_table(done.advice, plan, locale))}\n")
    typer.echo(render_text(breakeven_frontier_table(done.frontier, done.checked, plan, locale)))
    for name in done.skipped:
        typer.echo(locale.text("breakeven.skipped", segment=locale.text(f"segment.{name}")))
    typer.echo(locale.text("breakeven.written", path=run / "breakeven"))
    if picture is not None:
        first = done.results[0].population.segment
        write_breakeven_map(picture, done.table, done.frontier, done.advice, plan, first, locale)
        typer.echo(locale.text("breakeven.map_written", path=picture))


def flips(
    run: Run,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="strategic_ratio, …, team_size, 'POLICY over BASELINE'; may be repeated. All unless told.",
        ),
    ] = None,
    analyse: Annotated[
        bool,
        typer.Option(
            "--analyse", help="Also Morris's screening and Sobol's shares; wants the extra `sensitivity`."
        ),
    ] = False,
    settings: Settings = None,
    lang: Lang = "en",
) -> None:
    """Find the assumption, and its value, that would flip each recommendation.

    The recommendations are the guide's ratios, the team's size, and each policy over the baseline. Wants a
    run that is allocated.
    """
    from kamsim import runs
    from kamsim.reporting import (
        flips_table,
        recommendation_text,
        render_text,
        screening_table,
        sobol_table,
    )

    locale, lines = start(lang, 1)
    plan = runs.analysis_scenario(run, overrides_of(settings, None))
    with lines.stage("flips") as progress:
        done = runs.flip_stage(run, plan, only=only, analyse=analyse, progress=progress)
    typer.echo(render_text(flips_table(done.result.table, plan, locale)))
    if done.screening is not None and done.sobol is not None:
        for name, rows in done.screening.groupby("output", sort=True):
            text = recommendation_text(str(name), plan, locale)
            shares = done.sobol[done.sobol["output"] == name]
            counts = [locale.number(int(t["evaluations"].iloc[0])) for t in (rows, shares)]
            typer.echo(f"\n{locale.text('flips.screening', recommendation=text, evaluations=counts[0])}")
            typer.echo(render_text(screening_table(rows, plan, locale)))
            typer.echo(f"\n{locale.text('flips.sobol', recommendation=text, evaluations=counts[1])}")
            typer.echo(render_text(sobol_table(shares, locale)))
    typer.echo(locale.text("breakeven.written", path=run / "flips"))
