"""Columns that many tables share: a share, money, hours, an id, a place."""

from __future__ import annotations

from kamsim.contracts import NUMBER, OPTIONAL_FLAG, OPTIONAL_WHOLE, TEXT, Column


def share(meaning: str, *, nullable: bool = False) -> Column:
    """A number from 0 to 1."""
    return Column(NUMBER, "share", meaning, nullable, 0, 1)


def money(meaning: str, *, nullable: bool = False, unit: str = "EUR", signed: bool = False) -> Column:
    """An amount, 0 or more unless `signed`."""
    return Column(NUMBER, unit, meaning, nullable, None if signed else 0)


def hours(meaning: str, *, nullable: bool = False) -> Column:
    """Hours a month."""
    return Column(NUMBER, "hours/month", meaning, nullable, 0)


def identity(meaning: str, *, nullable: bool = False) -> Column:
    """An id."""
    return Column(TEXT, "-", meaning, nullable)


def count(meaning: str) -> Column:
    """A whole number that the source may not hold."""
    return Column(OPTIONAL_WHOLE, "count", meaning, True, 0)


def flag(meaning: str) -> Column:
    """True, false, or not known."""
    return Column(OPTIONAL_FLAG, "-", meaning, True)


def latitude() -> Column:
    """Where somebody is, north."""
    return Column(NUMBER, "degrees north", "where the decision makers are (D-ALL-1)", True, -90, 90)


def longitude() -> Column:
    """Where somebody is, east."""
    return Column(NUMBER, "degrees east", "where the decision makers are (D-ALL-1)", True, -180, 180)
