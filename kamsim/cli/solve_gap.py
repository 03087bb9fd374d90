"""The verb `solve-gap`: an assignment problem from a file, solved with its gap."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kamsim.cli.options import Lang
from kamsim.errors import BundleError

GAP_DIGITS, VALUE_DIGITS = 4, 4


def solve_gap(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="m n (representatives, accounts), m rows of n costs, m rows of n loads, m capacities.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write who gets which account as CSV, counted from 0.")
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Stop here; the gap is proven all the same.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Root of the search's luck.")] = 0,
    lang: Lang = "en",
) -> None:
    """Solve an assignment problem from a file.

    Minimises the cost of giving each account one representative within the capacities (the generalised
    assignment problem), and prints the cost, a proven bound and the gap between them.
    """
    from kamsim.allocation.assignment import read_gap, solve_assignment
    from kamsim.locale import Locale

    locale = Locale(lang)
    instance = read_gap(file)
    result = solve_assignment(
        instance.cost, instance.load, instance.capacity, time_limit=time_limit, seed=seed
    )
    values = {}
    for name, value in (("objective", result.objective), ("bound", result.bound)):
        values[name] = locale.number(value, 0 if value.is_integer() else VALUE_DIGITS)
    gap, status = locale.percent(result.gap, GAP_DIGITS), locale.text(f"solve_gap.{result.status}")
    typer.echo(locale.text("solve_gap.result", gap=gap, status=status, **values))
    if out is not None:
        try:
            result.frame().to_csv(out, index=False, lineterminator="\n")
        except OSError as caught:
            raise BundleError(f"{out}: cannot be written ({caught.strerror or caught})") from None
        typer.echo(locale.text("solve_gap.written", path=out))
