"""The verb `dashboard`: a page in the browser that answers what-if questions about coverage."""

from __future__ import annotations

from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from kamsim.cli.options import Lang, Seed, Settings, overrides_of, start
from kamsim.errors import MissingExtraError


def dashboard(
    run: Annotated[
        Path | None,
        typer.Argument(metavar="[RUN]", help="The run folder; a portfolio is generated if left out."),
    ] = None,
    scenario: Annotated[
        str | None, typer.Option(metavar="NAME", help="A preset or a TOML file to compute with.")
    ] = None,
    host: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="Where to listen; beyond this machine a token is asked for."),
    ] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, metavar="N", help="8866 unless told, or a free one.")
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(envvar="KAMSIM_TOKEN", metavar="TEXT", help="Asked of visitors; made if left out."),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    moves: Annotated[
        bool, typer.Option(help="Find what changes of owner bring, which takes longest.")
    ] = True,
    settings: Settings = None,
    seed: Seed = None,
    lang: Lang = "en",
) -> None:
    """Turn coverage ratios, cut-offs, team and moves by sliders, and see what it brings.

    Serves a page on this machine until Ctrl-C. A run folder is read and never written.
    """
    server = _server()
    from kamsim import runs
    from kamsim.apps.preparation import gather, precompute

    locale, lines = start(lang, 2)
    overrides = overrides_of(settings, seed)
    with closing(server.open_door(host, port, token)) as door:
        chosen = runs.scenario_for_run(scenario, run, overrides) if scenario or overrides else None
        with lines.stage("desk"):
            ground = gather(run, chosen)
        with lines.stage("dashboard"):
            response = precompute(ground, moves=moves)

        def tell(address: str) -> None:
            typer.echo(locale.text("dashboard.serving", url=address))
            if door.token:
                typer.echo(locale.text("dashboard.open_to_all"), err=True)
            if browser and typer.launch(address) != 0:
                typer.echo(locale.text("dashboard.no_browser"), err=True)

        server.serve(response, locale, door, tell=tell)


def _server() -> Any:
    try:
        import_module("ipywidgets")
        return import_module("kamsim.apps.server")
    except ModuleNotFoundError as caught:
        if (caught.name or "").startswith("kamsim"):
            raise
        raise MissingExtraError(
            f"the dashboard wants {caught.name}, which is not installed: pip install 'kamsim[dashboard]'"
        ) from None
