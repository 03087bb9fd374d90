"""Verbs that make a portfolio: `import` and `generate`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from kamsim.cli.options import Format_, Lang, Out, Scenario_, Seed, Settings, TableFormat, overrides_of, start


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

    locale, lines = start(lang, 1)
    plan = runs.scenario_for_run(scenario, None, overrides_of(settings, seed))
    with lines.stage("portfolio"):
        result = runs.import_stage(out, source, mapping, plan, file_format=file_format.value)
    typer.echo(result.report.text(locale), nl=False)


def generate(
    out: Out,
    scenario: Scenario_ = "saas_midmarket",
    accounts: Annotated[int | None, typer.Option(metavar="N", help="Accounts in the portfolio.")] = None,
    months: Annotated[
        int | None, typer.Option(metavar="M", help="Months of history before the cut-off, 24 or more.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Threads, one a processor unless told; changes no result."),
    ] = None,
    file_format: Format_ = TableFormat.PARQUET,
    settings: Settings = None,
    seed: Seed = None,
    lang: Lang = "en",
) -> None:
    """Make a synthetic portfolio.

    Accounts and their people, history, opportunities and team, and apart from them the truth that no policy
    may see.
    """
    from kamsim import runs

    locale, lines = start(lang, 1)
    size = {"portfolio.accounts": accounts, "portfolio.history_months": months}
    plan = runs.scenario_for_run(scenario, None, overrides_of(settings, seed, size))
    clock = time.perf_counter()
    with lines.stage("portfolio") as progress:
        made = runs.generate_stage(
            out, plan, workers=workers, file_format=file_format.value, progress=progress
        )
    counts = {name: locale.number(made.rows.get(name, 0)) for name in ("opportunities", "team")}
    typer.echo(
        locale.text(
            "cli.generated",
            accounts=locale.number(made.accounts),
            customers=locale.number(made.customers),
            revenue=locale.money(made.revenue_eur_per_month, plan.currency, compact=True),
            months=locale.number(plan.portfolio.history_months),
            rows=locale.number(made.all_rows),
            seconds=locale.number(time.perf_counter() - clock, 1),
            **counts,
        )
    )
