"""Writes HISTORY: what happened on each account in each month, and what could be seen of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.config import Scenario
from kamsim.dynamics import MONTHS_A_YEAR, Recording
from kamsim.dynamics.layout import CHURNED, OWNER_LEFT
from kamsim.dynamics.state import Counts, Floats
from kamsim.portfolio import pipeline_kernel
from kamsim.portfolio.dates import month_dates
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.portfolio.signals import observe_signals
from kamsim.portfolio.texts import column, pick_words

# Numba infers the types of the kernel's arguments; typing tools cannot.
_sum_slots: Any = pipeline_kernel.sum_slots


def history_table(block: RecordedBlock, scenario: Scenario) -> pd.DataFrame:
    """Write the history of a block.

    Before a lead arrives its rows hold zeros, and no usage. Deals are those of the pipeline; renewals are
    none, since they keep revenue and add none.

    Parameters
    ----------
    block : RecordedBlock
    scenario : Scenario
        `portfolio.signals` says what is seen.

    Returns
    -------
    DataFrame
        HISTORY, sorted by account and month; amounts won are a year's worth.
    """
    past, (accounts, months) = block.recording, block.recording.revenue.shape
    hours = spent_hours(block)
    seen = observe_signals(block, hours, scenario)
    opened, won, lost, won_eur = _count_deals(past)
    numbers = np.arange(block.first_month, block.first_month + months)
    return pd.DataFrame(
        {
            "account_id": column(
                pick_words(block.closing.account_ids, np.repeat(np.arange(accounts), months))
            ),
            "month": np.tile(month_dates(numbers), accounts),
            "revenue_eur": past.revenue.flatten(),
            "ae_hours": hours[0].ravel(),
            "se_hours": hours[1].ravel(),
            "csm_hours": hours[2].ravel(),
            "deals_opened": opened.ravel(),
            "deals_won": won.ravel(),
            "deals_lost": lost.ravel(),
            "won_eur": won_eur.ravel(),
            "contraction_eur": past.contracted.flatten(),
            "churned": _flags(past.renewal == CHURNED),
            "owner_changed": _flags((past.happened & OWNER_LEFT) > 0),
            "ae_touches": _counts(seen.touches[0]),
            "se_touches": _counts(seen.touches[1]),
            "csm_touches": _counts(seen.touches[2]),
            "reviews": _counts(seen.reviews),
            "usage": seen.usage.ravel(),
            "satisfaction": seen.satisfaction.ravel(),
        },
        copy=False,
    )


def spent_hours(block: RecordedBlock) -> Floats:
    """Give the hours that AE, SE and CSM spent: what was planned, as far as the AE had the time.

    Parameters
    ----------
    block : RecordedBlock

    Returns
    -------
    array, shape (3, accounts, months)
        0 before a lead arrives; AE hours are 0 for an account without owner.
    """
    months = block.months
    year = np.arange(months) // MONTHS_A_YEAR
    hours = np.ascontiguousarray(block.hours[:, year].transpose(0, 2, 1))
    if block.people.reach.shape[0]:
        reach = block.people.reach[np.maximum(block.owner, 0)]
        hours[0] *= np.where(block.owner[:, None] >= 0, reach, 0.0)
    waits = np.flatnonzero(block.closing.arrival > block.first_month)
    active = block.closing.arrival[waits, None] <= block.first_month + np.arange(months)
    hours[:, waits] *= active
    return hours


def _count_deals(past: Recording) -> tuple[Counts, Counts, Counts, Floats]:
    """Count the opportunities opened, won and lost, and sum a year's worth of what was won."""
    opened, won, lost = (np.empty(past.revenue.shape, np.int64) for _ in range(3))
    won_eur = np.empty(past.revenue.shape)
    _sum_slots(past.opened, past.closed, past.closed_amount, opened, won, lost, won_eur)
    return opened, won, lost, won_eur


def _flags(values: NDArray[np.bool_]) -> Any:
    return pd.arrays.BooleanArray(values.ravel(), np.zeros(values.size, bool))


def _counts(values: Counts) -> Any:
    return pd.arrays.IntegerArray(values.ravel(), np.zeros(values.size, bool))
