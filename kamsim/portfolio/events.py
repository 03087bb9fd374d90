"""Writes EVENTS: what happened at clients and in our team, when, and when it was seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kamsim.config import Scenario
from kamsim.dynamics.state import Counts
from kamsim.portfolio.dates import as_dates, first_days
from kamsim.portfolio.happenings import (
    APPOINTMENT,
    HAND_OVER,
    LEAVER,
    SPONSOR,
    Happenings,
    happenings_of,
    in_order,
)
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.portfolio.row_luck import turns
from kamsim.portfolio.texts import column, numbered, pick_words
from kamsim.schemas import EVENT_KINDS

EVENT_DIGITS = 3

_NEVER = np.iinfo(np.int64).min


def event_table(
    block: RecordedBlock,
    stakeholders: pd.DataFrame,
    scenario: Scenario,
    alerts: NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    """Write what happened to the accounts of a block.

    An appointment comes with the leaving of the person before (`stakeholder_left`). Changes at the client
    are seen after `dynamics.organisation.blind_months`, at once where an alert watches for them (D-ORG-1).
    That a sponsor left, or a representative of ours, is noticed at once.

    Parameters
    ----------
    block : RecordedBlock
    stakeholders : DataFrame
        STAKEHOLDERS of the same accounts, from `stakeholder_tables`.
    scenario : Scenario
    alerts : array of bool, shape (accounts,), optional
        Which accounts are watched; none by default, as in the historical plan.

    Returns
    -------
    DataFrame
        EVENTS, sorted by key.

    Examples
    --------
    >>> from kamsim.portfolio.past import record_block, share_past, start_block
    >>> from kamsim.portfolio.stakeholders import stakeholder_tables
    >>> from kamsim.portfolio.team import draw_team, take_census
    >>> scenario = Scenario.load("saas_midmarket", {"portfolio.accounts": 20})
    >>> past = share_past(scenario, draw_team(take_census(scenario), scenario), 20)
    >>> block = record_block(past, start_block(past, 0, 20))
    >>> events = event_table(block, stakeholder_tables(block, scenario)[0], scenario)
    >>> bool((events["seen_on"].dropna() >= events["happened_on"][events["seen_on"].notna()]).all())
    True
    """
    rows = _with_leavers(happenings_of(block, scenario))
    account, day, kind = rows.account, rows.day, rows.kind
    accounts = pa.array(block.closing.account_ids, pa.large_string()).take(pa.array(account))
    concerned = _concerned(block, stakeholders, rows)
    people = pa.array(stakeholders["stakeholder_id"], pa.large_string())
    return pd.DataFrame(
        {
            "event_id": column(_event_ids(accounts, account)),
            "account_id": column(accounts),
            "happened_on": as_dates(day),
            "seen_on": as_dates(_seen(block, rows, scenario, alerts)),
            "kind": column(pick_words(EVENT_KINDS, kind)),
            "stakeholder_id": column(people.take(pa.array(concerned, mask=concerned < 0))),
        },
        copy=False,
    )


def _with_leavers(rows: Happenings) -> Happenings:
    """Add the leaving of those whom an appointment replaced."""
    source = np.concatenate([np.arange(rows.kind.size), np.flatnonzero(rows.kind == APPOINTMENT)])
    kind = rows.kind[source]
    kind[rows.kind.size :] = LEAVER
    order = np.argsort(in_order(rows.account[source], rows.day[source], kind))
    source = source[order]
    return Happenings(
        rows.account[source], rows.month[source], kind[order], rows.day[source], rows.choice[source]
    )


def _seen(
    block: RecordedBlock, rows: Happenings, scenario: Scenario, alerts: NDArray[np.bool_] | None
) -> Counts:
    """Give the day on which the account team learned of each event; missing if it has not yet."""
    hidden = (rows.kind != SPONSOR) & (rows.kind != HAND_OVER)
    if alerts is not None:
        hidden &= ~alerts[rows.account]
    later = rows.month + scenario.dynamics.organisation.blind_months * hidden
    starts, seen_starts = (first_days(month).astype(np.int64) for month in (rows.month, later))
    cutoff = first_days(np.array([block.first_month + block.months])).astype(np.int64)
    seen = seen_starts + rows.day - starts
    return np.where(seen < cutoff, seen, _NEVER)


def _concerned(block: RecordedBlock, stakeholders: pd.DataFrame, rows: Happenings) -> Counts:
    """Find the row of the person whom each event concerns, by account and day; -1 for none."""
    codes = pc.dictionary_encode(pa.chunked_array(pa.array(stakeholders["account_id"]))).combine_chunks()
    known = pd.Index(block.closing.account_ids).get_indexer(codes.dictionary.to_pylist())
    account = known[codes.indices.to_numpy()]
    found = np.full(rows.kind.size, -1, np.int64)
    start = first_days(np.array([block.first_month])).astype(np.int64)
    for date, kinds in (("joined_on", (APPOINTMENT,)), ("left_on", (LEAVER, SPONSOR))):
        day = stakeholders[date].to_numpy().astype("datetime64[D]").astype(np.int64)
        there = np.flatnonzero((day >= start) & (account >= 0))
        key = in_order(account[there], day[there], np.zeros(there.size, np.int64))
        order = np.argsort(key, kind="stable")
        wanted = np.flatnonzero(np.isin(rows.kind, kinds))
        sought = in_order(rows.account[wanted], rows.day[wanted], np.zeros(wanted.size, np.int64))
        place = np.searchsorted(key, sought, sorter=order)
        hit = np.append(key[order], -1)[place] == sought
        found[wanted[hit]] = there[order[place[hit]]]
    return found


def _event_ids(accounts: pa.Array, account: Counts) -> pa.Array:
    """Number the events of each account in order of time."""
    number = turns(account)
    endings = numbered("-E", np.arange(1, int(number.max(initial=-1)) + 2), EVENT_DIGITS).to_pylist()
    nothing = pa.scalar("", pa.large_string())
    return pc.binary_join_element_wise(accounts, pick_words(endings, number), nothing)
