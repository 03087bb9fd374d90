"""Spellings that look wrong: named in the report, never changed (the mapping's spelling tables do that).

Three ways to suspect a value: it is not in the list that should hold it (a product that the products file
lacks); it is nearly a word that everybody uses (industries, countries); it differs from a commoner value
of its own column by next to nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

import babel

from kamsim.intake.report import ReportLine
from kamsim.intake.rows import Reading

NEAR = 0.85
"""Likeness (difflib's ratio) from which one word is taken for a slip of another."""

MOST_VALUES = 200
"""A column with more distinct values is no list of categories."""

INDUSTRIES = (
    "aerospace", "agriculture", "apparel", "automotive", "banking", "biotechnology", "chemicals",
    "communications", "construction", "consulting", "defence", "defense", "education", "electronics",
    "employment", "energy", "engineering", "entertainment", "environmental", "finance", "financial services",
    "food and beverage", "government", "healthcare", "hospitality", "insurance", "logistics", "machinery",
    "manufacturing", "marketing", "media", "medical", "mining", "non profit", "pharmaceuticals",
    "professional services", "publishing", "real estate", "recreation", "retail", "services", "shipping",
    "software", "technology", "telecommunications", "tourism", "transportation", "utilities", "wholesale",
)  # fmt: skip
"""Names of industries that CRM systems commonly offer."""


def suspect_spellings(readings: Mapping[str, Reading]) -> list[ReportLine]:
    """Name values that look misspelt, with the nearest value that does not.

    Parameters
    ----------
    readings : mapping of str to Reading
        By table; repairs by the mapping are done already.

    Returns
    -------
    list of ReportLine
        Sorted by file, column and value within each way of suspecting.
    """
    lines: list[ReportLine] = []
    products = readings["products"].accepted() if "products" in readings else {}
    listed = [row["product"] for row in products.values()]
    for table, column, common in (
        ("opportunities", "product", None),
        ("accounts", "industry", INDUSTRIES),
        ("accounts", "region", countries()),
        ("team", "region", countries()),
    ):
        if table not in readings:
            continue
        rows = Counter(row[column] for row in readings[table].accepted().values())
        del rows[None]
        if column == "product" and listed:
            lines += _describe(readings[table], column, rows, _strangers(rows, listed), "unlisted")
        elif len(rows) <= MOST_VALUES:
            lines += _describe(readings[table], column, rows, _slips(rows, common or ()), "suspect")
    return lines


def countries() -> list[str]:
    """Return the names of countries in English and French.

    Examples
    --------
    >>> "Philippines" in countries(), "Allemagne" in countries()
    (True, True)
    """
    languages = (babel.Locale("en"), babel.Locale("fr"))
    return sorted(
        {name for language in languages for code, name in language.territories.items() if len(code) == 2}
    )


def _strangers(rows: Mapping[str, int], listed: Sequence[str]) -> dict[str, str]:
    """Return the nearest listed value, or nothing, for each value that is not in the list."""
    return {value: _nearest(value, listed, 0.6) for value in rows if value not in listed}


def _slips(rows: Mapping[str, int], common: Iterable[str]) -> dict[str, str]:
    """Return for each value that looks like a slip what it may have been meant to be."""
    known = {_bare(word) for word in common}
    slips = {}
    for value, times in sorted(rows.items()):
        if _bare(value) in known or any(c.isdigit() for c in value):
            continue
        commoner = [other for other in rows if rows[other] > times and not any(c.isdigit() for c in other)]
        if near := _nearest(value, [*common, *sorted(commoner)], NEAR):
            slips[value] = near
    return slips


def _nearest(value: str, words: Sequence[str], likeness: float) -> str:
    by_bare = {_bare(word): word for word in reversed(words)}
    near = get_close_matches(_bare(value), list(by_bare), n=1, cutoff=likeness)
    return by_bare[near[0]] if near else ""


def _bare(text: str) -> str:
    """Take case, blanks and marks away."""
    return re.sub(r"[\W_]+", "", text.casefold())


def _describe(
    reading: Reading, column: str, rows: Mapping[str, int], found: Mapping[str, str], way: str
) -> list[ReportLine]:
    place = {"file": reading.sheet.file, "column": reading.rules.their_name(column)}
    lines = []
    for value, near in sorted(found.items()):
        key = f"import.{way}" if near else "import.unlisted_alone"
        lines.append(ReportLine(key, {**place, "found": value, "rows": rows[value], "near": near}))
    return lines
