"""Moves a state into the kernel's flat array, and back.

The array is shaped (blocks, accounts, rows * LANES); lane `l` of block `b` is the run's lane
``b * LANES + l``. A last block that is not full repeats the last lane; nobody reads those.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics import layout as at
from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.layout import LANES, ROWS, SLOT_ROWS, SLOTS
from kamsim.dynamics.parameters import Parameters
from kamsim.dynamics.state import Counts, State

_ROW_OF = {
    "wallet": at.WALLET, "revenue": at.REVENUE, "goodwill": at.GOODWILL, "roles": at.ROLES,
    "sponsorless": at.SPONSORLESS, "handover": at.HANDOVER, "newcomer": at.NEWCOMER, "blind": at.BLIND,
    "handover_quality": at.QUALITY, "renewal_month": at.RENEWAL_MONTH, "units_penetrated": at.PENETRATED,
    "owner": at.OWNER, "idle": at.IDLE, "exited": at.EXITED,
}  # fmt: skip
_FIXED_ROW_OF = {"attainable": at.ATTAINABLE, "responsiveness": at.RESPONSIVENESS, "units": at.UNITS}
_SLOT_ROW_OF = {"milestones_passed": 0, "age": 1, "amount": 2, "kind": 3, "meddic": 4}


def pack(
    state: State,
    hours: NDArray[np.float64],
    parameters: Parameters,
    lanes: int,
    dtype: Any,
    height: int = ROWS,
) -> Any:
    """Write a state and the planned hours into a new flat array.

    Parameters
    ----------
    state : State
        With `lanes` lanes, or with one that all lanes start from.
    hours : array, shape (3, accounts, 1 or lanes)
        Of AE, SE and CSM.
    parameters : Parameters
    lanes : int
    dtype : numpy dtype
        float32 or float64.
    height : int
        Rows of an account: all, or the first STATE_ROWS.

    Returns
    -------
    array, shape (blocks, accounts, height * LANES)
    """
    rows = np.zeros((-(-lanes // LANES), state.accounts, height * LANES), dtype)
    for row, values in packed_fields(state, hours, parameters):
        _put(rows, row, np.ascontiguousarray(values, np.float64), lanes)
    return rows


Fields = list[tuple[int, NDArray[Any]]]


def packed_fields(state: State, hours: NDArray[np.float64], parameters: Parameters) -> Fields:
    """List the rows that are packed, and the values of each, shaped (accounts, 1 or lanes)."""
    fields = [(row, getattr(state, name)) for name, row in (_ROW_OF | _FIXED_ROW_OF).items()]
    fields.append((at.BASE_HAZARD, -np.log1p(-state.propensity)))
    fields.append((at.HALF_POWER, state.half_effort**parameters.settings.response_exponent))
    fields += zip((at.AE, at.SE, at.CSM), hours, strict=True)
    for name, offset in _SLOT_ROW_OF.items():
        values = getattr(state, name)
        fields += [(at.SLOT + slot * SLOT_ROWS + offset, values[:, :, slot]) for slot in range(SLOTS)]
    return fields


def pack_accounts(fields: Fields, members: Counts, dtype: Any) -> Any:
    """Write one-lane fields into a new flat array, with the accounts themselves as the lanes.

    Parameters
    ----------
    fields : list
        From `packed_fields`, shaped (accounts, 1).
    members : array of int, shape (blocks, LANES)
        The account in each lane.
    dtype : numpy dtype
        float32 or float64.

    Returns
    -------
    array, shape (blocks, ROWS * LANES)
    """
    rows = np.zeros((len(members), ROWS * LANES), dtype)
    for row, values in fields:
        _gather(rows, row, values[:, 0], members)
    return rows


def unpack_accounts(rows: Any, members: Counts, after: State) -> None:
    """Write what the kernel changed into a one-lane state, which is filled in place."""
    for name, row in _ROW_OF.items():
        _scatter(rows, row, getattr(after, name)[:, 0], members)
    for name, offset in _SLOT_ROW_OF.items():
        for slot in range(SLOTS):
            _scatter(rows, at.SLOT + slot * SLOT_ROWS + offset, getattr(after, name)[:, 0, slot], members)


def unpack(rows: Any, state: State, lanes: int) -> State:
    """Read the state after a run; `state` is the one before it, and is not changed."""
    accounts = state.accounts
    shape = (accounts, lanes)
    changed: dict[str, Any] = {}
    for name, row in _ROW_OF.items():
        values = np.empty(shape)
        _take(rows, row, values)
        changed[name] = values.astype(getattr(state, name).dtype, copy=False)
    for name, offset in _SLOT_ROW_OF.items():
        by_slot = np.empty((SLOTS, *shape))
        for slot in range(SLOTS):
            _take(rows, at.SLOT + slot * SLOT_ROWS + offset, by_slot[slot])
        changed[name] = np.moveaxis(by_slot, 0, 2).astype(getattr(state, name).dtype, order="C")
    if state.lanes != lanes:
        fixed = (*_FIXED_ROW_OF, "propensity", "half_effort", "tenure", "vacancy")
        changed |= {name: np.repeat(getattr(state, name), lanes, axis=1) for name in fixed}
    return replace(state, **changed)


@compiled
def _put(rows, row, values, lanes):
    last = lanes - 1
    step = 0 if values.shape[1] == 1 else 1
    for block in range(rows.shape[0]):
        for i in range(rows.shape[1]):
            for lane in range(LANES):
                number = min(block * LANES + lane, last)
                rows[block, i, row * LANES + lane] = values[i, step * number]


@compiled
def _gather(rows, row, values, members):
    for block in range(rows.shape[0]):
        for lane in range(LANES):
            rows[block, row * LANES + lane] = values[members[block, lane]]


@compiled
def _scatter(rows, row, values, members):
    for block in range(rows.shape[0]):
        for lane in range(LANES):
            values[members[block, lane]] = rows[block, row * LANES + lane]


@compiled
def _take(rows, row, values):
    lanes = values.shape[1]
    for block in range(rows.shape[0]):
        for i in range(rows.shape[1]):
            for lane in range(min(LANES, lanes - block * LANES)):
                values[i, block * LANES + lane] = rows[block, i, row * LANES + lane]
