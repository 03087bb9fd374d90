"""A CRM export becomes a portfolio.

What refuses the whole export (one sentence, nothing written), for it makes every figure doubtful: a file
or column that is not there, a file that is no table, an account id that stands twice, money below 0, a
stage without a status, amounts in two currencies without a rate, no account, no dated opportunity.

What rejects a row, kept with its reason in `rejected`: a wrong number of cells, no id or one that stands
above already, no stage, no account or an unknown one, a win without an amount, a closing without a date, an
amount without a currency, and what the mapping leaves out.

What is repaired, and counted: a spelling that the mapping puts right; an optional cell that cannot be read
or is out of its range, taken as missing; so too a parent or owner nobody knows, and an opening after the
closing. Blanks around a cell are taken off without a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.errors import IntakeError
from kamsim.intake.accounts import refuse_doubtful_accounts, settle_accounts, settle_owners
from kamsim.intake.dialect import read_sheet
from kamsim.intake.mapping import ExportMapping, load_mapping
from kamsim.intake.money import unify_currency
from kamsim.intake.opportunities import settle_opportunities
from kamsim.intake.people import People, by_region, describe_people, gather_team, most_won
from kamsim.intake.report import ImportReport, ReportLine, count_rows, describe_faults, describe_files
from kamsim.intake.revenue import Calendar, build_history, describe_money, exact_total, find_calendar
from kamsim.intake.rows import Reading, read_rows
from kamsim.intake.spelling import suspect_spellings
from kamsim.intake.tables import build_accounts, build_table, describe_accounts
from kamsim.schemas import OPPORTUNITIES, REJECTED, TEAM


@dataclass(frozen=True)
class ImportResult:
    """A portfolio made from an export.

    Parameters
    ----------
    portfolio : Portfolio
        Without truth and deals.
    rejected : DataFrame
        REJECTED.
    report : ImportReport
        What was done.
    scenario : Scenario
        The one given, in the portfolio's currency.
    cutoff : Timestamp
        First day after the history.
    facts : dict
        JSON-able remarks for the manifest.
    """

    portfolio: Portfolio
    rejected: pd.DataFrame
    report: ImportReport
    scenario: Scenario
    cutoff: pd.Timestamp
    facts: dict[str, Any]


def read_export(source: Path, mapping: Path, scenario: Scenario) -> ImportResult:
    r"""Read somebody else's CRM export.

    Parameters
    ----------
    source : Path
        A folder of CSV files.
    mapping : Path
        How to read them: see `ExportMapping`, and ``data/mappings`` for two to start from.
    scenario : Scenario
        Gives the currency to convert to where the mapping has rates, and the team's hours, costs and
        ratios where the export says nothing of them.

    Returns
    -------
    ImportResult

    Raises
    ------
    IntakeError
        For what refuses an export: see the module.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "firms.csv").write_text("id,staff\nA,900\nB,20\n")
    >>> _ = (folder / "deals.csv").write_text("id,firm,who,stage,day,amount\n1,A,Ann,Won,2026-02-03,120\n")
    >>> _ = (folder / "mine.toml").write_text('''
    ... currency = "EUR"
    ... revenue_recognition = "at_close"
    ... owner_rule = "most_won"
    ... [segments]
    ... headcount = {strategic = 5000, mid_market = 250}
    ... firm_revenue = {strategic = 1.5e9, mid_market = 5e7}
    ... [accounts]
    ... file = "firms.csv"
    ... columns = {account_id = "id", headcount = "staff"}
    ... [opportunities]
    ... file = "deals.csv"
    ... status = {Won = "won"}
    ... [opportunities.columns]
    ... opportunity_id = "id"
    ... account_id = "firm"
    ... owner_id = "who"
    ... stage = "stage"
    ... closed_on = "day"
    ... amount_eur = "amount"
    ... ''')
    >>> result = read_export(folder, folder / "mine.toml", Scenario.load("saas_midmarket"))
    >>> result.portfolio.accounts[["account_id", "segment", "owner_id", "revenue_eur_per_month"]]
      account_id     segment owner_id  revenue_eur_per_month
    0          A  mid_market      Ann                  120.0
    1          B         smb      NaN                    0.0
    >>> str(result.cutoff.date())
    '2026-03-01'
    """
    source, mapping = Path(source), Path(mapping)
    rules = load_mapping(mapping)
    readings, currency = unify_currency(_read_files(source, rules), rules, scenario.currency)
    accounts, deals, people, calendar = _settle(readings, rules, scenario)
    readings = {**readings, "accounts": accounts, "opportunities": deals}
    firms, booked = list(accounts.accepted().values()), list(deals.accepted().values())
    recognition = rules.revenue_recognition
    history = build_history([firm["account_id"] for firm in firms], booked, calendar, recognition)
    portfolio = Portfolio(
        accounts=build_accounts(firms, booked, history, recognition),
        history=history,
        opportunities=build_table(booked, OPPORTUNITIES),
        team=build_table(people.rows, TEAM),
    )
    counts = count_rows(readings)
    lines = [
        ReportLine("import.source", {"source": source.resolve().name, "mapping": mapping.name}),
        *describe_files(readings),
        *describe_faults(readings),
        *suspect_spellings(readings),
        ReportLine("import.title_money"),
        *currency.describe(scenario.currency),
        *describe_money(deals, history, calendar, recognition),
        *describe_people(people, rules, accounts, deals),
        *describe_accounts(portfolio.accounts, history),
    ]
    facts = {
        "cutoff": calendar.cutoff.isoformat(),
        "currency": currency.code,
        "mapping": mapping.name,
        "owner_rule": rules.owner_rule,
        "revenue_recognition": recognition,
        "won_total": str(exact_total(history)),
        "rows": _rows_by_file(counts),
    }
    return ImportResult(
        portfolio=portfolio,
        rejected=build_table([row for r in readings.values() for row in r.rejected_rows()], REJECTED),
        report=ImportReport(tuple(lines), counts, currency.code),
        scenario=scenario.override({"currency": currency.code}),
        cutoff=pd.Timestamp(calendar.cutoff),
        facts=facts,
    )


def _read_files(source: Path, rules: ExportMapping) -> dict[str, Reading]:
    if not source.is_dir():
        raise IntakeError(f"{source}: not a folder; an export is a folder of CSV files")
    style, readings = rules.format, {}
    for table, part in rules.files().items():
        file = source / part.file
        sheet = read_sheet(file, part.wanted(), encoding=style.encoding, delimiter=style.delimiter)
        readings[table] = read_rows(table, sheet, part, style)
    return readings


def _settle(
    readings: Mapping[str, Reading], rules: ExportMapping, scenario: Scenario
) -> tuple[Reading, Reading, People, Calendar]:
    """Bring accounts, opportunities and people together: references, cut-off, owners."""
    refuse_doubtful_accounts(readings["accounts"])
    accounts = settle_accounts(readings["accounts"], rules.segments)
    deals = settle_opportunities(readings["opportunities"], rules.opportunities, accounts.known_as())
    calendar = find_calendar(deals.accepted().values(), deals.sheet.file)
    listed = readings.get("team")
    names = listed.known_as() if listed is not None else {}
    deals = deals.change("owner_id", {n: names.get(o := row["owner_id"], o) for n, row in deals.rows.items()})
    named = {*_owners(deals).values(), *_owners(accounts).values()}
    segments = [row["segment"] for row in accounts.accepted().values()]
    people = gather_team(listed, named, segments, scenario.coverage)
    if rules.owner_rule == "given":
        return settle_owners(accounts, names, people.aes), deals, people, calendar
    owners = _choose_owners(accounts, deals, people, calendar, rules, scenario)
    chosen = {n: owners.get(row["account_id"]) for n, row in accounts.accepted().items()}
    return accounts.change("owner_id", chosen), deals, people, calendar


def _choose_owners(
    accounts: Reading,
    deals: Reading,
    people: People,
    calendar: Calendar,
    rules: ExportMapping,
    scenario: Scenario,
) -> dict[str, str]:
    """Return the owner by account, under the rules that do not take them from the accounts file."""
    if rules.owner_rule == "by_region":
        return by_region(accounts.accepted().values(), people.aes, scenario.coverage)
    start = pd.Timestamp(calendar.cutoff) - pd.DateOffset(months=rules.owner_window_months)
    return most_won(deals.accepted().values(), people.aes, start.date())


def _owners(reading: Reading) -> dict[int, str]:
    """Return the owners that rows name, by row."""
    return {n: row["owner_id"] for n, row in reading.accepted().items() if row["owner_id"] is not None}


def _rows_by_file(counts: pd.DataFrame) -> dict[str, dict[str, int]]:
    rows: dict[str, dict[str, int]] = {}
    for file, outcome, reason, number in counts.itertuples(index=False):
        if not reason:
            rows.setdefault(file, {})[outcome] = int(number)
    return rows
