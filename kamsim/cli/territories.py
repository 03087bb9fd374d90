"""The verb `territories`: a plan of territories for the accounts of a run folder."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kamsim.cli.options import Lang, Run, start


class Units(StrEnum):
    """What territories are made of."""

    ACCOUNTS = "accounts"
    DEPARTMENTS = "departments"


def territories(
    run: Run,
    k: Annotated[
        int | None, typer.Option("-k", "--territories", metavar="N", help="How many; one an AE unless told.")
    ] = None,
    units: Annotated[
        Units, typer.Option(help="Each account for itself, or French départements with what lies in them.")
    ] = Units.ACCOUNTS,
    balance: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="An attribute to balance, instead of all; may be repeated: clients, prospects, …",
        ),
    ] = None,
    tolerance: Annotated[
        float, typer.Option(metavar="SHARE", help="Largest deviation of a territory from the mean.")
    ] = 0.2,
    max_moved_share: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="Keep near to today's owners: units that may leave theirs."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with an error where the tolerance is not kept.")
    ] = False,
    picture: Annotated[
        Path | None, typer.Option("--map", metavar="PNG", help="Draw a map into this file, too.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Design balanced, contiguous, compact territories.

    Balances clients, prospects and revenue, or, once the run is allocated, potential and workload.
    """
    from kamsim import runs
    from kamsim.reporting import render_text, territory_table, write_territory_map

    locale, lines = start(lang, 1)
    with lines.stage("territories"):
        done = runs.territory_stage(
            run, units=units.value, k=k, attributes=balance, tolerance=tolerance,
            max_moved_share=max_moved_share, require_tolerance=strict,
        )  # fmt: skip
    result = done.result
    typer.echo(render_text(territory_table(result.shapes, result.balance, done.staff, locale)))
    kept = "kept" if result.within_tolerance else "missed"
    largest = locale.percent(result.largest_deviation)
    typer.echo(locale.text(f"territory.{kept}", largest=largest, tolerance=locale.percent(tolerance)))
    lost = int(done.accounts["unit_id"].isna().sum())
    if lost:
        typer.echo(locale.text("territory.without_place", accounts=locale.number(lost)))
    if picture is not None:
        from kamsim.territories import department_outlines

        tables = result.territories, result.balance, result.shapes
        write_territory_map(picture, *tables, department_outlines(), locale)
        typer.echo(locale.text("territory.map_written", path=picture))
