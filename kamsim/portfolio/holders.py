"""Who held the AEs' posts in the recorded months: read once, for all accounts of a portfolio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from kamsim.config import Scenario
from kamsim.dynamics import PeoplePath
from kamsim.dynamics.state import FULL_TENURE, Counts
from kamsim.portfolio.dates import month_dates
from kamsim.portfolio.names import full_names
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
        joined[:posts] = month_dates(self.since[self.last])
        return team.assign(name=column(names), joined_on=joined)


def post_holders(
    rep_ids: Sequence[str], people: PeoplePath, first_month: int, scenario: Scenario
) -> PostHolders:
    """List who held each AE's post in the recorded months.

    Parameters
    ----------
    rep_ids : sequence of str
        Of the AEs' posts.
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
    >>> holders = post_holders(["R1"], path, 600, scenario)
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
    key, entities = luck_key(scenario.seed, "team"), entity_keys(rep_ids)
    u = row_uniforms(key, entities[post], ordinal + 1, 2)
    handed_over = np.where(ordinal == 0, -1, since - gap)
    return PostHolders(first, since, handed_over, full_names(u[:, 0], u[:, 1]))


def _first_starts(people: PeoplePath, first_month: int, gap: int) -> Counts:
    """Find out when the first holder of each post started, from the tenure at the end of the first month."""
    tenure, vacancy, left = people.tenure[:, 0], people.vacancy[:, 0], people.left[:, 0]
    # Tenure stands still in a post that is vacant already: count it from the month of the departure.
    counted_in = first_month - np.where((vacancy > 0) & ~left, gap - vacancy, 0)
    # Where the successor of the very first month has started, the tenure before is not known any more.
    return np.asarray(counted_in - np.where(left & (vacancy == 0), FULL_TENURE, tenure))
