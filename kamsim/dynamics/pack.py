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
from kamsim.dynamics.state import State

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
    for name, row in (_ROW_OF | _FIXED_ROW_OF).items():
        _put(rows, row, getattr(state, name).astype(np.float64), lanes)
    _put(rows, at.BASE_HAZARD, -np.log1p(-state.propensity), lanes)
    _put(rows, at.HALF_POWER, state.half_effort**parameters.settings.response_exponent, lanes)
    for role, row in enumerate((at.AE, at.SE, at.CSM)):
        _put(rows, row, np.ascontiguousarray(hours[role]), lanes)
    for name, offset in _SLOT_ROW_OF.items():
        values = getattr(state, name)
        for slot in range(SLOTS):
            _put(
                rows,
                at.SLOT + slot * SLOT_ROWS + offset,
                values[:, :, slot].astype(np.float64, order="C"),
                lanes,
            )
    return rows


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
def _take(rows, row, values):
    lanes = values.shape[1]
    for block in range(rows.shape[0]):
        for i in range(rows.shape[1]):
            for lane in range(min(LANES, lanes - block * LANES)):
                values[i, block * LANES + lane] = rows[block, i, row * LANES + lane]
