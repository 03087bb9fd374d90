"""Rows of one file under one mapping: what each cell says in our terms, and what is wrong with a row.

A fault either rejects its row (it goes to `rejected`, with the reason) or repairs it (a spelling put
right by the mapping, an optional cell that cannot be read taken as missing). Every row of a file is
accepted or rejected, none is lost; a repaired row is an accepted one. What makes the whole file
doubtful refuses it with an `IntakeError` instead: see `kamsim.intake.export`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from kamsim.errors import IntakeError
from kamsim.intake.dialect import Sheet
from kamsim.intake.mapping import FIELDS, NEEDED, FileMapping, TextFormat
from kamsim.intake.values import read_date, read_flag, read_number
from kamsim.schemas import DATE, NUMBER, OPTIONAL_FLAG, OPTIONAL_WHOLE, WHOLE, Column

Row: TypeAlias = dict[str, Any]
"""Our columns of one row: text, `Decimal`, `date` or bool, None where nothing (readable) stands."""

REASONS = {
    "left_out": "left out by the mapping",
    "ragged": "number of cells differs from the header's",
    "no_key": "no id",
    "duplicate_key": "id stands in an earlier row",
    "no_currency": "an amount without a currency",
    "no_stage": "no stage",
    "no_account": "no account",
    "unknown_account": "account is not in the accounts file",
    "won_without_amount": "won without a readable amount",
    "closed_without_date": "closed without a readable date",
}
"""Why a row is rejected, by code, as `rejected.reason` says it."""


class Fault(NamedTuple):
    """One thing wrong with one row: rejecting it, or repaired."""

    row: int
    column: str
    code: str
    found: str = ""
    meant: str = ""
    rejects: bool = False


@dataclass(frozen=True)
class Reading:
    """One file in our terms: all of its rows by number, and what is wrong with them.

    A row holds every column of its table, whether the file has it or not. Changes make copies.
    """

    table: str
    sheet: Sheet
    rules: FileMapping
    rows: Mapping[int, Row]
    faults: tuple[Fault, ...] = ()

    @property
    def key(self) -> str:
        """Return the column that names a row."""
        return NEEDED[self.table][0]

    def rejected(self) -> dict[int, str]:
        """Return the code of the first rejecting fault, by row."""
        first: dict[int, str] = {}
        for fault in self.faults:
            if fault.rejects:
                first.setdefault(fault.row, fault.code)
        return dict(sorted(first.items()))

    def accepted(self) -> dict[int, Row]:
        """Return the rows that count."""
        rejected = self.rejected()
        return {number: row for number, row in self.rows.items() if number not in rejected}

    def repairs(self) -> list[Fault]:
        """Return the repairs in rows that count."""
        rejected = self.rejected()
        return [fault for fault in self.faults if not fault.rejects and fault.row not in rejected]

    def known_as(self) -> dict[str, str]:
        """Return the id by what may stand for it: the id itself, or a name that only one row bears."""
        rows = list(self.accepted().values())
        times = Counter(row["name"] for row in rows)
        by_name = {row["name"]: row[self.key] for row in rows if row["name"] and times[row["name"]] == 1}
        return by_name | {row[self.key]: row[self.key] for row in rows}

    def reject(self, codes: Mapping[int, str]) -> Reading:
        """Return a copy in which these rows are rejected, each for its reason."""
        faults = [Fault(row, "", code, rejects=True) for row, code in codes.items()]
        return replace(self, faults=(*self.faults, *faults))

    def change(self, column: str, values: Mapping[int, Any]) -> Reading:
        """Return a copy with other values in a column, by row; no fault is noted."""
        rows = {n: row | {column: values[n]} if n in values else row for n, row in self.rows.items()}
        return replace(self, rows=rows)

    def blank(self, rows: Iterable[int], column: str, code: str) -> Reading:
        """Return a copy in which these cells are missing, noted as repairs."""
        gone: dict[int, None] = dict.fromkeys(rows)
        name = self.rules.their_name(column)
        faults = [Fault(row, name, code, str(self.rows[row][column])) for row in gone]
        return replace(self.change(column, gone), faults=(*self.faults, *faults))

    def rejected_rows(self) -> list[Row]:
        """Return the rejected rows as rows of the REJECTED table."""
        return [
            {
                "source": self.sheet.file,
                "row": number,
                "reason": REASONS[code],
                "amount_eur": self.rows[number].get("amount_eur"),
                "content": self.sheet.content(number),
            }
            for number, code in self.rejected().items()
        ]


def read_rows(table: str, sheet: Sheet, rules: FileMapping, style: TextFormat) -> Reading:
    """Read the mapped columns of a file.

    Parameters
    ----------
    table : str
        One of `FIELDS`.
    sheet : Sheet
        The file as text.
    rules : FileMapping
        Its columns, constants, repairs and factors.
    style : TextFormat
        How numbers and dates are written.

    Returns
    -------
    Reading
        Ragged rows, rows that the mapping leaves out, and rows without an id or with one that stands
        above are rejected.

    Raises
    ------
    IntakeError
        For money below 0.
    """
    faults = _rows_out_of_hand(sheet, rules)
    rows: dict[int, Row] = {number: dict.fromkeys(FIELDS[table]) for number in sheet.rows}
    for name in [*rules.columns, *rules.constants]:
        for number, value, found in _read_column(sheet, rules, name, FIELDS[table][name], style):
            rows[number][name] = value
            faults += found
    reading = Reading(table, sheet, rules, rows, tuple(faults))
    keyless = [n for n, row in reading.accepted().items() if row[reading.key] is None]
    reading = reading.reject(dict.fromkeys(keyless, "no_key"))
    reading = reading.reject(dict.fromkeys(_second_ones(reading), "duplicate_key"))
    _refuse_negative_money(reading)
    return reading


def is_money(field: Column) -> bool:
    """Tell whether a column holds amounts of money."""
    return field.unit.startswith("EUR")


def _rows_out_of_hand(sheet: Sheet, rules: FileMapping) -> list[Fault]:
    """Reject the rows that need no reading: ragged, or left out by the mapping."""
    faults = [Fault(number, "", "ragged", rejects=True) for number in sheet.ragged()]
    for column, words in rules.leave_out.items():
        out = [number for number in sheet.rows if sheet.cell(number, column) in words]
        faults += [Fault(number, column, "left_out", rejects=True) for number in out]
    return faults


def _read_column(
    sheet: Sheet, rules: FileMapping, name: str, field: Column, style: TextFormat
) -> Iterable[tuple[int, Any, list[Fault]]]:
    """Yield row, value and faults of one column of ours; each distinct text is read once."""
    spelling, theirs = rules.spelling.get(name, {}), rules.their_name(name)
    factor, ragged = rules.factors.get(name, Decimal(1)), set(sheet.ragged())
    known: dict[str, tuple[Any, str]] = {}
    for number in sheet.rows:
        if number in ragged:  # its cells may have slid under other headings
            continue
        found = sheet.cell(number, theirs) if name in rules.columns else rules.constants[name]
        meant = spelling.get(found, found)
        if meant not in known:
            known[meant] = _read_cell(meant, field, style, factor)
        value, code = known[meant]
        faults = [Fault(number, theirs, "spelling", found, meant)] if meant != found else []
        yield number, value, [*faults, Fault(number, theirs, code, found)] if code else faults


def _read_cell(text: str, field: Column, style: TextFormat, factor: Decimal) -> tuple[Any, str]:
    """Return the value of a cell, and the code of its fault."""
    if not text or text in style.missing:
        return None, ""
    if field.dtype == DATE:
        day = read_date(text, style.dates)
        return day, "" if day else "unreadable"
    if field.dtype == OPTIONAL_FLAG:
        flag = read_flag(text)
        return flag, "unreadable" if flag is None else ""
    if field.dtype in (NUMBER, WHOLE, OPTIONAL_WHOLE):
        number = read_number(text, decimal=style.decimal, thousands=style.thousands, signs=style.signs)
        return _scaled(number, field, factor)
    if field.one_of and text not in field.one_of:
        return None, "unknown_value"
    return text, ""


def _scaled(number: Decimal | None, field: Column, factor: Decimal) -> tuple[Decimal | None, str]:
    if number is None or (field.dtype != NUMBER and number * factor % 1):
        return None, "unreadable"
    number *= factor
    low, high = field.at_least, field.at_most
    inside = (low is None or number >= low) and (high is None or number <= high)
    # Money below 0 is no slip of one cell: it refuses the file later.
    return (number, "") if inside or is_money(field) else (None, "out_of_range")


def _second_ones(reading: Reading) -> list[int]:
    """Return the rows whose id stands in an earlier row."""
    seen: set[str] = set()
    second = []
    for number, row in reading.accepted().items():
        if row[reading.key] in seen:
            second.append(number)
        seen.add(row[reading.key])
    return second


def _refuse_negative_money(reading: Reading) -> None:
    theirs, key = reading.rules.their_name, reading.key
    columns = [name for name, field in FIELDS[reading.table].items() if is_money(field)]
    for number, row in reading.accepted().items():
        for name in columns:
            if row[name] is not None and row[name] < 0:
                raise IntakeError(
                    f"{reading.sheet.file} row {number}: {theirs(name)} must be >= 0, got {row[name]}"
                    f" ({theirs(key)} {row[key]!r})"
                )
