"""Verbs beside the steps: `presets`, and the notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kamsim.cli.options import Lang


def presets(
    name: Annotated[
        str | None, typer.Argument(help="Show all figures of this one, with their sources.")
    ] = None,
) -> None:
    """List the scenarios that come with kamsim."""
    from kamsim.config import Scenario, figures
    from kamsim.config import presets as names

    if name is None:
        for each in names():
            typer.echo(f"{each}  {Scenario.load(each).description}")
        return
    scenario = Scenario.load(name)
    for key, unit, _ in figures():
        value: Any = scenario
        for part in key.split("."):
            value = getattr(value, part)
        typer.echo(f"{key} = {value} ({unit}; {scenario.sources.get(key, '-')})")


def list_notebooks() -> None:
    """List the notebooks by name."""
    from kamsim import runs

    for notebook in runs.list_notebooks():
        typer.echo(f"{notebook.name}  {notebook.title}")


def show_notebook(name: Annotated[str, typer.Argument(metavar="NAME", help="Name or path.")]) -> None:
    """Show the parameters of a notebook."""
    from kamsim import runs

    notebook = runs.read_notebook(runs.find_notebook(name))
    typer.echo(notebook.title)
    for p in notebook.parameters.values():
        rule = f" ({p.rule()})" if p.rule() else ""
        typer.echo(f"  {p.name}: {p.kind.__name__} = {p.default!r}  {p.help}{rule}")


def run_notebook(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name or path.")],
    parameter: Annotated[
        list[str] | None, typer.Option("-p", metavar="NAME=VALUE", help="Set one parameter; may be repeated.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the result; runs/NAME unless told.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Run a notebook with other parameters.

    Parameters are checked before it starts; the result appears only when every cell has run.
    """
    from kamsim import runs
    from kamsim.locale import Locale

    locale = Locale(lang)
    done = runs.run_notebook(name, runs.parse_assignments(parameter or []), out)
    seconds = locale.number(done.seconds, 1)
    typer.echo(locale.text("cli.notebook_written", path=done.notebook, seconds=seconds))
