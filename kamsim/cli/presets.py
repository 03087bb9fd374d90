"""The verb `presets`: the scenarios that come with kamsim, figure by figure."""

from __future__ import annotations

from typing import Annotated, Any

import typer


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
