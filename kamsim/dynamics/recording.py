"""What a run looked like month by month: revenue and its bridge, opportunities opened and closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics import layout as at
from kamsim.dynamics.engine import NEUTRAL, Precision, Surroundings, trace
from kamsim.dynamics.layout import CHURNED, CONTRACTED, REPRICED, SLOT_ROWS, SLOTS
from kamsim.dynamics.parameters import Parameters
from kamsim.dynamics.staff import Plan
from kamsim.dynamics.state import Floats, State
from kamsim.errors import ConfigError

_ACCOUNTS_A_CHUNK = 500
"""Accounts whose rows are kept at once, where they do not touch one another: bounds memory."""


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


def record(
    state: State,
    effort: Floats | Plan,
    parameters: Parameters,
    *,
    key: int,
    first_month: int,
    months: int,
    surroundings: Surroundings = NEUTRAL,
    precision: Precision = "float64",
) -> tuple[Recording, State]:
    """Play a one-lane state and keep every month; parameters as in `play`."""
    if state.lanes != 1:
        raise ConfigError(f"a recording wants one lane, got {state.lanes}")
    plan = effort if isinstance(effort, Plan) else Plan(np.asarray(effort, float))
    apart = surroundings == NEUTRAL
    step = _ACCOUNTS_A_CHUNK if apart else max(1, state.accounts)
    pieces, states = [], []
    for first in range(0, max(1, state.accounts), step):
        last = min(first + step, state.accounts)
        some = state.some_accounts(first, last) if apart else state
        rows, after = trace(
            some, plan.some_accounts(first, last) if apart else plan, parameters, key=key,
            first_month=first_month, months=months, surroundings=surroundings, precision=precision,
        )  # fmt: skip
        pieces.append(read_trace(rows, some, first_month))
        states.append(after)
    whole = {name: np.concatenate([getattr(p, name) for p in pieces]) for name in vars(pieces[0])}
    return Recording(**{name: values[..., 0] for name, values in whole.items()}), State.below(states)


def read_trace(rows: Floats, before: State, first_month: int) -> Recording:
    """Read a trace (without frozen revenue) as a recording; lanes stay as the last axis.

    Parameters
    ----------
    rows : array, shape (months, accounts, ROWS, lanes)
        From `trace`.
    before : State
        The state that the run started from.
    first_month : int
        As in `trace`.
    """
    revenue = rows[:, :, at.REVENUE]
    start = np.concatenate([np.broadcast_to(before.revenue, revenue[:1].shape[1:])[None], revenue[:-1]])
    capped_at, outcome = rows[:, :, at.CAPPED], rows[:, :, at.RENEWAL]
    # An account that has not arrived has not played: nothing moved.
    dormant = before.arrival[None, :, None] > first_month + np.arange(len(revenue))[:, None, None]
    booked_to = np.where(outcome > 0, rows[:, :, at.BOOKED], revenue)
    change = revenue - booked_to
    slots = [at.SLOT + slot * SLOT_ROWS for slot in range(SLOTS)]
    passed, age, amount = (rows[:, :, [s + offset for s in slots]] for offset in range(3))
    closed = rows[:, :, at.OUTCOME : at.OUTCOME + SLOTS]
    flows: dict[str, Any] = {
        "revenue": revenue,
        "hours": rows[:, :, at.EFFORT],
        "capped": np.where(dormant, 0.0, start - capped_at),
        "booked": np.where(dormant, 0.0, booked_to - capped_at),
        "churned": np.where(outcome == CHURNED, -change, 0.0),
        "contracted": np.where(outcome == CONTRACTED, -change, 0.0),
        "repriced": np.where(outcome == REPRICED, change, 0.0),
        "opened": np.where((passed >= 0) & (age == 0), amount, 0.0),
        "closed": closed.astype(np.int8),
        "closed_amount": np.where(closed > 0, rows[:, :, at.CLOSING : at.CLOSING + SLOTS], 0.0),
    }
    slotted = ("opened", "closed", "closed_amount")
    return Recording(
        **{
            name: np.moveaxis(values, 0, 1) if name not in slotted else values.transpose(1, 0, 2, 3)
            for name, values in flows.items()
        }
    )
