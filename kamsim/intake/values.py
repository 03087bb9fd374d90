"""Strict readers of single cells: what is not exactly a number, a date or a yes is None, never a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache

DIGITS = 15
"""Significant digits that a float64 holds whatever the number: longer ones would not survive."""

YEARS = range(1970, 2101)
"""A date outside of them is a slip of the pen."""

YES, NO = ("true", "yes", "y", "1"), ("false", "no", "n", "0")


def read_number(
    text: str, *, decimal: str = ".", thousands: str = "", signs: Sequence[str] = ()
) -> Decimal | None:
    """Read a number written exactly as stated.

    Parameters
    ----------
    text : str
        The cell, blanks around it taken off.
    decimal, thousands : str
        The marks. A space stands for any kind of space. Thousands marks may be left out, but where they
        stand they must part groups of three.
    signs : sequence of str
        Currency signs or codes of which one may stand before or after the number.

    Returns
    -------
    Decimal or None
        None for anything else, for an exponent, and for more than 15 significant digits.

    Examples
    --------
    >>> read_number("1.234,50 €", decimal=",", thousands=".", signs=["€"])
    Decimal('1234.50')
    >>> read_number("1,234") is None
    True
    """
    for sign in sorted(signs, key=len, reverse=True):
        if sign and sign in text:
            text = _without_sign(text, sign)
            break
    found = _number_pattern(decimal, thousands).fullmatch(text)
    if found is None:
        return None
    whole = re.sub(r"\D", "", found["whole"] or "", flags=re.ASCII)
    part = found["part"] or ""
    if len((whole + part).strip("0")) > DIGITS or len(whole.lstrip("0")) > DIGITS:
        return None
    return Decimal(f"{'-' if found['minus'] else ''}{whole or '0'}{'.' + part if part else ''}")


def read_date(text: str, formats: Sequence[str] = ("%Y-%m-%d",)) -> date | None:
    """Read a date in one of the stated formats; a time of day is dropped.

    Parameters
    ----------
    text : str
        The cell.
    formats : sequence of str
        As in `datetime.strptime`.

    Returns
    -------
    date or None
        None when no format fits, when two fit and disagree, or when the year is outside of 1970 to 2100.

    Examples
    --------
    >>> read_date("02/03/24", ["%m/%d/%y"])
    datetime.date(2024, 2, 3)
    >>> read_date("02/03/24", ["%m/%d/%y", "%d/%m/%y"]) is None
    True
    """
    days = {day for form in formats if (day := _parse(text, form)) is not None}
    if len(days) != 1:
        return None
    (day,) = days
    return day if day.year in YEARS else None


def read_flag(text: str) -> bool | None:
    """Read a yes or no, in capitals or not.

    Examples
    --------
    >>> read_flag("TRUE"), read_flag("0"), read_flag("maybe")
    (True, False, None)
    """
    word = text.lower()
    return True if word in YES else False if word in NO else None


@cache
def _number_pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    mark = "[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]" if thousands == " " else re.escape(thousands)
    grouped = rf"[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+|" if thousands else ""
    point = re.escape(decimal)
    whole = rf"(?P<whole>{grouped}[0-9]+|(?={point}))"
    return re.compile(rf"(?:(?P<minus>-)|\+)?{whole}(?:{point}(?P<part>[0-9]+))?")


def _without_sign(text: str, sign: str) -> str:
    """Take one currency sign off either end, a minus before it kept: "-$5" and "$-5" are both -5."""
    minus = "-" if text.startswith("-") and text[1:].startswith(sign) else ""
    text = text[len(minus) :]
    if text.startswith(sign):
        return minus + text[len(sign) :].lstrip()
    return text.removesuffix(sign).rstrip() if text.endswith(sign) else text


def _parse(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()
    except (ValueError, re.error, OverflowError):
        return None
