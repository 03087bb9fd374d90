"""Writes OWNERSHIP: which person of our team owned each account from when to when.

A post owns an account throughout; the person who holds the post changes when somebody leaves. Until the
successor starts, the accounts stay with the one who left.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from kamsim.dynamics.state import Counts, Floats
from kamsim.portfolio.dates import month_dates
from kamsim.portfolio.holders import PostHolders
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.portfolio.row_luck import turns
from kamsim.portfolio.texts import column


def ownership_table(block: RecordedBlock) -> pd.DataFrame:
    """Write who owned the accounts of a block.

    The first owner has an account since the start in the post, or since the account arrived. The quality of
    a hand-over is that of the month in which the owner before left; an account that arrived after that has
    known no hand-over.

    Parameters
    ----------
    block : RecordedBlock

    Returns
    -------
    DataFrame
        OWNERSHIP, sorted by key; no row for an account that nobody owns.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> from kamsim.portfolio.past import record_block, share_past, start_block
    >>> from kamsim.portfolio.team import draw_team, take_census
    >>> scenario = Scenario.load("saas_midmarket", {"portfolio.accounts": 20})
    >>> past = share_past(scenario, draw_team(take_census(scenario), scenario), 20)
    >>> block = record_block(past, start_block(past, 0, 20))
    >>> owned = ownership_table(block)
    >>> bool((owned["until"].dropna() > owned["since"][owned["until"].notna()]).all())
    True
    """
    holders = block.holders
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
            "since": month_dates(np.maximum(holders.since[holder], arrival)),
            "until": month_dates(np.where(until < cutoff, until, 0), missing=until >= cutoff),
            "rep_id": column(reps.take(pa.array(post))),
            "holder": column(holders.name.take(pa.array(holder))),
            "handover_quality": np.where(turns(account) == 0, np.nan, quality),
        }
    )


def owner_since(block: RecordedBlock) -> NDArray[np.datetime64]:
    """Tell since when the present person owns each account.

    Returns
    -------
    array of datetime64[us], shape (accounts,)
        At the earliest the account's arrival; missing for an account that nobody owns.
    """
    holders = block.holders
    started = np.where(holders.since < block.first_month + block.months, holders.since, -1)
    latest = np.maximum.reduceat(started, holders.first[:-1]) if started.size else started
    owned = block.owner >= 0
    since = np.append(latest, 0)[np.where(owned, block.owner, -1)]
    return month_dates(np.maximum(since, block.closing.arrival), missing=~owned)


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
