"""Titles of a client's people: what fits a decision role at a rank of the organisation chart."""

from __future__ import annotations

from enum import IntEnum

from kamsim.schemas import DECISION_ROLES


class Rank(IntEnum):
    """Where somebody stands in a client's organisation chart."""

    OWNER = 0
    """Atop a small firm."""
    EXECUTIVE = 1
    DIRECTOR = 2
    SPECIALIST = 3


TITLES_A_CELL = 4

_TITLES = {
    "economic_buyer": (
        ("Managing Director", "Chief Executive Officer", "Founder", "General Manager"),
        ("Chief Financial Officer", "Chief Operating Officer", "Managing Director",
         "Executive Vice President"),
        ("Finance Director", "Operations Director", "Business Unit Director", "Vice President Finance"),
        ("Finance Manager", "Budget Manager", "Financial Controller", "Operations Manager"),
    ),
    "technical_influencer": (
        ("Technical Director", "Co-founder and CTO", "Chief Technology Officer", "Head of IT"),
        ("Chief Technology Officer", "Chief Information Officer", "Chief Digital Officer",
         "Vice President Engineering"),
        ("IT Director", "Engineering Director", "Director of Data", "Head of Architecture"),
        ("Solution Architect", "IT Project Manager", "Process Engineer", "Security Officer"),
    ),
    "end_user": (
        ("General Manager", "Head of Operations", "Commercial Director", "Site Director"),
        ("Chief Operating Officer", "Chief Commercial Officer", "Vice President Operations",
         "Vice President Supply Chain"),
        ("Operations Director", "Production Director", "Logistics Director", "Head of Customer Service"),
        ("Production Manager", "Team Leader", "Logistics Manager", "Quality Manager"),
    ),
    "procurement": (
        ("Head of Purchasing", "Purchasing Director", "Head of Administration", "Office Director"),
        ("Chief Procurement Officer", "Vice President Procurement", "Group Purchasing Director",
         "Vice President Sourcing"),
        ("Purchasing Director", "Procurement Director", "Head of Indirect Purchasing", "Head of Sourcing"),
        ("Category Buyer", "Purchasing Manager", "Procurement Officer", "Contract Manager"),
    ),
}  # fmt: skip

TITLES = tuple(title for role in DECISION_ROLES for cell in _TITLES[role] for title in cell)
"""All titles, in the order of role, rank and number within the cell; see `title_code`."""


def fits(title: str, role: str) -> bool:
    """Tell whether a title belongs to a decision role.

    Examples
    --------
    >>> fits("Category Buyer", "procurement"), fits("Category Buyer", "end_user")
    (True, False)
    """
    return any(title in cell for cell in _TITLES[role])
