"""Opportunities: their status, their account, and which of them can be believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from kamsim.errors import IntakeError, unknown_name
from kamsim.intake.mapping import OpportunityMapping
from kamsim.intake.rows import Reading, Row


def settle_opportunities(reading: Reading, rules: OpportunityMapping, known: Mapping[str, str]) -> Reading:
    """Complete the opportunities and reject those that cannot be booked.

    Parameters
    ----------
    reading : Reading
        The opportunities file.
    rules : OpportunityMapping
        Says what status each stage means.
    known : mapping of str to str
        Account id by id or name.

    Returns
    -------
    Reading
        Rejected: no stage, no or an unknown account, won without an amount, closed without a date.
        Repaired: an opening date after the closing date is taken as missing. The closing date of an open
        opportunity is a hope and no event; it is dropped.

    Raises
    ------
    IntakeError
        For a stage that the mapping gives no status: it could be a win.
    """
    _refuse_unknown_stages(reading, rules)
    settled = reading.change(
        "status", {n: rules.status.get(row[rules.status_column]) for n, row in reading.rows.items()}
    )
    hoped = [n for n, row in settled.rows.items() if row["status"] == "open"]
    settled = settled.change("closed_on", dict.fromkeys(hoped))
    wrong = {n: _what_is_wrong(row, known) for n, row in settled.accepted().items()}
    settled = settled.reject({n: code for n, code in wrong.items() if code})
    accounts = {n: known[row["account_id"]] for n, row in settled.accepted().items()}
    settled = settled.change("account_id", accounts)
    late = [n for n, row in settled.accepted().items() if _opened_after_closing(row)]
    return settled.blank(late, "opened_on", "opened_after_closing")


def _what_is_wrong(row: Row, known: Mapping[str, str]) -> str:
    """Return the code of what forbids to book an opportunity, nothing if it can be booked."""
    if row["status"] is None:
        return "no_stage"
    if row["account_id"] is None:
        return "no_account"
    if row["account_id"] not in known:
        return "unknown_account"
    if row["status"] == "won" and row["amount_eur"] is None:
        return "won_without_amount"
    if row["status"] != "open" and row["closed_on"] is None:
        return "closed_without_date"
    return ""


def _opened_after_closing(row: Row) -> bool:
    opened, closed = row["opened_on"], row["closed_on"]
    return opened is not None and closed is not None and bool(opened > closed)


def _refuse_unknown_stages(reading: Reading, rules: OpportunityMapping) -> None:
    rows = Counter(row[rules.status_column] for row in reading.accepted().values())
    for stage in sorted(name for name in rows if name is not None and name not in rules.status):
        raise IntakeError(
            f"{reading.sheet.file}: {unknown_name('stage', stage, rules.status)} (rows: {rows[stage]});"
            " the mapping's opportunities.status must say whether it is open, won or lost"
        )
