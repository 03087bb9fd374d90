"""Team size: how many people of each role the guide's ratios ask for."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from kamsim.config import CoverageSettings
from kamsim.coverage.segmentation import TIER_SEGMENTS
from kamsim.coverage.workload import tier_coverage
from kamsim.schemas import BOOK, ROLES, TEAM, check


@dataclass(frozen=True)
class Need:
    """What the accounts of one tier ask of one role.

    Attributes
    ----------
    role : str
    tier, accounts : int
    hours : float
        Hours a month.
    people : float
        Full-time equivalents.
    """

    role: str
    tier: int
    accounts: int
    hours: float
    people: float


@dataclass(frozen=True)
class TeamSize:
    """People needed by role and tier, beside the people there are; plain data, ready for a manifest.

    Attributes
    ----------
    needs : tuple of Need
    cost_eur_per_month : dict of str to float
        Full cost of one person of each role.
    in_team : dict of str to int, optional
        People of each role there are; None when no team was given.
    """

    needs: tuple[Need, ...]
    cost_eur_per_month: dict[str, float]
    in_team: dict[str, int] | None = None

    def frame(self) -> pd.DataFrame:
        """Return one row per role and tier: accounts, hours a month, people needed."""
        return pd.DataFrame([asdict(need) for need in self.needs])

    def summary(self) -> pd.DataFrame:
        """Return one row a role: people needed, their monthly cost, and the people there are."""
        people = {r: sum(n.people for n in self.needs if n.role == r) for r in ROLES}
        return pd.DataFrame(
            {
                "role": list(ROLES),
                "people": list(people.values()),
                "cost_eur_per_month": [people[r] * self.cost_eur_per_month[r] for r in ROLES],
                "in_team": [np.nan if self.in_team is None else float(self.in_team[r]) for r in ROLES],
            }
        )


def size_team(book: pd.DataFrame, settings: CoverageSettings, team: pd.DataFrame | None = None) -> TeamSize:
    """Size the team by the guide's ratios: AEs by accounts per AE (D-COV-1), SEs and CSMs by hours.

    Travel is not in the ratios, so an AE team of this size has no hours for the road.

    Parameters
    ----------
    book : DataFrame
        BOOK.
    settings : CoverageSettings
    team : DataFrame, optional
        TEAM, to set the people there are beside the people needed.

    Returns
    -------
    TeamSize

    Raises
    ------
    SchemaError
        When a table breaks its contract.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> size = size_team(BOOK.empty(), Scenario.load("saas_midmarket").coverage)
    >>> size.summary()["people"].tolist()
    [0.0, 0.0, 0.0]
    """
    book = check(book, BOOK)
    needs = tuple(_need(role, tier, book, settings) for role in ROLES for tier in TIER_SEGMENTS)
    cost = {role: float(getattr(settings, f"{role.lower()}_cost_eur")) for role in ROLES}
    if team is None:
        return TeamSize(needs, cost)
    roles = check(team, TEAM)["role"]
    return TeamSize(needs, cost, {role: int((roles == role).sum()) for role in ROLES})


def _need(role: str, tier: int, book: pd.DataFrame, settings: CoverageSettings) -> Need:
    accounts = book[book["tier"] == tier]
    if role == "AE":
        people = len(accounts) / tier_coverage(tier, settings).accounts_per_ae
        return Need(role, tier, len(accounts), float(accounts["workload_hours"].sum()), people)
    hours = float(accounts[f"{role.lower()}_hours"].sum())
    return Need(role, tier, len(accounts), hours, hours / getattr(settings, f"{role.lower()}_hours"))
