"""The carve that history left behind: which AE owned which account when the recorded months began."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.config import Scenario
from kamsim.dynamics import entity_uniforms
from kamsim.dynamics.state import Counts, Floats
from kamsim.portfolio.families import account_number
from kamsim.portfolio.leads import route_accounts
from kamsim.portfolio.posts import Posts, positions, posts_of
from kamsim.portfolio.team import Census, take_census
from kamsim.schemas import SEGMENTS
from kamsim.streams import entity_keys, luck_key

_GOLDEN = 0.6180339887498949
_STRATEGIC = SEGMENTS.index("strategic")


def assign_owners(
    facts: pd.DataFrame,
    arrival: Counts,
    team: pd.DataFrame | Posts,
    scenario: Scenario,
    entities: NDArray[np.uint64] | None = None,
    before: Census | None = None,
) -> Counts:
    """Give each account to an AE.

    Within a region each AE has a weight, and the accounts of a segment are dealt out by weight as evenly as
    whole accounts allow. History does not balance books: the AEs' shares are a draw of a Dirichlet
    distribution (`staff.carve_concentration`), and a strategic account goes to a senior AE with chance
    `staff.senior_preference` (D-MAT-1), so that many books end far from the mean (E-BAL-1). Accounts that
    arrived as leads went where the routing rules sent them (D-ROU-1). A region without an AE is covered from
    the nearest one.

    An account's owner depends on the team, and on how many accounts of its region and segment have a lower
    number: as long as the team is the same, an added account changes no other account's owner.

    Parameters
    ----------
    facts : DataFrame
        From `draw_accounts`: accounts whose numbers follow one another.
    arrival : array of int, shape (accounts,)
        Month of arrival, 0 for an account that was there before; from the state of the same accounts.
    team : DataFrame or Posts
        TEAM, or what `posts_of` read from it: worth it where many blocks are drawn.
    scenario : Scenario
    entities : array of uint64, shape (accounts,), optional
        Of the same accounts, where they are at hand: saves hashing the ids.
    before : Census, optional
        Of the accounts with lower numbers, where it is at hand: saves counting them.

    Returns
    -------
    array of int, shape (accounts,)
        Position among the AEs, in the order of `team`.
    """
    posts = posts_of(team, scenario)
    if before is None:
        before = take_census(scenario, 0, int(account_number(facts["account_id"].iloc[:1])[0]))
    owner = _carve(facts, before, posts, scenario)
    came = np.flatnonzero(arrival > 0)
    keys = entity_keys(facts["account_id"].iloc[came].tolist()) if entities is None else entities[came]
    owner[came] = route_accounts(facts.iloc[came], keys, posts, scenario)
    return owner


def _carve(facts: pd.DataFrame, before: Census, posts: Posts, scenario: Scenario) -> Counts:
    """Deal accounts out: the golden sequence over a region's accounts of a segment fills shares evenly."""
    cells = [f"{region} {segment}" for region in posts.regions for segment in SEGMENTS]
    start = entity_uniforms(luck_key(scenario.seed, "owners"), entity_keys(cells), 1)[:, 0]
    region, segment = positions(facts["region"], posts.regions), positions(facts["segment"], SEGMENTS)
    cell = region * len(SEGMENTS) + segment
    owner = np.zeros(region.size, np.int64)
    order = np.argsort(cell, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(cell[order])) + 1):
        place, size = int(region[rows[0]]), int(segment[rows[0]])
        rank = before.accounts[place, size] + np.arange(rows.size)
        pick = (start[cell[rows[0]]] + rank * _GOLDEN) % 1.0
        pool = posts.of_region[place]
        bounds = np.cumsum(_shares(pool, size, posts, scenario))
        owner[rows] = pool[np.minimum(np.searchsorted(bounds, pick, side="right"), pool.size - 1)]
    return owner


def _shares(pool: Counts, size: int, posts: Posts, scenario: Scenario) -> Floats:
    """Give the shares of the AEs of a region in the accounts of a segment."""
    weight = posts.weight[pool]
    shares = weight / weight.sum()
    senior = weight * posts.senior[pool]
    if size != _STRATEGIC or not senior.any():
        return np.asarray(shares)
    preference = scenario.portfolio.staff.senior_preference
    return np.asarray(preference * senior / senior.sum() + (1 - preference) * shares)
