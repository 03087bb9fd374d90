"""The verb `sweep`: a notebook or the main job over a grid of parameters."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kamsim.cli.options import Lang
from kamsim.cli.signals import orderly_end

if TYPE_CHECKING:
    from kamsim.locale import Locale
    from kamsim.runs.sweeps import Sweep

MOST_LINES = 10
"""Failed points that are named one by one."""


def sweep(
    grid: Annotated[Path, typer.Argument(metavar="GRID.toml", help="What to run, over which parameters.")],
    out: Annotated[
        Path,
        typer.Option(metavar="DIR", help="Folder of the sweep; one that stands there is taken up again."),
    ],
    workers: Annotated[int, typer.Option(metavar="N", help="Points at a time.")] = 1,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Run on the workers of this Dask scheduler (extra `cluster`)."),
    ] = None,
    lang: Lang = "en",
) -> None:
    """Run a notebook or the main job over a grid of parameters.

    All points are checked before anything starts. Points that DIR holds already, of the same parameters, code
    and data, are not run again. Ends with exit code 1 when a point failed; the others are done all the same.
    """
    from kamsim.locale import Locale
    from kamsim.reporting.safe_csv import write_csv
    from kamsim.runs.sweeps import PointLine, read_grid, run_sweep, task_of, write_comparison

    locale, plan = Locale(lang), read_grid(grid)
    with orderly_end():
        with PointLine(locale, sys.stderr) as line:
            done = run_sweep(plan, task_of(plan), out, workers=workers, scheduler=scheduler, tell=line.tell)
        _say(done, out, locale)
        write_csv(done.table, out / "results.csv")
        comparison = write_comparison(done.results, out, lang)
    typer.echo(locale.text("sweep.written", table=done.results, page=comparison.page))
    if done.errors:
        raise typer.Exit(1)


def _say(done: Sweep, out: Path, locale: Locale) -> None:
    """Say how many points stand, which failed, and what else lies in the folder."""
    points, failed = len(done.points), len(done.errors)
    counts = {"run": done.run, "kept": points - done.run, "failed": failed, "points": points}
    typer.echo(locale.text("sweep.finished", **{name: locale.number(n) for name, n in counts.items()}))
    for number, error in list(done.errors.items())[:MOST_LINES]:
        typer.echo(locale.text("sweep.failed_point", point=locale.number(number), error=error), err=True)
    if failed > MOST_LINES:
        typer.echo(locale.text("sweep.failed_more", count=locale.number(failed - MOST_LINES)), err=True)
    if done.strange:
        strange = {"count": locale.number(len(done.strange)), "folder": out / "points"}
        typer.echo(locale.text("sweep.strange", **strange))
