"""Writes OWNERSHIP: which person of our team owned each account from when to when.

A post owns an account throughout; the person who holds the post changes when somebody leaves. Until the
successor starts, the accounts stay with the one who left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from kamsim.config import Scenario
from kamsim.dynamics import PeoplePath
from kamsim.dynamics.state import FULL_TENURE, Counts, Floats
from kamsim.portfolio.happenings import first_days
from kamsim.portfolio.names import full_names
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.portfolio.row_luck import row_uniforms, turns
from kamsim.portfolio.texts import column
from kamsim.streams import entity_keys, luck_key

_NEVER = np.iinfo(np.int64).max // 2
"""As a month: not yet."""


@dataclass(frozen=True)
class PostHolders:
    """Who held each AE's post, by post and time; arrays shaped (holders,) unless said otherwise.

    The first of a post is who held it when the recorded months began, or whose leaving had left it vacant.
    For a post that is vacant at the cut-off the last is the person who is to come.

    Attributes
    ----------
    first : array of int, shape (posts + 1,)
        Where the holders of each post begin.
    since : array of int
        Months since January 1970 in which each started.
    handed_over : array of int
        Month in which the one before left; -1 for the first.
    name : array of texts
        Follows from the post and the holder's number.
    """

    first: Counts
    since: Counts
    handed_over: Counts
    name: pa.Array

    @property
    def post(self) -> Counts:
        """Position of each holder's post in the team, shape (holders,)."""
        return np.repeat(np.arange(self.first.size - 1), np.diff(self.first))

    @property
    def until(self) -> Counts:
        """Month in which the next holder starts, shape (holders,); a number past any calendar without one."""
        until = np.append(self.since[1:], _NEVER)
        until[self.first[1:] - 1] = _NEVER
        return until

    @property
    def last(self) -> Counts:
        """Position of each post's present or coming holder, shape (posts,)."""
        return np.asarray(self.first[1:] - 1)

    def dated(self, team: pd.DataFrame) -> pd.DataFrame:
        """Return TEAM with name and start of each AE's present or coming holder; others stay as they are."""
        posts = self.last.size
        names = pa.concat_arrays(
            [self.name.take(pa.array(self.last)), pa.array(team["name"].iloc[posts:], pa.large_string())]
        )
        joined = team["joined_on"].to_numpy().copy()
        joined[:posts] = _dates(self.since[self.last])
        return team.assign(name=column(names), joined_on=joined)


def post_holders(team: pd.DataFrame, people: PeoplePath, first_month: int, scenario: Scenario) -> PostHolders:
    """List who held each AE's post in the recorded months.

    Parameters
    ----------
    team : DataFrame
        TEAM, AEs first; only `rep_id` is read.
    people : PeoplePath
        Of the AEs, over the recorded months.
    first_month : int
        Months since January 1970.
    scenario : Scenario

    Returns
    -------
    PostHolders

    Examples
    --------
    >>> from kamsim.dynamics import Team, compile_parameters, play_people
    >>> scenario = Scenario.load("saas_midmarket")
    >>> path = play_people(
    ...     Team(["R1"], np.array([90.0])), compile_parameters(scenario.dynamics), key=7, first_month=600,
    ...     months=12, tenure=np.array([9]),
    ... )
    >>> holders = post_holders(pd.DataFrame({"rep_id": ["R1"]}), path, 600, scenario)
    >>> int(holders.since[0])
    590
    """
    posts, months = people.left.shape
    gap = scenario.dynamics.people.vacancy_months
    starts = (people.tenure == 0) & (people.vacancy == 0)
    # Who starts in the first month is a post's first holder, unless the one before left in it.
    starts[:, 0] &= people.left[:, 0]
    post, month = np.nonzero(starts)
    coming = np.flatnonzero(people.vacancy[:, -1] > 0)
    post = np.concatenate([np.arange(posts), post, coming])
    since = np.concatenate(
        [
            _first_starts(people, first_month, gap),
            month + first_month,
            first_month + months - 1 + people.vacancy[coming, -1],
        ]
    )
    order = np.lexsort((since, post))
    post, since = post[order], since[order]
    first = np.searchsorted(post, np.arange(posts + 1))
    ordinal = turns(post)
    key, entities = luck_key(scenario.seed, "team"), entity_keys(team["rep_id"].iloc[:posts].tolist())
    u = row_uniforms(key, entities[post], ordinal + 1, 2)
    handed_over = np.where(ordinal == 0, -1, since - gap)
    return PostHolders(first, since, handed_over, full_names(u[:, 0], u[:, 1]))


