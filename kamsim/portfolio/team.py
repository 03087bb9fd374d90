"""The people of a synthetic portfolio: how many the guide's ratios ask for, where, and who they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from kamsim.config import Scenario
from kamsim.dynamics import entity_uniforms
from kamsim.dynamics.state import Counts, Floats
from kamsim.portfolio.accounts import DRAWS
from kamsim.portfolio.cities import Cities, choose_cities
from kamsim.portfolio.families import account_ids, segments_of
from kamsim.portfolio.firms import draw_complexity
from kamsim.portfolio.names import full_names
from kamsim.portfolio.texts import column, pick_words
from kamsim.routing import INDUSTRY_SEPARATOR
from kamsim.schemas import ROLES, SEGMENTS, TEAM
from kamsim.streams import entity_keys, luck_key

REP_DIGITS = 5

_PERSON = ("first", "last", "city", "seniority")
"""What the first columns of a person's draws are for; one for each industry follows."""

_FINE = 2**20
"""Complexity is added up in whole numbers of 1/2^20: so sums do not depend on how accounts are grouped."""


@dataclass(frozen=True)
class Census:
    """What a team is sized by; the census of two blocks of accounts is the sum of theirs, exactly.

    Attributes
    ----------
    accounts : array of int, shape (regions, segments)
        Accounts by region (of `choose_cities`) and segment.
    complexity : array of int, shape (regions, segments)
        Sum of their technical complexity, in 1/2^20.
    """

    accounts: Counts
    complexity: Counts

    def __add__(self, other: Self) -> Census:
        """Count two blocks together."""
        return Census(self.accounts + other.accounts, self.complexity + other.complexity)


def take_census(scenario: Scenario, first: int = 0, last: int | None = None) -> Census:
    """Count accounts by region and segment, without drawing the rest of them.

    Parameters
    ----------
    scenario : Scenario
    first, last : int, optional
        Account numbers from `first` up to `last`, counted from 0; all of them if absent.

    Returns
    -------
    Census

    Examples
    --------
    >>> scenario = Scenario.load("saas_midmarket")
    >>> both = take_census(scenario, 0, 100) + take_census(scenario, 100)
    >>> int(both.accounts.sum()), bool((both.complexity == take_census(scenario).complexity).all())
    (600, True)
    """
    numbers = np.arange(first, scenario.portfolio.accounts if last is None else last)
    needed = ("city", "complexity")
    columns = 1 + max(DRAWS.index(name) for name in needed)
    drawn = entity_uniforms(luck_key(scenario.seed, "portfolio"), entity_keys(account_ids(numbers)), columns)
    city, complexity = (np.ascontiguousarray(drawn[:, DRAWS.index(name)]) for name in needed)
    cities = choose_cities(scenario.portfolio)
    shape = len(cities.regions), len(SEGMENTS)
    cell = cities.region[cities.pick(city)] * len(SEGMENTS) + segments_of(numbers, scenario.portfolio)
    fine = np.round(draw_complexity(scenario, complexity) * _FINE)
    sums = np.bincount(cell, fine, shape[0] * shape[1]).astype(np.int64)  # whole numbers: exact
    return Census(np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape), sums.reshape(shape))


def people_needed(census: Census, scenario: Scenario) -> dict[str, Floats]:
    """Count the people whom the guide's ratios ask for (D-COV-1).

    Returns
    -------
    dict of str to array, shape (regions,)
        Full-time equivalents by role.
    """
    settings = scenario.coverage
    by_segment = [getattr(settings, name) for name in SEGMENTS]
    ratio, se_hours, csm_hours = (
        np.array([getattr(s, name) for s in by_segment])
        for name in ("accounts_per_ae", "se_hours", "csm_hours")
    )
    return {
        "AE": (census.accounts / ratio).sum(axis=1),
        "SE": (census.complexity / _FINE * se_hours).sum(axis=1) / settings.se_hours,
        "CSM": (census.accounts * csm_hours).sum(axis=1) / settings.csm_hours,
    }


