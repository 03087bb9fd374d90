"""What a run looked like month by month: revenue and its bridge, the relationship, opportunities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics import layout as at
from kamsim.dynamics import recording_kernel
from kamsim.dynamics.engine import Precision
from kamsim.dynamics.lanes import AccountLanes
from kamsim.dynamics.layout import CHURNED, CONTRACTED, NOT_DUE, REPRICED, SLOT_ROWS, SLOTS
from kamsim.dynamics.parameters import Parameters
from kamsim.dynamics.people_path import PeoplePath, check_owners
from kamsim.dynamics.staff import Plan
from kamsim.dynamics.state import Counts, Floats, State

# Numba infers the types of the kernel's arguments; typing tools cannot.
_play_in_lanes: Any = recording_kernel.play_in_lanes

# Fields in the order in which the kernel writes them.
_FLOWS = (
    "revenue", "hours", "capped", "booked", "churned", "contracted", "repriced", "wallet", "goodwill",
    "roles", "churn_hazard",
)  # fmt: skip
_SLOT_FLOWS = ("opened", "closed_amount", "meddic")
_SLOT_CODES = ("closed", "passed", "kind")


@dataclass(frozen=True)
class Recording:
    """Months of a run; arrays shaped (accounts, months), or (accounts, months, SLOTS), or with lanes last.

    Attributes
    ----------
    revenue : array
        EUR in the month, as it ends.
    hours : array
        AE-equivalent hours that reached the account.
    capped, booked, churned, contracted, repriced : array
        The bridge: revenue = the month before's - capped + booked - churned - contracted + repriced.
    opened : array, with slots
        Amount of the opportunity that opened in the slot at the end of the month, else 0.
    closed : array of int8, with slots
        `WON` or `LOST` for the opportunity that left the slot before that, else 0.
    closed_amount : array, with slots
        EUR a month it was worth.
    wallet, goodwill, roles : array
        As the month ends.
    penetrated : array of int32
        Business units that buy, as the month ends.
    renewal : array of int8
        `layout.NOT_DUE`, `CHURNED`, `CONTRACTED` or `REPRICED`.
    churn_hazard : array
        Yearly hazard of leaving as the month's renewals met it, whether or not a term ended; 0 for an account
        that was no customer when the month began.
    happened : array of uint8
        Bits: 1, 2, 4, 8 an organisation event, in the order of `layout.EVENTS`; 16 the sponsor left; 32 the
        owner left.
    passed : array of int8, with slots
        Milestones passed by the opportunity in the slot as the month ends, `FREE` without one.
    kind : array of int8, with slots
        Of the opportunity in the slot as the month ends, or else of the one that closed in it; 0 without one.
    meddic : array, with slots
        Of the same; one that closed keeps what it had when the month began.
    """

    revenue: Floats
    hours: Floats
    capped: Floats
    booked: Floats
    churned: Floats
    contracted: Floats
    repriced: Floats
    opened: Floats
    closed: NDArray[np.int8]
    closed_amount: Floats
    wallet: Floats
    goodwill: Floats
    roles: Floats
    penetrated: NDArray[np.int32]
    renewal: NDArray[np.int8]
    churn_hazard: Floats
    happened: NDArray[np.uint8]
    passed: NDArray[np.int8]
    kind: NDArray[np.int8]
    meddic: Floats


@dataclass(frozen=True)
class Tape:
    """Room for the months of a recording, so that spans of a run are written one after the other in place.

    Attributes
    ----------
    outputs : tuple of array
        What the kernel writes: flows, flows of slots, codes of slots, and three single fields.
    """

    outputs: tuple[NDArray[Any], ...]

    @classmethod
    def blank(cls, accounts: int, months: int) -> Tape:
        """Make room for `months` months of `accounts` accounts."""
        shape = (accounts, months)
        return cls(
            (
                np.empty((len(_FLOWS), *shape)),
                np.empty((len(_SLOT_FLOWS), *shape, SLOTS)),
                np.empty((len(_SLOT_CODES), *shape, SLOTS), np.int8),
                np.empty(shape, np.int32),
                np.empty(shape, np.int8),
                np.empty(shape, np.uint8),
            )
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Accounts and months that there is room for."""
        accounts, months = self.outputs[-1].shape
        return accounts, months

    @property
    def recording(self) -> Recording:
        """Everything on the tape; months that were not written hold anything."""
        flows, slot_flows, slot_codes, penetrated, renewal, happened = self.outputs
        return Recording(
            **dict(zip(_FLOWS, flows, strict=True)),
            **dict(zip(_SLOT_FLOWS, slot_flows, strict=True)),
            **dict(zip(_SLOT_CODES, slot_codes, strict=True)),
            penetrated=penetrated,
            renewal=renewal,
            happened=happened,
        )


