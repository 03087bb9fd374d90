"""Accounts: segment by size, families, and owners that are part of the team."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from kamsim.errors import IntakeError
from kamsim.intake.mapping import SegmentRule, SizeFrom
from kamsim.intake.rows import Reading


def refuse_doubtful_accounts(reading: Reading) -> None:
    """Refuse an accounts file with an id that stands twice, or without a single account.

    Raises
    ------
    IntakeError
        Naming the id and its rows: whose revenue it is could not be told.
    """
    file, column = reading.sheet.file, reading.rules.their_name("account_id")
    for number, code in reading.rejected().items():
        if code == "duplicate_key":
            name = reading.rows[number]["account_id"]
            same = ", ".join(str(n) for n, row in reading.rows.items() if row["account_id"] == name)
            raise IntakeError(f"{file}: {column} {name!r} stands in rows {same}; ids must be unique")
    if not reading.accepted():
        raise IntakeError(f"{file}: none of its {len(reading.rows)} rows is an account")


def settle_accounts(reading: Reading, rule: SegmentRule) -> Reading:
    """Complete the accounts: a name each, a segment, a known parent.

    Parameters
    ----------
    reading : Reading
        The accounts file.
    rule : SegmentRule
        For accounts whose segment the file does not give.

    Returns
    -------
    Reading
        A parent is known by id or name; one that is unknown, the account itself, or part of a circle is
        repaired to missing.
    """
    rows = reading.rows
    settled = reading.change("name", {n: row["name"] or row["account_id"] for n, row in rows.items()})
    sizes = {n: (row["headcount"], row["firm_revenue_eur"]) for n, row in rows.items()}
    settled = settled.change(
        "segment", {n: row["segment"] or _segment(*sizes[n], rule) for n, row in rows.items()}
    )
    known = settled.known_as()
    parents = {n: row["parent_id"] for n, row in settled.accepted().items() if row["parent_id"] is not None}
    settled = settled.blank([n for n, p in parents.items() if p not in known], "parent_id", "unknown_parent")
    settled = settled.change("parent_id", {n: known[p] for n, p in parents.items() if p in known})
    return settled.blank(_in_circles(settled), "parent_id", "circular_parent")


def settle_owners(reading: Reading, known: Mapping[str, str], aes: Collection[str]) -> Reading:
    """Take owners from the accounts file, by id or name; one who is no AE is repaired to missing."""
    stated = {n: row["owner_id"] for n, row in reading.accepted().items() if row["owner_id"] is not None}
    settled = reading.change("owner_id", {n: known.get(owner, owner) for n, owner in stated.items()})
    stray = [n for n in stated if settled.rows[n]["owner_id"] not in aes]
    return settled.blank(stray, "owner_id", "unknown_owner")


def _segment(heads: Decimal | None, revenue: Decimal | None, rule: SegmentRule) -> str:
    if heads is not None:
        return _above(float(heads), rule.headcount)
    if revenue is not None:
        return _above(float(revenue), rule.firm_revenue)
    return rule.otherwise


def _above(size: float, start: SizeFrom) -> str:
    if size >= start.strategic:
        return "strategic"
    return "mid_market" if size >= start.mid_market else "smb"


def _in_circles(reading: Reading) -> list[int]:
    """Return the rows of accounts that are their own ancestor."""
    rows = reading.accepted()
    parent = {row["account_id"]: row["parent_id"] for row in rows.values()}
    circular = []
    for number, row in rows.items():
        seen: set[str] = set()
        step = row["parent_id"]
        while step is not None and step not in seen and step != row["account_id"]:
            seen.add(step)
            step = parent[step]
        if step is not None and step == row["account_id"]:
            circular.append(number)
    return circular
