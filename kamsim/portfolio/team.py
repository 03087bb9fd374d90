"""The people of a synthetic portfolio, and the carve of accounts that history left behind."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamsim.config import CoverageSettings, Scenario
from kamsim.dynamics.state import Counts, Floats
from kamsim.schemas import SEGMENTS
from kamsim.streams import stream

_FIRST = (
    "Ana",
    "Bilal",
    "Chloé",
    "David",
    "Elsa",
    "Farid",
    "Gaëlle",
    "Hugo",
    "Inès",
    "Jules",
    "Karim",
    "Léa",
)
_LAST = (
    "Aubry",
    "Bosc",
    "Carlier",
    "Dupin",
    "Estève",
    "Fabre",
    "Girard",
    "Hamon",
    "Imbert",
    "Jolly",
    "Klein",
)


def people_needed(segment: Counts, complexity: Floats, settings: CoverageSettings) -> dict[str, float]:
    """Count the people whom the guide's ratios ask for, by role (D-COV-1), for accounts by segment."""
    by_segment = [getattr(settings, name) for name in SEGMENTS]
    ratio = np.array([s.accounts_per_ae for s in by_segment])[segment]
    se_hours = np.array([s.se_hours for s in by_segment])[segment] * complexity
    csm_hours = np.array([s.csm_hours for s in by_segment])[segment]
    return {
        "AE": float((1 / ratio).sum()),
        "SE": float(se_hours.sum() / settings.se_hours),
        "CSM": float(csm_hours.sum() / settings.csm_hours),
    }


def draw_team(facts: pd.DataFrame, segment: Counts, scenario: Scenario) -> pd.DataFrame:
    """Hire the team that the guide's ratios ask for, with slack by parameter, where the accounts are.

    Parameters
    ----------
    facts : DataFrame
        From `draw_accounts`.
    segment : array of int, shape (accounts,)
    scenario : Scenario

    Returns
    -------
    DataFrame
        TEAM.
    """
    settings = scenario.coverage
    needed = people_needed(segment, facts["technical_complexity"].to_numpy(), settings)
    rng = stream(scenario.seed, "portfolio", "team")
    regions = list(scenario.portfolio.places)
    accounts_in = facts["region"].value_counts().reindex(regions, fill_value=0).to_numpy()
    rows = []
    for role, people in needed.items():
        count = max(1, round(people * (1 + scenario.portfolio.team_slack)))
        # The d'Hondt rule: each next person goes where accounts per person are highest.
        placed = np.zeros(len(regions), dtype=int)
        for number in range(1, count + 1):
            home = int(np.argmax(accounts_in / (placed + 1)))
            placed[home] += 1
            latitude, longitude = scenario.portfolio.places[regions[home]]
            name = f"{_FIRST[rng.integers(len(_FIRST))]} {_LAST[rng.integers(len(_LAST))]}"
            rows.append((f"{role}-{number:03d}", name, role, regions[home], latitude, longitude))
    team = pd.DataFrame(rows, columns=["rep_id", "name", "role", "region", "latitude", "longitude"])
    hours = {"AE": settings.ae_hours, "SE": settings.se_hours, "CSM": settings.csm_hours}
    costs = {"AE": settings.ae_cost_eur, "SE": settings.se_cost_eur, "CSM": settings.csm_cost_eur}
    team["capacity_hours"] = team["role"].map(hours).astype(float)
    team["cost_eur_per_month"] = team["role"].map(costs).astype(float)
    return team.astype(dict.fromkeys(("rep_id", "name", "role", "region"), "str"))


def historical_owners(facts: pd.DataFrame, team: pd.DataFrame, seed: int) -> pd.Series:
    """Give each account to an AE of its region, some AEs drawing more than others.

    History does not balance books: within a region the AEs' shares are drawn from a Dirichlet
    distribution, so that many books end far from the mean (E-BAL-1). A region without an AE is covered
    from the nearest one.
    """
    aes = team[team["role"] == "AE"].reset_index(drop=True)
    rng = stream(seed, "portfolio", "owners")
    pick = rng.random(len(facts))
    owner = pd.Series("", index=facts.index, dtype="str")
    for region, rows in facts.groupby("region", sort=True).groups.items():
        local = aes.index[aes["region"] == region]
        if len(local) == 0:
            centre = facts.loc[rows, ["latitude", "longitude"]].mean().to_numpy()
            distance = ((aes[["latitude", "longitude"]].to_numpy() - centre) ** 2).sum(axis=1)
            local = aes.index[[int(np.argmin(distance))]]
        bounds = np.cumsum(rng.dirichlet(np.full(len(local), 6.0)))
        chosen = np.minimum(np.searchsorted(bounds, pick[rows]), len(local) - 1)
        owner.loc[rows] = aes.loc[local[chosen], "rep_id"].to_numpy()
    return owner


def habitual_hours(weight: Floats, owner: pd.Series, team: pd.DataFrame) -> Floats:
    """Split each AE's hours over the book in proportion to a weight.

    Parameters
    ----------
    weight : array, shape (accounts,)
        From `kamsim.dynamics.habit_weight`.
    owner : Series of str
        AE of each account.
    team : DataFrame
        TEAM.

    Returns
    -------
    array, shape (accounts,)
        AE hours a month.
    """
    capacity = owner.map(team.set_index("rep_id")["capacity_hours"]).to_numpy(float)
    total = pd.Series(weight).groupby(owner.to_numpy()).transform("sum").to_numpy()
    return np.asarray(capacity * weight / total)