def record(
    state: State,
    plan: Floats | Plan | Sequence[Plan],
    parameters: Parameters,
    *,
    key: int,
    first_month: int,
    months: int,
    people: PeoplePath | None = None,
    revenue_frozen: bool = False,
    precision: Precision = "float64",
    tape: Tape | None = None,
    begin: int = 0,
) -> tuple[Recording, State]:
    """Play a one-lane state, accounts side by side in the lanes, and keep every month.

    The same bits as `read_trace` of `trace` with replication 0, ten times as fast and without its rows.

    Parameters
    ----------
    state : State
        Of one lane; not changed.
    plan : Plan, sequence of Plan, or array of shape (accounts,)
        For all months, or one for each 12 months of the run. An array is AE-equivalent hours that reach each
        account.
    parameters : Parameters
    key : int
        From `kamsim.streams.luck_key`.
    first_month : int
        Months since January 1970.
    months : int
    people : PeoplePath, optional
        What the owners' path does to their accounts in these months, from `play_people`. Without it every
        planned hour reaches its account and nobody leaves.
    revenue_frozen : bool
        Fill the pipeline only: no win is booked and no contract renews.
    precision : {"float32", "float64"}
        Of the state; the recording is double in either.
    tape : Tape, optional
        Where to write, for runs that follow one another; a new one of these months by default.
    begin : int
        Month of the tape at which this run begins.

    Returns
    -------
    Recording, State
        Accounts in the order of the state; and the state after the last month.

    Raises
    ------
    ConfigError
        As `play`, and for a state of several lanes or people of other months or posts.
    """
    run = AccountLanes.of(state, plan, parameters, first_month, months, precision)
    tape = Tape.blank(state.accounts, months) if tape is None else tape
    after = _play(run, key, first_month, months, people, revenue_frozen, tape.outputs, begin)
    return tape.recording, after


def advance(
    state: State,
    plan: Floats | Plan | Sequence[Plan],
    parameters: Parameters,
    *,
    key: int,
    first_month: int,
    months: int,
    people: PeoplePath | None = None,
    revenue_frozen: bool = False,
    precision: Precision = "float64",
) -> State:
    """Play as `record` does and keep nothing but the state after the last month."""
    run = AccountLanes.of(state, plan, parameters, first_month, months, precision)
    nothing = (
        np.empty((0, 0, 0)), np.empty((0, 0, 0, 0)), np.empty((0, 0, 0, 0), np.int8),
        np.empty((0, 0), np.int32), np.empty((0, 0), np.int8), np.empty((0, 0), np.uint8),
    )  # fmt: skip
    return _play(run, key, first_month, months, people, revenue_frozen, nothing)


def _play(
    run: AccountLanes,
    key: int,
    first_month: int,
    months: int,
    people: PeoplePath | None,
    revenue_frozen: bool,
    outputs: tuple[NDArray[Any], ...],
    begin: int = 0,
) -> State:
    """Play the blocks of a run; months are written into the outputs unless these are empty."""
    state = run.state
    path = np.zeros((3, 0, 0))
    if people is not None:
        path = people.for_owners(run.parameters)
        check_owners(path, state, months)
    table = run.parameters.table.astype(run.dtype)
    kinds, owner = run.kinds.astype(run.dtype), state.owner[:, 0]
    after = state.copy()
    for blocks in run.blocks():
        _play_in_lanes(
            blocks.rows, table, blocks.members, state.segment, state.arrival, kinds, run.alerts,
            blocks.entities, run.hours, owner, path, np.uint64(key), first_month, months, not revenue_frozen,
            run.parameters.is_concave, outputs[0].size > 0, begin, *outputs,
        )  # fmt: skip
        blocks.unpack_into(after)
    if people is None:
        return after
    return replace(after, tenure=people.tenure[:, -1:].copy(), vacancy=people.vacancy[:, -1:].copy())


