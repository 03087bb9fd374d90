"""Currencies: one for the whole portfolio, by stated rates, or not at all.

An export in one currency stays in it unless the mapping gives its rate. One in several currencies needs
a rate for each of them: amounts of different currencies are never added up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from kamsim.errors import IntakeError
from kamsim.intake.mapping import FIELDS, ExportMapping
from kamsim.intake.report import ReportLine
from kamsim.intake.rows import Reading, Row, is_money

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Currency:
    """The portfolio's currency, and what one unit of each currency found is worth in it."""

    code: str
    rates: Mapping[str, Decimal]

    def describe(self, preset: str) -> list[ReportLine]:
        """Say which currency the money is in, and how it came to be so."""
        if self.rates:
            pairs = self.rates.items()
            rates = tuple(f"1 {found} = {rate.normalize():f} {self.code}" for found, rate in pairs)
            return [ReportLine("import.currency_converted", {"currency": self.code, "rates": rates})]
        if self.code == preset:
            return [ReportLine("import.currency", {"currency": self.code})]
        return [ReportLine("import.currency_parity", {"currency": self.code, "preset": preset})]


def unify_currency(
    readings: Mapping[str, Reading], mapping: ExportMapping, preset: str
) -> tuple[dict[str, Reading], Currency]:
    """Bring all money into one currency.

    Parameters
    ----------
    readings : mapping of str to Reading
        By table.
    mapping : ExportMapping
        Holds the single currency, and the rates to the preset's.
    preset : str
        Currency of the scenario.

    Returns
    -------
    readings : dict of str to Reading
        With money in the portfolio's currency, rounded to cents where converted; rows that hold money in
        no known currency are rejected.
    currency : Currency

    Raises
    ------
    IntakeError
        When there are amounts in two currencies, or rates, and one currency has no rate.
    """
    judged, found = {}, set()
    for table, reading in readings.items():
        rows = [(n, row) for n, row in reading.accepted().items() if _holds_money(row, table)]
        codes = {n: _code(row, mapping.currency) for n, row in rows}
        judged[table] = reading.reject({n: "no_currency" for n, code in codes.items() if not code})
        found |= {code for code in codes.values() if code}
    currency = _choose(sorted(found), mapping, preset)
    return {t: _convert(reading, mapping.currency, currency) for t, reading in judged.items()}, currency


def _code(row: Row, single: str | None) -> str:
    """Return the currency of a row, nothing where it is no code."""
    code = row.get("currency") or single or ""
    return code if re.fullmatch("[A-Z]{3}", code) else ""


def _holds_money(row: Row, table: str) -> bool:
    return any(row[name] is not None for name in _money_columns(table))


def _money_columns(table: str) -> list[str]:
    return [name for name, field in FIELDS[table].items() if is_money(field)]


def _choose(found: Sequence[str], mapping: ExportMapping, preset: str) -> Currency:
    if not mapping.rates and len(found) <= 1:
        return Currency(found[0] if found else mapping.currency or preset, {})
    for code in found:
        if code != preset and code not in mapping.rates:
            raise IntakeError(
                f"amounts in {', '.join(found)}, and no rate from {code} to {preset}:"
                f" the mapping must give rates.{code}"
            )
    return Currency(preset, {code: mapping.rates.get(code, Decimal(1)) for code in found})


def _convert(reading: Reading, single: str | None, currency: Currency) -> Reading:
    """Convert all rows, rejected ones too so that their money can be told; what has no rate is no money."""
    rates = currency.rates or {currency.code: Decimal(1)}
    held = [(n, row) for n, row in reading.rows.items() if _holds_money(row, reading.table)]
    for name in _money_columns(reading.table):
        amounts = {n: _worth(row[name], rates.get(_code(row, single))) for n, row in held}
        reading = reading.change(name, amounts)
    return reading


def _worth(amount: Decimal | None, rate: Decimal | None) -> Decimal | None:
    if amount is None or rate is None:
        return None
    return amount if rate == 1 else (amount * rate).quantize(CENT, ROUND_HALF_EVEN)
