"""The verb `ladder`: from what is done today to what could be done, step by step, in euros."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kamsim.cli.options import Constraints_, Lang, Run, Seed, Settings, overrides_of, start


def ladder(
    run: Run,
    constraints: Constraints_ = None,
    plans: Annotated[
        int, typer.Option(min=0, metavar="N", help="Random plans for the curves' fidelity; 0 for none.")
    ] = 200,
    picture: Annotated[Path | None, typer.Option(metavar="PNG", help="Draw the ladder, too.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the ladder as CSV, in numbers.")
    ] = None,
    score_value: Annotated[
        int,
        typer.Option(min=0, metavar="N", help="Say what better scores are worth, too, from N repeats."),
    ] = 0,
    settings: Settings = None,
    seed: Seed = None,
    lang: Lang = "en",
) -> None:
    """Play the regret ladder: status quo, rules, optima with less and less in their way, a clairvoyant bound.

    Constraints are those of the run's allocation unless a file is given. Where nothing caps the changes of
    owner, a cap is assumed (experiment.ladder_disruption_cap), so that it has a price.
    """
    from kamsim import runs
    from kamsim.allocation import Constraints
    from kamsim.bundle import read_portfolio, read_table
    from kamsim.experiments import regret_ladder, value_of_scores
    from kamsim.reporting import (
        euros_table,
        fidelity_table,
        ladder_lines,
        ladder_table,
        plot_ladder,
        render_text,
        score_value_table,
        write_csv,
        write_picture,
    )

    locale, lines = start(lang, 1 + (score_value > 0))
    plan = runs.scenario_for(run, "simulation", overrides_of(settings, seed))
    runs.require_current(run, "scores", "allocation")
    portfolio = read_portfolio(run)
    rules = runs.constraints_of(run) if constraints is None else Constraints.load(constraints)
    better = None
    if score_value:  # first, since it refuses a portfolio without truth before minutes are spent
        with lines.stage("score_value"):
            better = value_of_scores(
                portfolio, read_table(run, "scores", "scores"), read_table(run, "scores", "tiers"), plan,
                cutoff=runs.cutoff_of(run), constraints=rules, repeats=score_value,
            )  # fmt: skip
    with lines.stage("ladder"):
        result = regret_ladder(
            portfolio, read_table(run, "allocation", "book"), portfolio.team,
            read_table(run, "scores", "scores"), plan, cutoff=runs.cutoff_of(run),
            constraints=rules,
            parameters=runs.read_draws(run, plan), plans=plans,
        )  # fmt: skip
    money: dict[str, Any] = {"locale": locale, "currency": plan.currency}
    typer.echo(render_text(ladder_table(result.frame(), **money)))
    typer.echo("\n" + render_text(euros_table(result.euros(), **money)) + "\n")
    for line in ladder_lines(result.habits(), result.facts(), **money):
        typer.echo(line)
    if result.fidelity is not None:
        typer.echo("\n" + render_text(fidelity_table(result.fidelity.summary(), **money)))
    if better is not None:
        typer.echo("\n" + render_text(score_value_table(better.summary(), **money)))
        if out is not None:
            write_csv(better.frame(), out.with_stem(f"{out.stem}_scores"))
            typer.echo(locale.text("score_value.written", path=out.with_stem(f"{out.stem}_scores")))
    if out is not None:
        write_csv(result.frame(), out)
        typer.echo(locale.text("ladder.written", path=out))
    if picture is not None:
        ax = plot_ladder(result.frame(), result.reference, months=plan.experiment.months, **money)
        write_picture(ax, picture)
        typer.echo(locale.text("fidelity.picture_written", path=picture))
