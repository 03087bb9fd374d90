"""A block of accounts with its recorded past: what the tables of a portfolio are written from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.dynamics import PeoplePath, Recording, State
from kamsim.dynamics.state import Counts, Floats
from kamsim.portfolio.holders import PostHolders
from kamsim.portfolio.posts import Posts

BLOCK_ACCOUNTS = 16_384
"""Accounts that are made together: bounds memory."""


@dataclass(frozen=True)
class RecordedBlock:
    """Accounts that follow one another, from before the first recorded month to the cut-off.

    Attributes
    ----------
    facts, uniforms : DataFrame
        Of the accounts, as in `InitialPortfolio`; the uniform numbers are those of `DRAWN_FOR_LATER`.
    opening, closing : State
        At the start of the first recorded month, and at the cut-off; one lane.
    recording : Recording
        The months between.
    owner : array of int, shape (accounts,)
        Position in `team` of the post that owns each account.
    hours : array, shape (3, years, accounts)
        Hours a month planned for AE, SE and CSM, by year of the history.
    first_month : int
        Months since January 1970 of the first recorded month.
    team : DataFrame
        TEAM, all roles; posts of AEs come first.
    posts : Posts
        What was read from it once.
    people : PeoplePath
        The AEs' past, over the recorded months.
    holders : PostHolders
        Who held the AEs' posts in these months.
    outlook : array, shape (replications, 3, AEs + 1, months)
        What may become of the AEs after the cut-off, from `team_outlook`.
    """

    facts: pd.DataFrame
    uniforms: pd.DataFrame
    opening: State
    closing: State
    recording: Recording
    owner: Counts
    hours: Floats
    first_month: int
    team: pd.DataFrame
    posts: Posts
    people: PeoplePath
    holders: PostHolders
    outlook: Floats

    @property
    def account_ids(self) -> NDArray[np.object_]:
        """Ids of the accounts, sorted."""
        return np.array(self.closing.account_ids, dtype=object)

    @property
    def months(self) -> int:
        """Number of recorded months."""
        return int(self.recording.revenue.shape[1])
