"""What happened to the accounts of a block, as dated rows: the months' bits of the recording, read once.

Organisation charts and the table of events are both written from these rows, so they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kamsim.config import Scenario
from kamsim.dynamics.layout import EVENTS, OWNER_LEFT, SPONSOR_LEFT
from kamsim.dynamics.state import Counts, Floats
from kamsim.portfolio.dates import first_days
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.portfolio.row_luck import row_uniforms
from kamsim.schemas import EVENT_KINDS
from kamsim.streams import luck_key

APPOINTMENT, REORGANISATION, MERGER = (
    EVENT_KINDS.index(kind) for kind in ("appointment", "reorganisation", "merger")
)
SPONSOR, LEAVER, HAND_OVER = (
    EVENT_KINDS.index(kind) for kind in ("sponsor_left", "stakeholder_left", "hand_over")
)

BITS = {
    **{EVENT_KINDS.index(kind): 1 << bit for bit, kind in enumerate(EVENTS)},
    SPONSOR: SPONSOR_LEFT,
    HAND_OVER: OWNER_LEFT,
}
"""Which bit of `Recording.happened` stands behind a kind of event."""

_KINDS = 8
_KIND_BITS, _DAY_BITS = 3, 23
"""Where day and kind stand in a number that sorts rows: 2^20 days reach beyond the year 4000."""

_DATES, _TURNS = 7, 4
"""Days 1 to 28 of a month are dealt out: each kind takes every fourth of them, so that two changes among an
account's people never fall on one day and their order is clear."""
_TURN = np.array([0, 3, 2, 3, 1, 0, 3])
"""Which of the four days a kind takes: an appointment, a sponsor's leaving and a merger have their own."""


@dataclass(frozen=True)
class Happenings:
    """Rows by account, in order of time.

    Attributes
    ----------
    account : array of int
        Position in the block.
    month : array of int
        Months since January 1970.
    kind : array of int
        Position in `EVENT_KINDS`.
    day : array of int
        Days since 1 January 1970.
    choice : array
        A uniform number: whom it concerns.
    """

    account: Counts
    month: Counts
    kind: Counts
    day: Counts
    choice: Floats


def happenings_of(block: RecordedBlock, scenario: Scenario) -> Happenings:
    """Read what happened, and give each event its day.

    A day is drawn by account, month and kind; that of a representative's departure by the post, since all
    its accounts lose their owner on the same day (the first of the month where nobody has to wait for a
    successor, who starts on a first).
    """
    happened, key = block.recording.happened.ravel(), luck_key(scenario.seed, "events")
    cells = np.flatnonzero(happened)
    bits = happened[cells]
    of_kind = [cells[np.flatnonzero(bits & bit)] for bit in BITS.values()]
    account, month = np.divmod(np.concatenate(of_kind), block.months)
    month += block.first_month
    kind = np.repeat(list(BITS), [rows.size for rows in of_kind])
    entity = block.closing.entities[account]
    own = kind == HAND_OVER
    if own.any():
        entity[own] = block.posts.entities[block.owner[account[own]]]
    u = row_uniforms(key, entity, month * _KINDS + kind, 2)
    date = (u[:, 0] * _DATES).astype(np.int64) * _TURNS + _TURN[kind]
    if scenario.dynamics.people.vacancy_months == 0:
        date[own] = 0
    day = first_days(month).astype(np.int64) + date
    order = np.argsort(in_order(account, day, kind))
    return Happenings(account[order], month[order], kind[order], day[order], u[order, 1])


def in_order(account: Counts, day: Counts, kind: Counts) -> Counts:
    """Give numbers that sort rows by account, then day, then kind."""
    return (account << _DAY_BITS | day << _KIND_BITS) | kind