def read_trace(rows: Floats, before: State, first_month: int, *, revenue_frozen: bool = False) -> Recording:
    """Read a trace as a recording; lanes stay as the last axis.

    Parameters
    ----------
    rows : array, shape (months, accounts, ROWS, lanes)
        From `trace`.
    before : State
        The state that the run started from.
    first_month : int
        As in `trace`.
    revenue_frozen : bool
        As in `trace`.
    """
    revenue, capped_at = rows[:, :, at.REVENUE], rows[:, :, at.CAPPED]
    # An account that has not arrived has not played: nothing moved.
    plays = before.arrival[None, :, None] <= first_month + np.arange(len(revenue))[:, None, None]
    outcome = np.where(plays & (not revenue_frozen), rows[:, :, at.RENEWAL], NOT_DUE)
    booked_to = np.where(outcome != NOT_DUE, rows[:, :, at.BOOKED], revenue)
    change = revenue - booked_to
    flows: dict[str, Any] = {
        "revenue": revenue,
        "hours": rows[:, :, at.EFFORT],
        "capped": np.where(plays, _month_before(revenue, before.revenue) - capped_at, 0.0),
        "booked": np.where(plays, booked_to - capped_at, 0.0),
        "churned": np.where(outcome == CHURNED, -change, 0.0),
        "contracted": np.where(outcome == CONTRACTED, -change, 0.0),
        "repriced": np.where(outcome == REPRICED, change, 0.0),
        "wallet": rows[:, :, at.WALLET],
        "goodwill": rows[:, :, at.GOODWILL],
        "roles": rows[:, :, at.ROLES],
        "penetrated": rows[:, :, at.PENETRATED].astype(np.int32),
        "renewal": outcome.astype(np.int8),
        "churn_hazard": rows[:, :, at.HAZARD],
        "happened": rows[:, :, at.HAPPENED].astype(np.uint8),
    }
    by_account = {name: np.moveaxis(values, 0, 1) for name, values in flows.items()}
    slots = {name: values.transpose(1, 0, 2, 3) for name, values in _slots(rows, before, plays).items()}
    return Recording(**by_account, **slots)


def _slots(rows: Floats, before: State, plays: NDArray[np.bool_]) -> dict[str, Any]:
    """Read what a trace says of the slots, shaped (months, accounts, SLOTS, lanes)."""
    passed, age, amount, kind, meddic = (
        rows[:, :, [at.SLOT + slot * SLOT_ROWS + offset for slot in range(SLOTS)]]
        for offset in range(SLOT_ROWS)
    )
    closed = rows[:, :, at.OUTCOME : at.OUTCOME + SLOTS]
    was = (passed < 0) & (closed > 0)
    old_kind, old_meddic = (
        _month_before(now, then.swapaxes(1, 2))
        for now, then in ((kind, before.kind), (meddic, before.meddic))
    )
    return {
        "opened": np.where(plays[:, :, None] & (passed >= 0) & (age == 0), amount, 0.0),
        "closed": closed.astype(np.int8),
        "closed_amount": np.where(closed > 0, rows[:, :, at.CLOSING : at.CLOSING + SLOTS], 0.0),
        "passed": passed.astype(np.int8),
        "kind": np.where(was, old_kind, kind).astype(np.int8),
        "meddic": np.where(was, old_meddic, meddic),
    }


def _month_before(values: Floats, start: Floats | Counts) -> Floats:
    """Shift months by one: what held as each of them began."""
    return np.concatenate([np.broadcast_to(start, values[:1].shape[1:])[None], values[:-1]])
