"""The command line: one verb a stage of a run folder, `run` for all of them, and the notebooks.

Heavy modules load inside the verbs, so that help comes at once. What a user can mend ends as one
sentence and exit code 2; the texts of results come from the message catalogue.
"""

from __future__ import annotations

import sys
import warnings
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

import kamsim
from kamsim.errors import KamsimError, SmallSampleWarning

if TYPE_CHECKING:
    from kamsim.config import Scenario
    from kamsim.experiments import ComparisonResult
    from kamsim.locale import Locale
    from kamsim.runs import StageLines

HELP = """Key-account coverage: who should cover which account, and what that is worth.

A run folder holds one subfolder per stage. `kamsim run` does them all; the other verbs do one each, and
every verb finds in the run folder what the verbs before it wrote there:

\b
  import | generate > score > allocate > simulate > report

Start with:

\b
  kamsim run --out runs/first
  kamsim import EXPORT --mapping data/mappings/maven.toml --out runs/mine
  kamsim run --data runs/mine --out runs/mine
"""


class OneSentence(TyperGroup):
    """Ends an error that a user can mend with one sentence and exit code 2, and Ctrl-C with 130."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("always", SmallSampleWarning)
                warnings.showwarning = _show_warning
                return super().invoke(ctx)
        except KamsimError as caught:
            typer.echo(f"error: {' '.join(str(caught).split())}", err=True)
            raise typer.Exit(2) from None
        except KeyboardInterrupt:
            typer.echo("interrupted", err=True)
            raise typer.Exit(130) from None


class TableFormat(StrEnum):
    """How tables are written."""

    PARQUET = "parquet"
    CSV = "csv"


STYLE: dict[str, Any] = {"no_args_is_help": True, "add_completion": False, "rich_markup_mode": None}
app = typer.Typer(cls=OneSentence, help=HELP, pretty_exceptions_enable=False, **STYLE)
notebook_app = typer.Typer(help="List, describe and run the notebooks.", **STYLE)
app.add_typer(notebook_app, name="notebook")

Run = Annotated[Path, typer.Argument(metavar="RUN", help="The run folder.")]
Out = Annotated[
    Path, typer.Option(metavar="DIR", help="The run folder to write; stages of an earlier run are replaced.")
]
Scenario_ = Annotated[
    str, typer.Option("--scenario", metavar="NAME", help="A preset (`kamsim presets`), or a TOML file.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY.PATH=VALUE", help="Change one setting of the scenario; may be repeated."
    ),
]
Seed = Annotated[
    int | None, typer.Option(min=0, metavar="N", help="Root of all luck in this step and the next.")
]
Lang = Annotated[str, typer.Option(envvar="KAMSIM_LANG", metavar="en|fr", help="Language of the output.")]
Format_ = Annotated[TableFormat, typer.Option("--format", help="How the tables of the run are written.")]


@app.callback(invoke_without_command=True)
def _top(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    if version:
        typer.echo(f"kamsim {kamsim.__version__}")
        raise typer.Exit


@app.command()
def run(
    out: Out,
    scenario: Annotated[
        str | None,
        typer.Option(help="A preset or a TOML file; saas_midmarket, or what --data was made with."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(metavar="BUNDLE", help="Run folder with a portfolio, instead of generating one."),
    ] = None,
    settings: Settings = None,
    seed: Seed = None,
    lang: Lang = "en",
) -> None:
    """Do all steps, from portfolio to report.

    The steps are portfolio, scores, values, allocation, simulation and report. The run folder changes
    only when all of them are done.
    """
    from kamsim import runs
    from kamsim.reporting import write_report

    locale, lines = _start(lang, 6)
    plan = runs.scenario_for_run(scenario, data, _overrides(settings, seed))
    with runs.whole_run(out) as aside:
        with lines.stage("portfolio"):
            if data is None:
                runs.generate_stage(aside, plan)
            else:
                runs.adopt_portfolio(data, aside)
        with lines.stage("scores"):
            runs.score_stage(aside, plan)
        _allocate(aside, plan, lines)
        with lines.stage("simulation") as progress:
            result = runs.simulate_stage(aside, plan, progress=progress)
        with lines.stage("report"):
            report = out / write_report(aside, locale).relative_to(aside)
    _show_comparison(result, plan, locale)
    typer.echo(locale.text("cli.report_written", path=report))


@app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="Folder of the CRM export.")],
    mapping: Annotated[
        Path, typer.Option(metavar="FILE", help="Which column means what (TOML); see data/mappings.")
    ],
    out: Out,
    scenario: Scenario_ = "saas_midmarket",
    file_format: Format_ = TableFormat.PARQUET,
    settings: Settings = None,
    seed: Seed = None,
    lang: Lang = "en",
) -> None:
    """Read a CRM export into a run folder.

    Ends with a report of what became of its rows and its money.
    """
    from kamsim import runs

    locale, lines = _start(lang, 1)
    plan = runs.scenario_for_run(scenario, None, _overrides(settings, seed))
    with lines.stage("portfolio"):
        result = runs.import_stage(out, source, mapping, plan, file_format=file_format.value)
    typer.echo(result.report.text(locale), nl=False)


@app.command()
def generate(
    out: Out,
    scenario: Scenario_ = "saas_midmarket",
    accounts: Annotated[int | None, typer.Option(metavar="N", help="Accounts in the portfolio.")] = None,
    months: Annotated[int | None, typer.Option(metavar="M", help="Months of history.")] = None,
    file_format: Format_ = TableFormat.PARQUET,
    settings: Settings = None,
    seed: Seed = None,
    lang: Lang = "en",
) -> None:
    """Make a synthetic portfolio.

    Accounts, history, opportunities and team, and apart from them the truth that no policy may see.
    """
    from kamsim import runs

    locale, lines = _start(lang, 1)
    size = {"portfolio.accounts": accounts, "portfolio.history_months": months}
    plan = runs.scenario_for_run(scenario, None, _overrides(settings, seed, size))
    with lines.stage("portfolio"):
        portfolio = runs.generate_stage(out, plan, file_format=file_format.value)
    counts = {name: locale.number(len(table)) for name, table in portfolio.tables().items()}
    typer.echo(locale.text("cli.generated", **counts, months=plan.portfolio.history_months))


@app.command()
def score(run: Run, settings: Settings = None, seed: Seed = None, lang: Lang = "en") -> None:
    """Score the accounts and put them in tiers.

    Potential over 3 years and churn within 12 months, each with a baseline beside it.
    """
    from kamsim import runs
    from kamsim.reporting import assessment_table, render_text

    locale, lines = _start(lang, 1)
    plan = runs.scenario_for(run, "scores", _overrides(settings, seed))
    with lines.stage("scores"):
        result = runs.score_stage(run, plan)
    typer.echo(render_text(assessment_table(result.assessment, locale)))


@app.command()
def allocate(
    run: Run,
    policy: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A policy to compare, beside the baseline; may be repeated."),
    ] = None,
    settings: Settings = None,
    seed: Seed = None,
    lang: Lang = "en",
) -> None:
    """Give the accounts to people, by each policy.

    Estimates first what effort on each account is believed to bring.
    """
    from kamsim import runs

    locale, lines = _start(lang, 2)
    overrides = _overrides(settings, seed)
    plan = runs.scenario_for(run, "values", overrides)
    if policy:
        chosen = list(dict.fromkeys([plan.experiment.baseline, *policy]))
        plan = runs.scenario_for(run, "values", {**overrides, "allocation.policies": chosen})
    result = _allocate(run, plan, lines)
    _show_allocation(result.assignment, result.gaps, locale)


@app.command()
def simulate(run: Run, settings: Settings = None, seed: Seed = None, lang: Lang = "en") -> None:
    """Play the years forward and compare the policies.

    Every policy meets the same luck, so that differences are surer than the figures themselves.
    """
    from kamsim import runs

    locale, lines = _start(lang, 1)
    plan = runs.scenario_for(run, "simulation", _overrides(settings, seed))
    with lines.stage("simulation") as progress:
        result = runs.simulate_stage(run, plan, progress=progress)
    _show_comparison(result, plan, locale)


@app.command()
def report(run: Run, settings: Settings = None, seed: Seed = None, lang: Lang = "en") -> None:
    """Write the report of a run folder as one HTML file."""
    from kamsim import runs
    from kamsim.reporting import write_report

    locale, lines = _start(lang, 1)
    runs.scenario_for(run, "report", _overrides(settings, seed))
    with lines.stage("report"):
        path = write_report(run, locale)
    typer.echo(locale.text("cli.report_written", path=path))


@app.command()
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


@notebook_app.command("list")
def list_notebooks() -> None:
    """List the notebooks by name."""
    from kamsim import runs

    for notebook in runs.list_notebooks():
        typer.echo(f"{notebook.name}  {notebook.title}")


@notebook_app.command("show")
def show_notebook(name: Annotated[str, typer.Argument(metavar="NAME", help="Name or path.")]) -> None:
    """Show the parameters of a notebook."""
    from kamsim import runs

    notebook = runs.read_notebook(runs.find_notebook(name))
    typer.echo(notebook.title)
    for p in notebook.parameters.values():
        rule = f" ({p.rule()})" if p.rule() else ""
        typer.echo(f"  {p.name}: {p.kind.__name__} = {p.default!r}  {p.help}{rule}")


@notebook_app.command("run")
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


def main() -> None:
    """Run the command ``kamsim``."""
    app()


def _start(lang: str, stages: int) -> tuple[Locale, StageLines]:
    from kamsim.locale import Locale
    from kamsim.runs import StageLines

    locale = Locale(lang)
    return locale, StageLines(stages, locale, sys.stderr)


def _overrides(
    settings: list[str] | None, seed: int | None, more: dict[str, Any] | None = None
) -> dict[str, Any]:
    from kamsim.config import parse_overrides

    own = {"seed": seed, **(more or {})}
    return parse_overrides(settings or []) | {key: value for key, value in own.items() if value is not None}


def _allocate(run: Path, plan: Scenario, lines: StageLines) -> Any:
    from kamsim import runs

    with lines.stage("values"):
        runs.value_stage(run, plan)
    with lines.stage("allocation"):
        return runs.allocate_stage(run, plan)


def _show_comparison(result: ComparisonResult, plan: Scenario, locale: Locale) -> None:
    from kamsim.reporting import comparison_table, render_text

    months, confidence = plan.experiment.months, plan.experiment.confidence
    table = comparison_table(result.comparison, locale, plan.currency, months=months, confidence=confidence)
    typer.echo(render_text(table))


def _show_allocation(assignment: Any, gaps: dict[str, float], locale: Locale) -> None:
    for policy, rows in assignment.groupby("policy", sort=False):
        text = {"policy": locale.policy(policy), "people": locale.number(rows["rep_id"].nunique())}
        text |= {"accounts": locale.number(len(rows)), "moved": locale.number(rows["moved"].sum())}
        line = locale.text("cli.allocated", **text)
        gap = locale.text("cli.gap", gap=locale.percent(gaps[policy], 2)) if policy in gaps else ""
        typer.echo(f"{line}{gap}")


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    back = "\r\x1b[K" if sys.stderr.isatty() else ""
    typer.echo(f"{back}warning: {message}", err=True)
