"""The import report: what came in, what became of it, and by which rules, as lines of a catalogue.

A line is a key and its details; the words stand in the message catalogue under ``import``, so that the
report speaks the reader's language.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias, get_args

import pandas as pd

from kamsim.intake.mapping import Status
from kamsim.intake.rows import Reading
from kamsim.locale import Locale

Value: TypeAlias = str | int | float | Decimal | date | tuple[str, ...]

LONGEST_LIST = 12
"""Names beyond this many are counted instead of listed."""


@dataclass(frozen=True)
class ReportLine:
    """One line: the key of its text and the details that the text wants.

    A whole number is a count, a `Decimal` is money, a float is a share, a tuple is a list of names.
    """

    key: str
    details: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Parameters
    ----------
    items : tuple of ReportLine
        In the order in which they are to be read.
    counts : DataFrame
        See `frame`.
    currency : str
        Of all money in the lines.

    Examples
    --------
    >>> counts = pd.DataFrame({"file": ["a.csv"], "outcome": ["in"], "reason": [""], "rows": [3]})
    >>> ImportReport((), counts, "EUR").frame()
        file outcome reason  rows
    0  a.csv      in            3
    """

    items: tuple[ReportLine, ...]
    counts: pd.DataFrame
    currency: str

    def frame(self) -> pd.DataFrame:
        """Return rows by file, outcome (in, accepted, repaired, rejected) and reason.

        Of a file, `in` = `accepted` + all `rejected`; a repaired row is an accepted one, and may count
        under several reasons; the empty reason is the number of rows.
        """
        return self.counts.copy()

    def text(self, locale: Locale) -> str:
        """Write the report in the reader's language."""
        lines = []
        for item in self.items:
            words = {name: self._write(value, locale) for name, value in item.details.items()}
            title = item.key.startswith("import.title")
            text = locale.text(item.key, **words)
            lines.append(f"\n{text}" if title else f"- {text}")
        return "\n".join(lines).lstrip("\n") + "\n"

    def _write(self, value: Value, locale: Locale) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, tuple):
            names = locale.text("format.list_separator").join(value[:LONGEST_LIST])
            more = len(value) - LONGEST_LIST
            return (
                names if more <= 0 else locale.text("import.and_more", names=names, rows=locale.number(more))
            )
        if isinstance(value, date):
            return locale.date(value)
        if isinstance(value, Decimal):
            exponent = value.normalize().as_tuple().exponent
            digits = max(0, -exponent) if isinstance(exponent, int) else 0
            return locale.money(float(value), self.currency, digits=digits)
        return locale.percent(value, digits=1) if isinstance(value, float) else locale.number(value)


def count_rows(readings: Mapping[str, Reading]) -> pd.DataFrame:
    """Count the rows of each file by outcome and reason (see `ImportReport.frame`)."""
    counts: list[tuple[str, str, str, int]] = []
    for reading in readings.values():
        file, rejected = reading.sheet.file, reading.rejected()
        repaired = {(fault.code, fault.row) for fault in reading.repairs()}
        counts.append((file, "in", "", len(reading.rows)))
        counts.append((file, "accepted", "", len(reading.rows) - len(rejected)))
        counts.append((file, "repaired", "", len({row for _, row in repaired})))
        by_repair = Counter(code for code, _ in repaired)
        counts += [(file, "repaired", code, rows) for code, rows in sorted(by_repair.items())]
        counts.append((file, "rejected", "", len(rejected)))
        by_reason = Counter(rejected.values())
        counts += [(file, "rejected", code, rows) for code, rows in sorted(by_reason.items())]
    return pd.DataFrame(counts, columns=["file", "outcome", "reason", "rows"])


def describe_files(readings: Mapping[str, Reading]) -> list[ReportLine]:
    """Say per file what came in, how it was written and which columns were not used."""
    lines = [ReportLine("import.title_files")]
    for reading in readings.values():
        sheet, rejected = reading.sheet, reading.rejected()
        rows: dict[str, Value] = {
            "file": sheet.file,
            "rows": len(reading.rows),
            "accepted": len(reading.rows) - len(rejected),
            "repaired": len({fault.row for fault in reading.repairs()}),
            "rejected": len(rejected),
        }
        lines.append(ReportLine("import.rows", rows))
        if (sheet.encoding, sheet.delimiter) != ("utf-8", ","):
            mark = {"\t": "TAB"}.get(sheet.delimiter, sheet.delimiter)
            written = {"file": sheet.file, "encoding": sheet.encoding, "delimiter": mark}
            lines.append(ReportLine("import.dialect", written))
        unused = tuple(name for name in sheet.header if name and name not in reading.rules.wanted())
        if unused:
            lines.append(ReportLine("import.unused", {"file": sheet.file, "columns": unused}))
    return lines


def describe_faults(readings: Mapping[str, Reading]) -> list[ReportLine]:
    """Say what was rejected and what was repaired, by reason, with an example of each."""
    lines = []
    for reading in readings.values():
        lines += [*_describe_rejects(reading), *_describe_repairs(reading)]
    return [ReportLine("import.title_faults"), *(lines or [ReportLine("import.no_faults")])]


def _describe_rejects(reading: Reading) -> list[ReportLine]:
    file, rejected = reading.sheet.file, reading.rejected()
    by_reason = sorted(Counter(rejected.values()).items())
    lines = [ReportLine(f"import.rejected_{code}", {"file": file, "rows": rows}) for code, rows in by_reason]
    times = Counter(reading.rows[number].get("status") for number in rejected)
    by_status = {status: times[status] for status in get_args(Status)}
    if any(by_status.values()):
        lines.append(ReportLine("import.rejected_by_status", {"file": file, **by_status}))
    return lines


def _describe_repairs(reading: Reading) -> list[ReportLine]:
    file, lines, found = reading.sheet.file, [], defaultdict(list)
    for fault in reading.repairs():
        words = (fault.found, fault.meant) if fault.code == "spelling" else ()
        found[fault.code, fault.column, words].append(fault)
    for (code, column, _), faults in sorted(found.items()):
        example = min(faults, key=lambda fault: fault.found)
        what: dict[str, Value] = {"file": file, "column": column, "rows": len(faults), "found": example.found}
        meant = {"meant": example.meant} if code == "spelling" else {}
        lines.append(ReportLine(f"import.repaired_{code}", {**what, **meant}))
    return lines
