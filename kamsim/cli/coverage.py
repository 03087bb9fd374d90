"""The verb `coverage`: what covering a run's portfolio takes, and what more of it would bring."""

from __future__ import annotations

from typing import Annotated

import typer

from kamsim.cli.options import Lang, Run, start


def coverage(
    run: Run,
    quarters: Annotated[int, typer.Option(min=1, metavar="N", help="Quarters of the hiring plan.")] = 8,
    lang: Lang = "en",
) -> None:
    """Plan the coverage: hours, people, hiring, quotas, cut-offs between tiers.

    Sets accounts per AE by the guide beside what hours allow, and says what one more AE is worth.
    """
    from kamsim import reporting, runs
    from kamsim.bundle import read_manifest, read_scenario
    from kamsim.coverage import best_team

    locale, lines = start(lang, 1)
    with lines.stage("coverage"):
        plan = runs.coverage_stage(run, quarters=quarters)
    scenario = read_scenario(run, "coverage")
    currency = scenario.currency
    sizes = plan.team_value
    tables = [
        reporting.hours_ratio_table(plan.ratios, locale),
        reporting.staffing_table(plan.staffing, locale),
        reporting.hiring_table(plan.hiring, locale),
    ]
    if len(plan.quotas):
        tables.append(reporting.quota_table(plan.quotas, locale, currency))
    sentences = [
        reporting.say_month(plan.capacity, plan.workload, locale),
        reporting.say_marginal(plan.marginal, scenario.experiment.months, locale, currency),
        reporting.say_best_team(best_team(sizes), best_team(sizes, "spread_eur"), locale),
        reporting.say_flat(plan.flat_maximum, locale),
        reporting.say_bounds(plan.bounds, locale, currency),
        reporting.say_changes(read_manifest(run, "scores").facts.get("previous"), locale),
        *(locale.text("coverage.remark", table=t, reason=reason) for t, reason in plan.remarks.items()),
    ]
    for table in tables:
        typer.echo(reporting.render_text(table) + "\n")
    for sentence in filter(None, sentences):
        typer.echo(sentence)
