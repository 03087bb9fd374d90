"""The AEs of a team, as the carve of the past and the routing of leads see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.special import gammaincinv

from kamsim.config import Scenario
from kamsim.dynamics import entity_uniforms
from kamsim.dynamics.state import Counts, Floats
from kamsim.errors import ConfigError, unknown_name
from kamsim.portfolio.cities import Cities, choose_cities, read_towns
from kamsim.routing import INDUSTRY_SEPARATOR
from kamsim.schemas import SEGMENTS
from kamsim.streams import entity_keys, luck_key
from kamsim.travel import great_circle_km

_SMALLEST_WEIGHT = 1e-12


@dataclass(frozen=True)
class Posts:
    """What is read from TEAM once, and wanted for every block of accounts.

    Attributes
    ----------
    rep_ids : list of str
        In the team's order.
    entities : array of uint64, shape (AEs,)
        Where the luck of each post is addressed.
    regions : tuple of str
        Of the scenario's cities.
    of_region : tuple of array of int, length regions
        Positions of the AEs who cover each region: its own, or those of the nearest region that has some.
    senior : array of bool, shape (AEs,)
    knows : array of bool, shape (AEs, industries)
        Who knows which of the scenario's industries well.
    weight : array, shape (AEs,)
        Gamma draws: an AE's share of the accounts of a region is in proportion. Shares of their sum follow a
        Dirichlet distribution.
    turn : array, shape (AEs, segments)
        In [0, 1): how early an AE comes when accounts of a segment are dealt out.
    """

    rep_ids: list[str]
    entities: NDArray[np.uint64]
    regions: tuple[str, ...]
    of_region: tuple[Counts, ...]
    senior: NDArray[np.bool_]
    knows: NDArray[np.bool_]
    weight: Floats
    turn: Floats


def posts_of(team: pd.DataFrame | Posts, scenario: Scenario) -> Posts:
    """Read the AEs of TEAM; posts that were read before are handed on.

    Raises
    ------
    ConfigError
        When a routing rule names a region that there is not, or an AE lives in one that the scenario's places
        do not hold.

    Examples
    --------
    >>> from kamsim.portfolio.team import draw_team, take_census
    >>> scenario = Scenario.load("saas_midmarket")
    >>> posts = posts_of(draw_team(take_census(scenario), scenario), scenario)
    >>> posts.knows.sum(axis=1).tolist() == [2] * len(posts.rep_ids)
    True
    """
    if isinstance(team, Posts):
        return team
    cities = choose_cities(scenario.portfolio)
    _check_rules(scenario)
    aes = team[team["role"] == "AE"].reset_index(drop=True)
    region = positions(aes["region"], cities.regions)
    if (region < 0).any():
        strange = str(aes["region"][int(np.argmax(region < 0))])
        raise ConfigError(unknown_name("home region of an AE", strange, cities.regions))
    nearest = _nearest_staffed(cities, np.unique(region))
    rep_ids = aes["rep_id"].tolist()
    entities = entity_keys(rep_ids)
    u = entity_uniforms(luck_key(scenario.seed, "owners"), entities, 1 + len(SEGMENTS))
    drawn = gammaincinv(scenario.portfolio.staff.carve_concentration, u[:, 0])
    return Posts(
        rep_ids=rep_ids,
        entities=entities,
        regions=cities.regions,
        of_region=tuple(np.flatnonzero(region == home) for home in nearest),
        senior=(aes["seniority"] == "senior").to_numpy(bool),
        knows=_known(aes["industries"], scenario.portfolio.industries),
        weight=np.maximum(drawn, _SMALLEST_WEIGHT),
        turn=u[:, 1:],
    )


def _check_rules(scenario: Scenario) -> None:
    known = {town.region for town in read_towns()}
    for rule in scenario.portfolio.leads.rules:
        for name in rule.regions:
            if name not in known:
                raise ConfigError(unknown_name("sales region in portfolio.leads.rules", name, sorted(known)))


def positions(texts: Any, words: tuple[str, ...]) -> Counts:
    """Number texts by their position in a list; -1 for one that is not in it.

    Examples
    --------
    >>> positions(pd.Series(["b", "x"], dtype="str"), ("a", "b"))
    array([ 1, -1])
    """
    found = pc.index_in(pa.array(texts, pa.large_string()), value_set=pa.array(words, pa.large_string()))
    return np.asarray(pc.fill_null(found, -1)).astype(np.int64)


def _known(texts: pd.Series, industries: tuple[str, ...]) -> NDArray[np.bool_]:
    lists = pc.split_pattern(pc.fill_null(pa.array(texts, pa.large_string()), ""), INDUSTRY_SEPARATOR)
    person = np.asarray(pc.list_parent_indices(lists))
    industry = positions(pc.list_flatten(lists), industries)
    knows = np.zeros((len(texts), len(industries)), bool)
    knows[person[industry >= 0], industry[industry >= 0]] = True
    return knows


def _nearest_staffed(cities: Cities, staffed: Counts) -> Counts:
    """Give for each region itself or, where it has no AE, the nearest one with an AE."""
    north, east = cities.centres()
    km = great_circle_km(north[:, None], east[:, None], north[staffed], east[staffed])
    return np.asarray(staffed[np.argmin(km, axis=1)])
