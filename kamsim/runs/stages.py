"""The stages of a run folder, one function each: read what stands upstream, compute, write.

A stage is written whole or not at all (`kamsim.bundle`). It refuses to read an upstream stage that is
out of date, so a chain of stages always belongs together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from kamsim.allocation import AllocationResult, Constraints, allocate, move_frontier
from kamsim.bundle import (
    Format,
    read_manifest,
    read_portfolio,
    read_table,
    write_stage,
)
from kamsim.config import Scenario
from kamsim.coverage import build_book, size_team
from kamsim.experiments import ComparisonResult, compare_policies
from kamsim.intake import ImportResult, read_export
from kamsim.locale import Locale, languages
from kamsim.runs.calibration import read_draws
from kamsim.runs.generation import Progress
from kamsim.runs.quarters import next_tiers
from kamsim.runs.standing import cutoff_of, require_current
from kamsim.scoring import (
    ScoreResult,
    dump_model,
    explain_scores,
    model_card,
    score_accounts,
)
from kamsim.value import believe_values


def import_stage(
    run: Path, source: Path, mapping: Path, scenario: Scenario, *, file_format: Format = "parquet"
) -> ImportResult:
    """Read a CRM export and write stage "portfolio", rejected rows included.

    Parameters
    ----------
    run : Path
        The run folder.
    source : Path
        Folder of the export.
    mapping : Path
        Which column means what (TOML).
    scenario : Scenario
        What the later stages will run with, in the currency that the import settles on.
    file_format : {"parquet", "csv"}

    Returns
    -------
    ImportResult
    """
    result = read_export(source, mapping, scenario)
    tables = {**result.portfolio.tables(), "rejected": result.rejected}
    remarks = {lang: result.report.text(Locale(lang)) for lang in languages()}
    facts = {
        **result.facts,
        "origin": "imported",
        "cutoff": result.cutoff.date().isoformat(),
        "report": remarks,
    }
    files = {f"import_report.{lang}.txt": text for lang, text in remarks.items()}
    write_stage(run, "portfolio", tables, result.scenario, files=files, facts=facts, file_format=file_format)
    return result


def score_stage(run: Path, scenario: Scenario, *, previous: Path | None = None) -> ScoreResult:
    """Score the accounts, put them in tiers, and write stage "scores".

    With a `previous` run, of a quarter before, accounts leave the tier they had there only as
    `reassign_tiers` allows, and a table "tier_changes" says who moved and who was held back.
    """
    portfolio = read_portfolio(run)
    result = score_accounts(
        portfolio.accounts,
        portfolio.history,
        portfolio.opportunities,
        scenario,
        cutoff=cutoff_of(run),
        events=portfolio.events,
    )
    tiers, before = next_tiers(result.scores, scenario.segmentation, cutoff_of(run), previous)
    tables = {
        "scores": result.scores,
        "assessment": result.assessment,
        "explanations": explain_scores(result),
        **tiers,
    }
    facts = {"notes": [asdict(note) for note in result.notes], "verdicts": result.verdicts, **before}
    files = _model_files(result)
    _write(run, "scores", tables, scenario, reads=("portfolio",), facts=facts, files=files)
    return result


def _model_files(result: ScoreResult) -> dict[str, str | bytes]:
    """Make a file and, in every language, a card of each model that was learned."""
    today, files = datetime.now(UTC).date(), dict[str, str | bytes]()
    for name, scored in (("churn", result.churn), ("potential", result.potential)):
        model, assessment = scored.model, scored.check.assessment
        if model is None:
            continue
        files[f"{name}.skops"] = dump_model(model)[1]
        for lang in languages():
            purpose = Locale(lang).text(f"card.purpose_{name}")
            card = model_card(model, assessment, date=today, locale=Locale(lang), purpose=purpose)
            files[f"{name}_card.{lang}.md"] = card
    return files


def value_stage(run: Path, scenario: Scenario) -> pd.DataFrame:
    """Estimate what effort on each account is believed to bring and write stage "values"."""
    require_current(run, "scores")
    portfolio, scores = read_portfolio(run), read_table(run, "scores", "scores")
    values = believe_values(
        portfolio.accounts, portfolio.opportunities, scores, scenario, cutoff=cutoff_of(run)
    )
    _write(run, "values", {"values": values}, scenario, reads=("portfolio", "scores"))
    return values


def allocate_stage(
    run: Path, scenario: Scenario, *, constraints: Path | None = None, frontier: bool = False
) -> AllocationResult:
    """Build the book of business, give the accounts to people by each policy, write stage "allocation".

    Parameters
    ----------
    run : Path
        The run folder; its stages "scores" and "values" must stand and be up to date.
    scenario : Scenario
    constraints : Path, optional
        TOML file of what no plan may do; a copy is kept with the stage.
    frontier : bool
        Find gain against accounts moved, too, and write it as table "frontier".

    Returns
    -------
    AllocationResult
    """
    require_current(run, "scores", "values")
    portfolio = read_portfolio(run)
    book = build_book(
        portfolio.accounts,
        portfolio.opportunities,
        read_table(run, "scores", "scores"),
        read_table(run, "scores", "tiers"),
        read_table(run, "values", "values"),
        scenario.coverage,
    )
    rules = None if constraints is None else Constraints.load(constraints)
    result = allocate(book, portfolio.team, scenario, constraints=rules)
    size = size_team(book, scenario.coverage, portfolio.team).summary()
    people = size.rename(columns={"people": "needed", "in_team": "there"})[["role", "needed", "there"]]
    facts: dict[str, Any] = {"gaps": result.gaps, "team_size": people.to_dict("records")}
    facts["broken"] = result.broken["constraint"].value_counts().sort_index().to_dict()
    tables = {"book": book, "assignment": result.assignment, "moves": result.moves()}
    if frontier:
        tables["frontier"] = move_frontier(result.problem).points
    files: dict[str, str | bytes] = (
        {} if constraints is None else {"constraints.toml": constraints.read_bytes()}
    )
    reads = ("portfolio", "scores", "values")
    _write(run, "allocation", tables, scenario, reads=reads, facts=facts, files=files)
    return result


def simulate_stage(run: Path, scenario: Scenario, *, progress: Progress | None = None) -> ComparisonResult:
    """Play the years forward under each policy, compare, and write stage "simulation".

    With a calibrated scenario every draw has parameters of its own, from stage "calibration".

    Parameters
    ----------
    run : Path
        The run folder; its stage "allocation" must stand and be up to date.
    scenario : Scenario
    progress : callable, optional
        Called with replications done and replications in all.

    Returns
    -------
    ComparisonResult
    """
    require_current(run, "scores", "allocation")
    assignment = read_table(run, "allocation", "assignment")
    parameters = read_draws(run, scenario)
    result = compare_policies(
        read_portfolio(run),
        read_table(run, "allocation", "book"),
        read_table(run, "scores", "scores"),
        assignment,
        scenario,
        cutoff=cutoff_of(run),
        gaps=read_manifest(run, "allocation").facts.get("gaps"),
        parameters=parameters,
        progress=progress and _overall(progress, assignment["policy"].nunique()),
    )
    tables = {
        "periods": result.periods,
        "comparison": result.comparison,
        "key_figures": result.key_figures,
    }
    if result.selection is not None:
        tables["selection"] = result.selection.trace
    reads = ("portfolio", "scores", "allocation", *(() if parameters is None else ("calibration",)))
    _write(run, "simulation", tables, scenario, reads=reads, facts=result.facts())
    return result


def _write(
    run: Path,
    stage: str,
    tables: dict[str, pd.DataFrame],
    scenario: Scenario,
    *,
    reads: tuple[str, ...],
    facts: dict[str, Any] | None = None,
    files: dict[str, str | bytes] | None = None,
) -> None:
    file_format = read_manifest(run, "portfolio").format
    write_stage(run, stage, tables, scenario, inputs=reads, files=files, facts=facts, file_format=file_format)


def _overall(progress: Progress, policies: int) -> Callable[[str, int, int], None]:
    """Turn progress policy by policy into progress of the whole.

    Beyond the first round of all policies nobody knows how much more there will be: the whole grows with it.
    """
    playing, done_now, wanted_now, before, expected = "", 0, 0, 0, 0

    def tell(policy: str, done: int, wanted: int) -> None:
        nonlocal playing, done_now, wanted_now, before, expected
        if policy != playing or done <= done_now:
            before, playing, wanted_now = before + wanted_now, policy, wanted
            expected = expected or policies * wanted
        done_now = done
        progress(before + done, max(expected, before + wanted))

    return tell
