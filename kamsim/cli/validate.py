"""The verb `validate`: holds a portfolio against the figures that the sources speak of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kamsim.cli.options import Lang, Run, Settings, overrides_of, start
from kamsim.errors import BundleError, ConfigError

if TYPE_CHECKING:
    from kamsim.config import Scenario
    from kamsim.experiments.validation import ValidationResult
    from kamsim.locale import Locale

OUT_OF_BAND = 1
"""Exit code when a target is out of band."""


def validate(
    run: Run,
    against: Annotated[
        Path | None, typer.Option(metavar="OTHER", help="Run folder with real data, to compare columns with.")
    ] = None,
    search: Annotated[
        bool, typer.Option("--search", help="Search the knobs for targets that are out of band.")
    ] = False,
    tries: Annotated[int, typer.Option(min=1, metavar="N", help="Points that a search measures.")] = 48,
    gains: Annotated[
        bool,
        typer.Option("--gains", help="Play what better decisions gain, too: minutes; kept with the run."),
    ] = False,
    accounts: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Accounts over which bands are read; 20,000 by preset."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the table as CSV, in numbers.")
    ] = None,
    settings: Settings = None,
    lang: Lang = "en",
) -> None:
    """Hold a portfolio against published figures.

    Further books are made with the run's own scenario and the seeds that follow, until there are enough
    accounts. Ends with exit code 0 when every target is in band (claims are shown, not asked for), and with 1
    when one is out.
    """
    from kamsim import runs
    from kamsim.bundle import read_manifest, read_portfolio
    from kamsim.experiments.likeness import compare_bundles
    from kamsim.experiments.validation import validate as hold_against_targets
    from kamsim.reporting import render_text
    from kamsim.reporting.validation import likeness_line, likeness_table, validation_table

    locale, lines = start(lang, 1 + gains + search + (against is not None))
    plan = _plan(run, overrides_of(settings, None))
    portfolio = read_portfolio(run)
    other = None if against is None else read_portfolio(against)
    generated = read_manifest(run, "portfolio").facts.get("origin") == "generated"
    if gains:
        with lines.stage("gains") as progress:
            runs.gains_stage(run, runs.scenario_for(run, "simulation", {}), progress=progress)
    with lines.stage("validation") as progress:
        result = hold_against_targets(
            plan, portfolio=portfolio, cutoff=runs.cutoff_of(run), accounts=accounts, generated=generated,
            gains=runs.read_gains(run), progress=progress,
        )  # fmt: skip
    typer.echo(render_text(validation_table(result, locale)))
    _tell_summary(result, generated, locale)
    _tell_conflicts(plan, locale)
    if search:
        with lines.stage("search") as progress:
            _search(result, tries, locale, progress)
    if other is not None:
        with lines.stage("likeness"):
            likeness = compare_bundles(portfolio, other)
        typer.echo(f"\n{render_text(likeness_table(likeness, locale))}\n{likeness_line(likeness, locale)}")
    if out is not None:
        _write(result, out)
        typer.echo(locale.text("validation.written", path=out))
    if result.out:
        raise typer.Exit(OUT_OF_BAND)


def _plan(run: Path, overrides: dict[str, Any]) -> Scenario:
    """Take the scenario of the run's portfolio; only bands may be set, for the books must be alike."""
    from kamsim.bundle import read_scenario

    for key in overrides:
        if not key.startswith(("validation.", "experiment.confidence")):
            raise ConfigError(
                f"setting {key!r} belongs to what the run was made with: validate takes validation.* only"
            )
    return read_scenario(run).override(overrides)


def _tell_summary(result: ValidationResult, generated: bool, locale: Locale) -> None:
    from kamsim.reporting.validation import gain_lines

    verdicts = result.table["verdict"].value_counts()
    counts = {name: locale.number(int(verdicts.get(name, 0))) for name in ("in", "out", "unknown", "unasked")}
    pooled = {"accounts": locale.number(result.accounts), "books": locale.number(result.books)}
    typer.echo(
        locale.text(
            "validation.summary",
            held=counts["in"],
            missed=counts["out"],
            unknown=counts["unknown"],
            unasked=counts["unasked"],
            confidence=locale.confidence(result.scenario.experiment.confidence),
            **pooled,
        )
    )
    if not generated:
        typer.echo(locale.text("validation.imported"))
    for line in gain_lines(result, locale):
        typer.echo(line)


def _tell_conflicts(plan: Scenario, locale: Locale) -> None:
    from kamsim.reporting import render_text
    from kamsim.reporting.validation import concentration_table, conflict_lines

    typer.echo("\n" + "\n".join(conflict_lines(plan, locale)))
    typer.echo(render_text(concentration_table(plan, locale)))


def _search(result: ValidationResult, tries: int, locale: Locale, progress: Any) -> None:
    """Look for the targets that are out, and watch those that are in."""
    from kamsim.experiments.infeasibility import search
    from kamsim.experiments.targets import TARGETS
    from kamsim.reporting.validation import search_lines

    # A gain takes minutes a try: those are not searched for.
    quick = result.table[[TARGETS[name].build is not None for name in result.table["target"]]]
    if not (quick["verdict"] == "out").any():
        typer.echo(locale.text("search.none"))
        return
    measured = quick.loc[quick["verdict"].isin(["in", "out"]), "target"].tolist()
    found = search(result.scenario, measured, budget=tries, progress=progress)
    typer.echo("\n" + "\n".join(search_lines(found, locale)))


def _write(result: ValidationResult, out: Path) -> None:
    try:
        result.table.to_csv(out, index=False, lineterminator="\n")
    except OSError as caught:
        raise BundleError(f"{out}: cannot be written ({caught.strerror or caught})") from None