def draw_team(census: Census, scenario: Scenario) -> pd.DataFrame:
    """Hire the team that the guide's ratios ask for, with slack by parameter, where the work is.

    At least one person of each role. Who somebody is follows from their id: name, home city within the
    region, seniority, industries known well.

    Parameters
    ----------
    census : Census
    scenario : Scenario

    Returns
    -------
    DataFrame
        TEAM, sorted by key, so AEs first; `joined_on` is missing.

    Examples
    --------
    >>> scenario = Scenario.load("saas_midmarket")
    >>> draw_team(take_census(scenario), scenario)["rep_id"].iloc[0]
    'AE-00001'
    """
    cities = choose_cities(scenario.portfolio)
    rows = [
        (f"{role}-{number:0{REP_DIGITS}d}", role, home)
        for role, needed in people_needed(census, scenario).items()
        for number, home in enumerate(_homes(needed, scenario.portfolio.team_slack), 1)
    ]
    rows.sort()
    role = np.array([ROLES.index(row[1]) for row in rows])
    return _people([row[0] for row in rows], role, np.array([row[2] for row in rows]), cities, scenario)


def _homes(needed: Floats, slack: float) -> list[int]:
    """Place people where the work is: the next one where need is highest per person there and half of one.

    This is Webster's method of divisors, which rounds each region's need to the nearest whole person and, in
    contrast to d'Hondt's, favours neither large regions nor small ones (Balinski & Young 1982).
    """
    placed, homes = np.zeros(needed.size), []
    for _ in range(max(1, round(float(needed.sum()) * (1 + slack)))):
        home = int(np.argmax(needed / (placed + 0.5)))
        placed[home] += 1
        homes.append(home)
    return homes


def _people(ids: list[str], role: Counts, region: Counts, cities: Cities, scenario: Scenario) -> pd.DataFrame:
    settings, staff = scenario.coverage, scenario.portfolio.staff
    industries = scenario.portfolio.industries
    drawn = entity_uniforms(luck_key(scenario.seed, "team"), entity_keys(ids), len(_PERSON) + len(industries))
    u = dict(zip(_PERSON, drawn.T, strict=False))
    city = _home_city(region, u["city"], cities)
    is_ae = role == ROLES.index("AE")
    junior = is_ae & (u["seniority"] >= staff.senior_share)
    hours = np.array([settings.ae_hours, settings.se_hours, settings.csm_hours])[role]
    cost = np.array([settings.ae_cost_eur, settings.se_cost_eur, settings.csm_cost_eur])[role]
    columns: dict[str, Any] = {
        "rep_id": column(pick_words(ids, np.arange(len(ids)))),
        "name": column(full_names(u["first"], u["last"])),
        "role": column(pick_words(ROLES, role)),
        "seniority": column(pick_words(("senior", "junior"), np.where(is_ae, junior, -1))),
        "joined_on": pd.Series(pd.NaT, index=range(len(ids)), dtype="datetime64[us]"),
        "industries": _known_industries(drawn[:, len(_PERSON) :], staff.industries_known, industries),
        "region": column(pick_words(cities.regions, region)),
        "city": column(pick_words(cities.name, city)),
        "latitude": cities.latitude[city],
        "longitude": cities.longitude[city],
        "capacity_hours": hours.astype(np.float64),
        "cost_eur_per_month": cost * np.where(junior, staff.junior_cost_share, 1.0),
    }
    return pd.DataFrame(columns)[list(TEAM.columns)]


def _home_city(region: Counts, u: Floats, cities: Cities) -> Counts:
    """Let each person live in a city of the region, with the chances that accounts have."""
    city = np.zeros(region.size, np.int64)
    for place in np.unique(region):
        local, rows = cities.within(int(place)), np.flatnonzero(region == place)
        bounds = np.cumsum(cities.weight[local])
        chosen = np.searchsorted(bounds / bounds[-1], u[rows], side="right")
        city[rows] = local[np.minimum(chosen, local.size - 1)]
    return city


def _known_industries(u: Floats, known: int, industries: tuple[str, ...]) -> Any:
    """Name the industries with the smallest draws; missing when nobody knows any."""
    if known == 0:
        return column(pick_words([], np.full(len(u), -1)))
    best = np.sort(np.argsort(u, axis=1, kind="stable")[:, :known], axis=1)
    texts = [INDUSTRY_SEPARATOR.join(industries[i] for i in row) for row in best]
    return column(pick_words(texts, np.arange(len(texts))))
