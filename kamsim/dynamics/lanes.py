"""Accounts as lanes: those that run under the same numbers share blocks, and are taken apart again.

The engine's lanes are replications; one course of events would leave all lanes but one idle. Where
accounts do not touch one another, they can be the lanes themselves: a draw is addressed by the account,
so neither the block nor the neighbours in it matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics.engine import MONTHS_A_YEAR, NEUTRAL, Precision, check_run
from kamsim.dynamics.layout import LANES
from kamsim.dynamics.pack import pack_accounts, packed_fields, unpack_accounts
from kamsim.dynamics.parameters import Parameters
from kamsim.dynamics.staff import Plan
from kamsim.dynamics.state import Counts, Floats, State
from kamsim.errors import ConfigError

_BLOCKS_AT_ONCE = 4096
"""Blocks whose rows are kept at once: bounds memory, and an interrupt is heard between them."""


@dataclass(frozen=True)
class AccountLanes:
    """The checked input of a run of accounts that do not touch one another.

    Attributes
    ----------
    state : State
        Of one lane.
    members : array of int, shape (blocks, LANES)
        Accounts of each block; the last of a group is repeated to fill it.
    hours : array, shape (years, 3, accounts)
        Planned for AE, SE and CSM; one year, or as many as the run has.
    kinds : array, shape (years, accounts, 5)
    alerts : array of bool, shape (years, accounts)
    parameters : Parameters
    dtype : numpy dtype
    """

    state: State
    members: Counts
    hours: Floats
    kinds: Floats
    alerts: NDArray[np.bool_]
    parameters: Parameters
    dtype: Any

    @classmethod
    def of(
        cls,
        state: State,
        plan: Floats | Plan | Sequence[Plan],
        parameters: Parameters,
        first_month: int,
        months: int,
        precision: Precision,
    ) -> AccountLanes:
        """Check the input and group the accounts; raise ConfigError as `play` does."""
        if state.lanes != 1:
            raise ConfigError(f"a recording wants one lane, got {state.lanes}")
        check_run(state, np.zeros(1, np.int64), first_month, months, NEUTRAL)
        if precision not in ("float32", "float64"):
            raise ConfigError(f"precision must be float32 or float64, got {precision!r}")
        plans, accounts = _yearly(plan, months), state.accounts
        hours = np.stack([year.hours(accounts, 1)[:, :, 0] for year in plans])
        usual = parameters.kinds[state.segment]
        has_pattern = any(year.kinds is not None for year in plans)
        kinds = np.stack([usual if year.kinds is None else year.kinds for year in plans])
        nowhere = np.zeros(accounts, np.bool_)
        alerts = np.stack([nowhere if year.alerts is None else year.alerts for year in plans])
        arrival = np.clip(state.arrival - first_month, 0, months)
        code = state.segment * (months + 1) + arrival
        marks = [*(kinds if has_pattern else ()), *(alerts[:, :, None] if alerts.any() else ())]
        return cls(
            state, _blocks(_numbered(code, marks)), hours, kinds, alerts, parameters, np.dtype(precision)
        )

    def blocks(self) -> Iterator[Blocks]:
        """Pack some blocks, time after time."""
        fields = packed_fields(self.state, self.hours[0][:, :, None], self.parameters)
        for first in range(0, len(self.members), _BLOCKS_AT_ONCE):
            members = self.members[first : first + _BLOCKS_AT_ONCE]
            rows = pack_accounts(fields, members, self.dtype)
            yield Blocks(members, self.state.entities[members], rows)


@dataclass(frozen=True)
class Blocks:
    """Packed blocks of accounts.

    Attributes
    ----------
    members : array of int, shape (blocks, LANES)
        Accounts in the lanes.
    entities : array of uint64, shape (blocks, LANES)
        Where their luck is addressed.
    rows : array, shape (blocks, ROWS * LANES)
        As in `layout`; the kernel plays on them.
    """

    members: Counts
    entities: NDArray[np.uint64]
    rows: Any

    def unpack_into(self, after: State) -> None:
        """Write the played rows into a state of all accounts."""
        unpack_accounts(self.rows, self.members, after)


def _yearly(plan: Floats | Plan | Sequence[Plan], months: int) -> list[Plan]:
    """Give the plan of each year of a run: one for all of them, or one each."""
    if isinstance(plan, Plan):
        return [plan]
    if isinstance(plan, np.ndarray):
        return [Plan(np.asarray(plan, float))]
    years = -(-months // MONTHS_A_YEAR)
    if len(plan) != years:
        raise ConfigError(f"a run of {months} months wants 1 plan or {years}, got {len(plan)}")
    return list(plan)


def _numbered(code: Counts, marks: list[NDArray[Any]]) -> Counts:
    """Number accounts so that equal numbers mean the same code and the same rows of all marks."""
    if not marks:
        return code
    columns = np.column_stack([code, *(np.asarray(mark, float) for mark in marks)])
    as_bytes = np.ascontiguousarray(columns).view(np.dtype((np.void, columns.shape[1] * 8)))
    return np.asarray(np.unique(as_bytes[:, 0], return_inverse=True)[1])


def _blocks(group: Counts) -> Counts:
    """Put the accounts of each group into blocks of LANES, filled up with the group's last.

    Examples
    --------
    >>> _blocks(np.array([7, 5, 7])).shape, _blocks(np.array([7, 5, 7]))[:, :3].tolist()
    ((2, 32), [[1, 1, 1], [0, 2, 2]])
    """
    order = np.argsort(group, kind="stable")
    begins = np.flatnonzero(np.diff(group[order], prepend=group[order[:1]] - 1))
    sizes = np.diff(begins, append=group.size)
    padded = -(-sizes // LANES) * LANES
    number = np.repeat(np.arange(sizes.size), padded)
    place = np.arange(padded.sum()) - np.repeat(np.cumsum(padded) - padded, padded)
    return np.asarray(order[begins[number] + np.minimum(place, sizes[number] - 1)].reshape(-1, LANES))
