"""The verbs of `kamsim notebook`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kamsim.cli.options import Lang
from kamsim.cli.signals import orderly_end

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name or path.")]
CellTimeout = Annotated[
    float, typer.Option(min=0.001, metavar="SECONDS", help="How long one cell may take; then the run fails.")
]
Timeout = Annotated[
    float, typer.Option(min=0.001, metavar="SECONDS", help="How long all cells of a notebook may take.")
]


def list_notebooks() -> None:
    """List the notebooks by name."""
    from kamsim import runs

    for notebook in runs.list_notebooks():
        typer.echo(f"{notebook.name}  {notebook.title}")


def show_notebook(name: Name) -> None:
    """Show the parameters of a notebook."""
    from kamsim import runs

    notebook = runs.read_notebook(runs.find_notebook(name))
    typer.echo(notebook.title)
    for p in notebook.parameters.values():
        rule = f" ({p.rule()})" if p.rule() else ""
        typer.echo(f"  {p.name}: {p.kind.__name__} = {p.default!r}  {p.help}{rule}")


def run_notebook(
    name: Name,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", metavar="NAME=VALUE", help="Set one parameter; may be repeated.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the result; runs/NAME unless told.")
    ] = None,
    html: Annotated[bool, typer.Option(help="Write the result as a web page without code, too.")] = True,
    cell_timeout: CellTimeout = 3600,
    timeout: Timeout = 14400,
    lang: Lang = "en",
) -> None:
    """Run a notebook with other parameters.

    Parameters are checked before it starts; the result appears only when every cell has run. Whatever stops
    it, an earlier result stays as it was. Each cause has an exit code of its own: see docs/notebooks.md.
    """
    from kamsim import runs
    from kamsim.locale import Locale

    locale = Locale(lang)
    given = runs.parse_assignments(parameter or [])
    limits = runs.Limits(cell_timeout, timeout)
    with orderly_end(), runs.CellLine(locale, sys.stderr) as line:
        done = runs.run_notebook(name, given, out, page=html, limits=limits, progress=line.start)
    seconds = locale.number(done.seconds, 1)
    typer.echo(locale.text("cli.notebook_written", path=done.notebook, seconds=seconds))
    if done.page is not None:
        typer.echo(locale.text("cli.page_written", path=done.page))


def refresh_notebooks(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="All unless named.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 1 if something would change.")
    ] = False,
    cell_timeout: CellTimeout = 3600,
    timeout: Timeout = 14400,
    lang: Lang = "en",
) -> None:
    """Run the committed notebooks again with their own parameters, in place.

    What depends on the machine or the hour is left out, so that nothing differs when nothing changed.
    """
    from kamsim import runs
    from kamsim.locale import Locale

    locale = Locale(lang)
    limits = runs.Limits(cell_timeout, timeout)
    paths = runs.committed_notebooks(names or [])
    changed = False
    for path in paths:
        with orderly_end(), runs.CellLine(locale, sys.stderr, path.stem) as line:
            differs = runs.refresh_notebook(path, check=check, limits=limits, progress=line.start)
        typer.echo(locale.text(f"cli.refreshed.{'changed' if differs else 'same'}", name=path.stem))
        changed |= differs
    if check and changed:
        raise typer.Exit(1)
