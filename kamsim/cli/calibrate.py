"""The verb `calibrate`: fits the model's free parameters to a portfolio's own past."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kamsim.cli.options import Lang, Run, Seed, Settings, overrides_of, start

if TYPE_CHECKING:
    from kamsim.experiments.calibration import CalibrationResult
    from kamsim.locale import Locale


def calibrate(
    run: Run,
    moments: Annotated[
        bool, typer.Option("--moments", help="Print the figures of the past beside those of the model, too.")
    ] = False,
    books: Annotated[
        int | None, typer.Option(min=32, metavar="N", help="Simulated books of a round; 256 by preset.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the parameters as CSV, in numbers.")
    ] = None,
    settings: Settings = None,
    seed: Seed = None,
    lang: Lang = "en",
) -> None:
    """Fit the model's parameters to a portfolio's past.

    Hazards, cycles, win rates, concentration and the response to effort, by simulated moments; says what the
    data identify, what they cannot, and whether the model fits. `kamsim run --data RUN --calibrated` then
    draws its parameters from it.
    """
    from kamsim import runs
    from kamsim.bundle import read_scenario
    from kamsim.reporting import write_csv

    locale, lines = start(lang, 1)
    plan = read_scenario(run).override(overrides_of(settings, seed, {"calibration.books": books}))
    with lines.stage("calibration") as progress:
        result = runs.calibrate_stage(run, plan, progress=progress)
    _tell(result, moments, locale)
    typer.echo(locale.text("calibration.next", run=run))
    if out is not None:
        write_csv(result.frame(), out)
        typer.echo(locale.text("validation.written", path=out))


def _tell(result: CalibrationResult, moments: bool, locale: Locale) -> None:
    from kamsim.reporting import calibration_lines, calibration_table, moment_table, render_text

    frame = result.frame()
    typer.echo(render_text(calibration_table(frame, locale, result.scenario)))
    if moments and result.moments_used:
        typer.echo("\n" + render_text(moment_table(result.moments(), locale)))
    typer.echo("")
    for line in calibration_lines(frame, result.facts(), locale):
        typer.echo(f"- {line}")
    typer.echo(locale.text("calibration.summary", books=locale.number(result.books)))
