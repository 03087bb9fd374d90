"""Follows each opportunity through a recording: when it opened, what it passed, how and when it ended.

Months are counted from the first recorded one; those before it are below 0.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from kamsim.config import Scenario
from kamsim.dynamics import FREE, MONTHS_A_YEAR, SLOTS, WON, State
from kamsim.dynamics.layout import CHURNED, EVENTS, NOT_DUE
from kamsim.dynamics.state import Counts, Floats
from kamsim.portfolio import pipeline_kernel
from kamsim.portfolio.pipeline_kernel import DATED, NEVER
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.schemas import DEAL_KINDS, SEGMENTS

# Numba infers the types of the kernel's arguments; typing tools cannot.
_walk: Any = pipeline_kernel.walk
_count_down: Any = pipeline_kernel.count_down

RENEWAL = len(DEAL_KINDS)
"""Code of a renewal, after those of the deals."""

OPEN, WON_STATUS, LOST_STATUS = 0, 1, 2


@dataclass(frozen=True)
class Pipeline:
    """Opportunities of a block, sorted by account, month of opening and slot; arrays shaped (rows,).

    Attributes
    ----------
    account, slot : array of int
        Position of the account in the block; a renewal stands in the slot after the last.
    opened, closed : array of int
        Months; `closed` is `NEVER` while open.
    milestones : array of int, shape (rows, 3)
        Months in which proof, endorsement and approval came; `NEVER` where they have not (D-CYC-2).
    status : array of int
        `OPEN`, `WON_STATUS` or `LOST_STATUS`.
    kind : array of int
        Position in `DEAL_KINDS`, or `RENEWAL`.
    competitor : array of bool
    amount, meddic : array
        EUR a month; MEDDIC letters when last seen (0 for a renewal).
    roles, goodwill : array
        Of the account, as the opportunity's last month began (open ones: at the cut-off).
    sponsorless : array of bool
        The account had lost its sponsor then.
    """

    account: Counts
    slot: Counts
    opened: Counts
    closed: Counts
    milestones: Counts
    status: Counts
    kind: Counts
    competitor: NDArray[np.bool_]
    amount: Floats
    meddic: Floats
    roles: Floats
    goodwill: Floats
    sponsorless: NDArray[np.bool_]

    @property
    def passed(self) -> Counts:
        """Number of milestones passed, signature aside."""
        return np.asarray((self.milestones != NEVER).sum(axis=1))

    @property
    def age(self) -> Counts:
        """Months from opening to the end, for those that ended."""
        return self.closed - self.opened

    def __add__(self, other: Self) -> Pipeline:
        """Put two together, in order."""
        both = {f.name: np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)}
        order = np.lexsort((both["slot"], both["opened"], both["account"]))
        return Pipeline(**{name: values[order] for name, values in both.items()})


def follow_pipeline(block: RecordedBlock, scenario: Scenario) -> Pipeline:
    """Follow all opportunities of a block, renewals of yearly contracts among them."""
    without_sponsor = _without_sponsor(block, scenario)
    return _follow_deals(block, without_sponsor) + _follow_renewals(block, without_sponsor, scenario)


def _follow_deals(block: RecordedBlock, without_sponsor: NDArray[np.bool_]) -> Pipeline:
    past, opening = block.recording, block.opening
    held, age = opening.milestones_passed[:, 0], opening.age[:, 0]
    rows = int((held != FREE).sum() + (past.opened > 0).sum())
    account, slot, opened, closed, outcome = (np.empty(rows, np.int64) for _ in range(5))
    milestones = np.full((rows, DATED), NEVER)
    _walk(
        held, age, past.opened, past.closed, past.passed, account, slot, opened, closed, outcome, milestones
    )
    # An opportunity is last seen at the end of the month before it closed, or of the last one.
    last = np.where(closed == NEVER, block.months, closed) - 1
    code = _seen(opening.kind[:, 0], past.kind, account, last, slot)
    began = _seen(opening.amount[:, 0], past.opened, account, np.maximum(opened, -1), slot)
    return Pipeline(
        account=account,
        slot=slot,
        opened=opened,
        closed=closed,
        milestones=milestones,
        status=np.where(closed == NEVER, OPEN, np.where(outcome == WON, WON_STATUS, LOST_STATUS)),
        kind=code % len(DEAL_KINDS),
        competitor=code >= len(DEAL_KINDS),
        amount=began.astype(np.float64),
        meddic=_seen(opening.meddic[:, 0], past.meddic, account, last, slot).astype(np.float64),
        roles=_seen(opening.roles[:, 0], past.roles, account, last),
        goodwill=_seen(opening.goodwill[:, 0], past.goodwill, account, last),
        sponsorless=without_sponsor[account, last + 1],
    )


def _follow_renewals(
    block: RecordedBlock, without_sponsor: NDArray[np.bool_], scenario: Scenario
) -> Pipeline:
    """Write each renewal of a yearly contract as an opportunity.

    Contracts with monthly terms renew silently: nobody opens an opportunity for them.
    """
    past, notice = block.recording, scenario.portfolio.pipeline.notice_months
    yearly = np.array([getattr(scenario.dynamics, name).renewals_per_year == 1 for name in SEGMENTS])
    is_yearly = yearly[block.closing.segment]
    account, month = np.nonzero((past.renewal != NOT_DUE) & is_yearly[:, None])
    before = past.revenue + past.churned + past.contracted - past.repriced
    left = past.renewal[account, month] == CHURNED
    coming, ahead = _coming_renewals(block.closing, is_yearly, block.first_month + block.months, notice)
    rows = len(account) + len(coming)
    due = np.concatenate([month, block.months + ahead])
    owner = np.concatenate([account, coming])
    last = np.minimum(due, block.months) - 1
    return Pipeline(
        account=owner,
        slot=np.full(rows, SLOTS),
        opened=due - notice,
        closed=np.concatenate([month, np.full(len(coming), NEVER)]),
        milestones=np.full((rows, DATED), NEVER),
        status=np.concatenate([np.where(left, LOST_STATUS, WON_STATUS), np.full(len(coming), OPEN)]),
        kind=np.full(rows, RENEWAL),
        competitor=np.zeros(rows, bool),
        amount=np.concatenate([before[account, month], block.closing.revenue[coming, 0]]).astype(np.float64),
        meddic=np.zeros(rows),
        roles=_seen(block.opening.roles[:, 0], past.roles, owner, last),
        goodwill=_seen(block.opening.goodwill[:, 0], past.goodwill, owner, last),
        sponsorless=without_sponsor[owner, last + 1],
    )


def _coming_renewals(
    state: State, is_yearly: NDArray[np.bool_], cutoff: int, notice: int
) -> tuple[Counts, Counts]:
    """Find customers whose contract ends in the months after the cut-off, and in how many months."""
    ahead = (state.renewal_month[:, 0] - cutoff) % MONTHS_A_YEAR
    customers = np.flatnonzero((state.revenue[:, 0] > 0) & is_yearly & (ahead < notice))
    return customers, ahead[customers]


def _seen(start: Any, months: Any, account: Counts, month: Counts, slot: Counts | None = None) -> Any:
    """Read a recorded variable at the end of a month; -1 is the state before the first."""
    rest = () if slot is None else (slot,)
    return np.where(month < 0, start[(account, *rest)], months[(account, np.maximum(month, 0), *rest)])


def _without_sponsor(block: RecordedBlock, scenario: Scenario) -> NDArray[np.bool_]:
    """Tell in which months an account has no sponsor (docs/model.md 6.5, 6.8); column 0 is the start."""
    dynamics = scenario.dynamics
    lengths = [getattr(dynamics.organisation, name).sponsorless_months for name in EVENTS]
    without = np.zeros((block.closing.accounts, block.months + 1), bool)
    _count_down(
        block.opening.sponsorless[:, 0], block.recording.happened,
        np.array(lengths, np.int64), dynamics.sponsorless_months, without,
    )  # fmt: skip
    return without