def ownership_table(block: RecordedBlock, scenario: Scenario) -> pd.DataFrame:
    """Write who owned the accounts of a block.

    The first owner has an account since the start in the post, or since the account arrived. The quality of
    a hand-over is that of the month in which the owner before left; an account that arrived after that has
    known no hand-over.

    Parameters
    ----------
    block : RecordedBlock
    scenario : Scenario

    Returns
    -------
    DataFrame
        OWNERSHIP, sorted by key; no row for an account that nobody owns.

    Examples
    --------
    >>> from kamsim.portfolio.past import record_block, share_past
    >>> from kamsim.portfolio.team import draw_team, take_census
    >>> scenario = Scenario.load("saas_midmarket", {"portfolio.accounts": 20})
    >>> past = share_past(scenario, draw_team(take_census(scenario), scenario), 20)
    >>> block = record_block(past, 0, 20)
    >>> owned = ownership_table(block, scenario)
    >>> bool((owned["until"].dropna() > owned["since"][owned["until"].notna()]).all())
    True
    """
    holders = post_holders(block.team, block.people, block.first_month, scenario)
    cutoff = block.first_month + block.months
    account, holder = _holders_of_accounts(block, holders, cutoff)
    arrival, post = block.closing.arrival[account], block.owner[account]
    until = holders.until[holder]
    reps = pa.array(block.team["rep_id"], pa.large_string())
    ids = pa.array(block.closing.account_ids, pa.large_string())
    quality = _quality(block, account, holders.handed_over[holder])
    return pd.DataFrame(
        {
            "account_id": column(ids.take(pa.array(account))),
            "since": _dates(np.maximum(holders.since[holder], arrival)),
            "until": _dates(np.where(until < cutoff, until, 0), missing=until >= cutoff),
            "rep_id": column(reps.take(pa.array(post))),
            "holder": column(holders.name.take(pa.array(holder))),
            "handover_quality": np.where(turns(account) == 0, np.nan, quality),
        }
    )


def owner_since(block: RecordedBlock, scenario: Scenario) -> NDArray[np.datetime64]:
    """Tell since when the present person owns each account.

    Returns
    -------
    array of datetime64[us], shape (accounts,)
        At the earliest the account's arrival; missing for an account that nobody owns.
    """
    holders = post_holders(block.team, block.people, block.first_month, scenario)
    started = np.where(holders.since < block.first_month + block.months, holders.since, -1)
    latest = np.maximum.reduceat(started, holders.first[:-1]) if started.size else started
    owned = block.owner >= 0
    since = np.append(latest, 0)[np.where(owned, block.owner, -1)]
    return _dates(np.maximum(since, block.closing.arrival), missing=~owned)


def _first_starts(people: PeoplePath, first_month: int, gap: int) -> Counts:
    """Find out when the first holder of each post started, from the tenure at the end of the first month."""
    tenure, vacancy, left = people.tenure[:, 0], people.vacancy[:, 0], people.left[:, 0]
    # Tenure stands still in a post that is vacant already: count it from the month of the departure.
    counted_in = first_month - np.where((vacancy > 0) & ~left, gap - vacancy, 0)
    # Where the successor of the very first month has started, the tenure before is not known any more.
    return np.asarray(counted_in - np.where(left & (vacancy == 0), FULL_TENURE, tenure))


def _holders_of_accounts(block: RecordedBlock, holders: PostHolders, cutoff: int) -> tuple[Counts, Counts]:
    """Pair each account with those who held its post while it was there, in order of time."""
    owned = np.flatnonzero(block.owner >= 0)
    post = block.owner[owned]
    count = np.diff(holders.first)[post]
    account = np.repeat(owned, count)
    holder = np.repeat(holders.first[post], count) + turns(account)
    there = (holders.since[holder] < cutoff) & (holders.until[holder] > block.closing.arrival[account])
    return account[there], holder[there]


def _quality(block: RecordedBlock, account: Counts, handed_over: Counts) -> Floats:
    """Give the quality of each hand-over; one from before the recorded months is known from the state."""
    column_of = np.maximum(handed_over - block.first_month, 0)
    recorded = block.people.quality[block.owner[account], column_of]
    before = block.opening.handover_quality[account, 0]
    quality = np.where(handed_over >= block.first_month, recorded, before)
    return np.where(handed_over >= block.closing.arrival[account], quality, np.nan)


def _dates(months: Counts, missing: Any = False) -> NDArray[np.datetime64]:
    dates = first_days(months).astype("datetime64[us]")
    return np.where(missing, np.datetime64("NaT", "us"), dates)
