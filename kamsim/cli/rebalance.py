"""The verb `rebalance`: how often to realign books, and which accounts move."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kamsim.cli.options import Lang, Run, Seed, Settings, overrides_of, start
from kamsim.errors import ConfigError


def rebalance(
    run: Run,
    every: Annotated[
        str,
        typer.Option(metavar="MONTHS,…", help="Months between realignments; never is played beside them."),
    ] = "3,6,12,36",
    method: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="rule (by workload), rule_with_exit (by workload and progress), or a policy solved again.",
        ),
    ] = "rule",
    cost: Annotated[
        str,
        typer.Option(
            "--rep-change-cost",
            metavar="TIMES,…",
            help="Multiples of what a change of AE costs; below 0 a gain.",
        ),
    ] = "1",
    disruption_cap: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="Largest share of accounts that one realignment may move."),
    ] = None,
    moves: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the accounts moved as CSV.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the table as CSV, in numbers.")
    ] = None,
    settings: Settings = None,
    seed: Seed = None,
    lang: Lang = "en",
) -> None:
    """Compare how often to realign books, under common luck.

    Books are realigned by what is observed by then: hours, loads, revenue, progress. The moves of each
    realignment stay under the cap; unless told it is the run's allocation.disruption_cap.
    """
    from kamsim import experiments, runs
    from kamsim.bundle import read_portfolio, read_table
    from kamsim.reporting import frequency_table, render_text, state_best, write_csv

    locale, lines = start(lang, 1)
    plan = runs.scenario_for(run, "simulation", overrides_of(settings, seed))
    if disruption_cap is not None:
        plan = plan.override({"allocation.disruption_cap": disruption_cap})
    runs.require_current(run, "scores", "allocation")
    frequencies, costs = _numbers("every", every), _numbers("rep-change-cost", cost)
    with lines.stage("rebalancing") as progress:
        result = experiments.rebalance(
            read_portfolio(run), read_table(run, "allocation", "book"), read_table(run, "scores", "scores"),
            plan, cutoff=runs.cutoff_of(run), every=frequencies, method=method, rep_change_cost=costs,
            progress=progress,
        )  # fmt: skip
    confidence = plan.experiment.confidence
    table = frequency_table(result.frame(), locale, plan.currency, confidence=confidence)
    typer.echo(render_text(table))
    for line in state_best(result.summary(), locale, plan.currency):
        typer.echo(line)
    for frame, path, said in ((result.moves, moves, "moves_written"), (result.frame(), out, "written")):
        if path is not None:
            write_csv(frame, path)
            typer.echo(locale.text(f"frequency.{said}", path=path))


def _numbers(option: str, text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise ConfigError(f"--{option} must be numbers separated by commas, got {text!r}") from None
