"""The carve that history left behind: which AE owned which account when the recorded months began."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.config import Scenario
from kamsim.dynamics.state import Counts, Floats
from kamsim.portfolio.families import account_number
from kamsim.portfolio.leads import route_accounts
from kamsim.portfolio.posts import Posts, positions, posts_of
from kamsim.portfolio.team import Census, take_census
from kamsim.schemas import SEGMENTS
from kamsim.streams import entity_keys

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
    whole accounts allow (`deal`). History does not balance books: the AEs' shares are a draw of a Dirichlet
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
    """Deal out the accounts of each region and segment."""
    region, segment = positions(facts["region"], posts.regions), positions(facts["segment"], SEGMENTS)
    cell = region * len(SEGMENTS) + segment
    owner = np.zeros(region.size, np.int64)
    order = np.argsort(cell, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(cell[order])) + 1):
        place, size = int(region[rows[0]]), int(segment[rows[0]])
        pool = posts.of_region[place]
        shares = _shares(pool, size, posts, scenario)
        first = int(before.accounts[place, size])
        owner[rows] = pool[deal(shares, posts.turn[pool, size], first, rows.size)]
    return owner


def deal(shares: Floats, turn: Floats, first: int, count: int) -> Counts:
    """Deal accounts out one by one, so that everybody's number stays within one of the share at any time.

    Somebody with share s is due at times (turn + 0)/s, (turn + 1)/s and so on, as seats are dealt by a method
    of divisors (Balinski & Young 1982); the accounts go to whoever is due next.

    Parameters
    ----------
    shares : array, shape (people,)
        Sum 1.
    turn : array, shape (people,)
        In [0, 1): who comes early. Drawn, so that nobody is favoured by rounding.
    first, count : int
        How many accounts were dealt before, and how many are dealt now.

    Returns
    -------
    array of int, shape (count,)
        Positions of the people.

    Examples
    --------
    >>> deal(np.array([0.5, 0.25, 0.25]), np.array([0.1, 0.2, 0.6]), 0, 8).tolist()
    [0, 1, 0, 2, 0, 1, 0, 2]
    """
    people = shares.size  # before a time T, between T - people and T + people accounts are due
    done, until = (
        np.maximum(np.ceil(time * shares - turn), 0).astype(np.int64)
        for time in (max(first - people, 0), first + count + people)
    )
    who = np.repeat(np.arange(people), until - done)
    number = np.arange(who.size) - np.repeat(np.cumsum(until - done) - until, until - done)
    due = (number + turn[who]) / shares[who]
    skipped = first - int(done.sum())
    return who[np.lexsort((who, due))][skipped : skipped + count]


def _shares(pool: Counts, size: int, posts: Posts, scenario: Scenario) -> Floats:
    """Give the shares of the AEs of a region in the accounts of a segment."""
    weight = posts.weight[pool]
    shares = weight / weight.sum()
    senior = weight * posts.senior[pool]
    if size != _STRATEGIC or not senior.any():
        return np.asarray(shares)
    preference = scenario.portfolio.staff.senior_preference
    return np.asarray(preference * senior / senior.sum() + (1 - preference) * shares)
