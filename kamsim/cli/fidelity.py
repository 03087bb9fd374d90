"""The verb `fidelity`: how far the curves of value are to be trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kamsim.cli.options import Lang, Run, Seed, Settings, overrides_of, start


def fidelity(
    run: Run,
    plans: Annotated[int, typer.Option(min=3, metavar="N", help="Random plans to value and to play.")] = 200,
    policy: Annotated[
        str, typer.Option(metavar="NAME", help="Towards whose plan the random ones are mixed.")
    ] = "profit_maximising",
    with_team: Annotated[
        bool,
        typer.Option("--with-team", help="Play with people who leave and learn and with pools; slower."),
    ] = False,
    picture: Annotated[
        Path | None, typer.Option(metavar="PNG", help="Draw predicted against simulated value, too.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the plans as CSV, in numbers.")
    ] = None,
    settings: Settings = None,
    seed: Seed = None,
    lang: Lang = "en",
) -> None:
    """Hold the value that the curves predict for random plans against what is simulated.

    Allocation maximises curves that take accounts one by one at constant effort; this says how well they
    order plans, by how much they are off, and whether the believed spread is right.
    """
    from kamsim import runs
    from kamsim.bundle import read_portfolio, read_table
    from kamsim.experiments import measure_fidelity
    from kamsim.reporting import (
        belief_table,
        fidelity_table,
        plot_fidelity,
        render_text,
        write_csv,
        write_picture,
    )

    locale, lines = start(lang, 1)
    plan = runs.scenario_for(run, "simulation", overrides_of(settings, seed))
    runs.require_current(run, "scores", "allocation")
    with lines.stage("fidelity"):
        result = measure_fidelity(
            read_portfolio(run), read_table(run, "allocation", "book"), read_table(run, "scores", "scores"),
            plan, cutoff=runs.cutoff_of(run), plans=plans, policy=policy, with_team=with_team,
        )  # fmt: skip
    typer.echo(render_text(fidelity_table(result.summary(), locale, plan.currency)))
    if len(result.calibration):
        typer.echo("\n" + render_text(belief_table(result.calibration, locale)))
    if out is not None:
        write_csv(result.frame(), out)
        typer.echo(locale.text("fidelity.written", path=out))
    if picture is not None:
        ax = plot_fidelity(result.frame(), result.summary(), locale=locale, currency=plan.currency)
        write_picture(ax, picture)
        typer.echo(locale.text("fidelity.picture_written", path=picture))
