"""Writes OPPORTUNITIES: every opportunity of a recorded past, renewals included, as a CRM holds it."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kamsim.config import Scenario
from kamsim.dynamics import MILESTONES, MONTHS_A_YEAR, SLOTS
from kamsim.dynamics.state import Counts, Floats
from kamsim.portfolio.dates import first_days
from kamsim.portfolio.pipeline import OPEN, RENEWAL, WON_STATUS, Pipeline, follow_pipeline
from kamsim.portfolio.pipeline_kernel import NEVER
from kamsim.portfolio.reasons import state_reasons
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.portfolio.row_luck import row_uniforms, turns
from kamsim.portfolio.texts import column, numbered, pick_words
from kamsim.schemas import DEAL_KINDS, MEDDIC, SEGMENTS
from kamsim.streams import luck_key

STAGES = ("proof of concept", "endorsement", "budget approval", "signature", "renewal", "closed")
"""Stages as the CRM names them: the milestone that is worked on (D-CYC-2), and what is none."""

PRODUCTS = ("platform", "module")
_STATUS = ("open", "won", "lost")
_ENTRY_DIGITS = 3
_DAYS = 28
"""Days of the month on which things happen: every month has them."""


class OpportunityDraw(IntEnum):
    """What a draw of an opportunity is for. Numbers are part of every seed's meaning: append only."""

    OPENED = 0
    PROOF = 1
    ENDORSED = 2
    APPROVED = 3
    CLOSED = 4
    REASON = 5
    LETTERS = 6  # and the five that follow


def opportunity_table(block: RecordedBlock, scenario: Scenario) -> pd.DataFrame:
    """Write the opportunities of a block.

    Ids number an account's opportunities by month of opening. An opportunity's draws are addressed by its
    account, month of opening and slot, so that no other opportunity moves them.

    Parameters
    ----------
    block : RecordedBlock
    scenario : Scenario
        `portfolio.pipeline` says how they are written down.

    Returns
    -------
    DataFrame
        OPPORTUNITIES, sorted by id. Amounts are a year's worth; a renewal's is that of the contract before
        it. Milestones before the first recorded month are dated evenly between opening and that month.
    """
    rows = follow_pipeline(block, scenario)
    ids = block.closing.account_ids
    number = (block.first_month + rows.opened) * (SLOTS + 1) + rows.slot
    drawn = row_uniforms(
        luck_key(scenario.seed, "opportunities"), block.closing.entities[rows.account], number,
        OpportunityDraw.LETTERS + len(MEDDIC),
    )  # fmt: skip
    letters = _known_letters(rows, drawn[:, OpportunityDraw.LETTERS :])
    dates = _dates(rows, drawn, block.first_month, _ripe(rows, block, scenario))
    is_renewal, is_open = rows.kind == RENEWAL, rows.status == OPEN
    stage = np.where(is_open, np.where(is_renewal, MILESTONES, rows.passed), len(STAGES) - 1)
    reasons = state_reasons(rows, letters, block, scenario, drawn[:, OpportunityDraw.REASON])
    owner, is_module = block.owner[rows.account], rows.kind == DEAL_KINDS.index("cross_sell")
    return pd.DataFrame(
        {
            "opportunity_id": column(entry_ids(ids, rows.account, turns(rows.account) + 1)),
            "account_id": column(pick_words(ids, rows.account)),
            "owner_id": column(pick_words(block.team["rep_id"].tolist(), owner)),
            "product": column(pick_words(PRODUCTS, is_module.astype(np.int64))),
            "kind": column(pick_words((*DEAL_KINDS, "renewal"), rows.kind)),
            "stage": column(pick_words(STAGES, stage)),
            "status": column(pick_words(_STATUS, rows.status)),
            "opened_on": dates[0],
            "closed_on": dates[4],
            "amount_eur": rows.amount * MONTHS_A_YEAR,
            "proof_on": dates[1],
            "endorsed_on": dates[2],
            "approved_on": dates[3],
            "competitor": _flags(rows.competitor, is_renewal),
            "reason": column(reasons),
            **{letter: _flags(letters[:, i], is_renewal) for i, letter in enumerate(MEDDIC)},
        },
        copy=False,
    )


def entry_ids(account_ids: list[str], account: Counts, number: Counts, mark: str = "-") -> pa.Array:
    """Write ids of what belongs to accounts: the account's, a mark, and a number within it.

    Examples
    --------
    >>> entry_ids(["A1"], np.array([0]), np.array([7])).to_pylist()
    ['A1-007']
    """
    ends = numbered(mark, np.arange(number.max(initial=0) + 1), _ENTRY_DIGITS).take(pa.array(number))
    nothing = pa.scalar("", pa.large_string())
    return pc.binary_join_element_wise(pick_words(account_ids, account), ends, nothing)


def _known_letters(rows: Pipeline, drawn: Floats) -> NDArray[np.bool_]:
    """Say which MEDDIC letters are known: as many as the model counts, in an order of their own (D-MED-1).

    The economic buyer comes the earlier, the more roles are engaged (D-STK-1). Nobody is a champion while the
    account has no sponsor.
    """
    place = drawn.copy()
    place[:, MEDDIC.index("economic_buyer")] /= 0.5 + rows.roles
    place[rows.sponsorless, MEDDIC.index("champion")] = np.inf
    rank = place.argsort(axis=1).argsort(axis=1)
    count = np.minimum(np.rint(rows.meddic), len(MEDDIC) - rows.sponsorless)
    return np.asarray(rank < count[:, None])


def _ripe(rows: Pipeline, block: RecordedBlock, scenario: Scenario) -> NDArray[np.bool_]:
    """Tell which were won in the very month in which their minimum cycle was over (D-CYC-1)."""
    least = np.array([getattr(scenario.dynamics, name).minimum_cycle_months for name in SEGMENTS])
    months = least[block.closing.segment[rows.account]]
    return np.asarray((rows.status == WON_STATUS) & (rows.closed - rows.opened == months))


def _dates(
    rows: Pipeline, drawn: Floats, first_month: int, ripe: NDArray[np.bool_]
) -> list[NDArray[np.datetime64]]:
    """Give each event its day, in order within a month; no win undercuts its cycle by days."""
    months = np.column_stack([rows.opened, rows.milestones, rows.closed])
    days = (drawn[:, : OpportunityDraw.REASON] * _DAYS).astype(np.int64)
    later = days[:, 0] + (drawn[:, OpportunityDraw.CLOSED] * (_DAYS - days[:, 0])).astype(np.int64)
    days[:, -1] = np.where(ripe, later, days[:, -1])
    dates = []
    for event in range(months.shape[1]):
        happened = months[:, event] != NEVER
        for earlier in range(event):
            together = happened & (months[:, earlier] == months[:, event])
            days[:, event] = np.maximum(days[:, event], np.where(together, days[:, earlier], 0))
        date = first_days(first_month + np.where(happened, months[:, event], 0)) + days[:, event]
        dates.append(np.where(happened, date, np.datetime64("NaT")).astype("datetime64[us]"))
    return dates


def _flags(values: NDArray[np.bool_], missing: NDArray[np.bool_]) -> Any:
    """Tell true, false, or not known: nobody fills in a renewal's."""
    return pd.arrays.BooleanArray(np.ascontiguousarray(values), missing.copy())
