"""The assignment problem as pairs of account and representative, checked and in an order of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kamsim.allocation.assignment import pairs_kernel
from kamsim.errors import AssignmentError, InfeasibleAllocationError

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

_find_repeated: Any = pairs_kernel.find_repeated
_fingerprint: Any = pairs_kernel.fingerprint_accounts

ROUNDING = 1e-9
"""Share of a capacity by which a sum of loads may pass it: the rounding of sums."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Every pair that an assignment may use, account by account.

    Accounts stand in an order that depends on their numbers alone, so that the order of the caller's rows
    moves no bit of the result.

    Attributes
    ----------
    start : array of int, shape (accounts + 1,)
        Where each account's pairs begin.
    rep : array of int32, shape (pairs,)
    cost : array, shape (pairs,)
        To be minimised: of the other sign where the caller maximises.
    load : array, shape (pairs,)
    capacity : array, shape (reps,)
    row : array of int, shape (accounts,)
        The caller's row of each account.
    """

    start: Indices
    rep: NDArray[np.int32]
    cost: Floats
    load: Floats
    capacity: Floats
    row: Indices

    @property
    def accounts(self) -> int:
        """Number of accounts."""
        return self.start.size - 1

    @property
    def reps(self) -> int:
        """Number of representatives."""
        return self.capacity.size

    @property
    def account(self) -> Indices:
        """The account of each pair, shape (pairs,)."""
        return np.repeat(np.arange(self.accounts), np.diff(self.start))

    @property
    def whole_costs(self) -> bool:
        """Whether every cost is a whole number, so that every objective is."""
        return bool((self.cost == np.rint(self.cost)).all()) and float(np.abs(self.cost).sum()) < 2**52

    def used(self, pair: Indices) -> Floats:
        """Add up the loads of each representative, shape (reps,)."""
        return np.asarray(np.bincount(self.rep[pair], self.load[pair], self.reps), dtype=np.float64)

    def keeps_capacity(self, pair: Indices) -> bool:
        """Tell whether no capacity is exceeded by more than the rounding of sums."""
        return bool((self.used(pair) <= self.capacity * (1 + ROUNDING)).all())


def build_pairs(
    cost: ArrayLike, load: ArrayLike, capacity: ArrayLike, eligible: ArrayLike | None, *, maximise: bool
) -> Pairs:
    """Check the caller's arrays and turn them into pairs; see `solve_assignment` for their shapes.

    Raises
    ------
    AssignmentError
        For shapes that do not fit, and numbers that are none; the message names row and column.
    InfeasibleAllocationError
        When arithmetic alone shows that no assignment exists, with the loads and capacities.
    """
    costs, loads = _matrix("cost", cost), _matrix("load", load)
    capacities = np.array(_numbers("capacity", capacity))
    if costs.shape != loads.shape:
        raise AssignmentError(f"cost is shaped {costs.shape} and load {loads.shape}: they must be alike")
    if capacities.ndim != 1:
        raise AssignmentError(f"capacity must be shaped (representatives,), got {capacities.shape}")
    _refuse(~(capacities >= 0) | np.isinf(capacities), "capacity", capacities, "a finite number >= 0")
    who = _representatives(eligible, costs.shape, capacities.size)
    allowed = who >= 0
    _refuse(allowed & ~np.isfinite(costs), "cost", costs, "a finite number")
    _refuse(allowed & ~(np.isfinite(loads) & (loads >= 0)), "load", loads, "a finite number >= 0")
    check_possible(np.where(allowed, loads, np.inf), who, capacities)
    fits = allowed & (loads <= capacities[who])
    pairs = _gather(who, costs, loads, fits, capacities, -1.0 if maximise else 1.0)
    repeated = int(_find_repeated(pairs.start, pairs.rep, pairs.reps))
    if repeated >= 0:
        raise AssignmentError(f"eligible[{pairs.row[repeated]}] names a representative twice")
    return pairs


def check_possible(loads: Floats, who: NDArray[np.int32], capacity: Floats) -> None:
    """Refuse what no assignment can meet: nobody to assign to, a load too large, all loads too large.

    Raises
    ------
    InfeasibleAllocationError
        One sentence with the row of the account, or the hours in all.
    """
    accounts = loads.shape[0]
    if accounts and capacity.size == 0:
        raise InfeasibleAllocationError(f"there are no representatives to give {accounts} accounts to")
    if accounts == 0:
        return
    nowhere = np.flatnonzero(np.isinf(loads).all(axis=1))
    if nowhere.size:
        raise InfeasibleAllocationError(
            f"account {nowhere[0]} is eligible for no representative ({nowhere.size} such of {accounts})"
        )
    least = np.where(loads <= capacity[who], loads, np.inf).min(axis=1)
    stuck = np.flatnonzero(np.isinf(least))
    if stuck.size:
        a = int(stuck[0])
        own = np.flatnonzero(np.isfinite(loads[a]))
        nearest = own[np.argmin(loads[a, own] - capacity[who[a, own]])]
        needed, most = float(loads[a, nearest]), float(capacity[who[a, nearest]])
        if (loads[a, own] >= needed).all() and (capacity[who[a, own]] <= most).all():
            said = (
                f"needs a load of at least {needed:g}, and none of its representatives has more than {most:g}"
            )
        else:
            rep = who[a, nearest]
            said = f"needs {needed:g} of representative {rep}, who has {most:g}, and no other lacks less"
        raise InfeasibleAllocationError(
            f"account {a} {said} ({stuck.size} such of {accounts})",
            needed=needed,
            available=most,
        )
    needed, available = float(least.sum()), float(capacity.sum())
    if needed > available * (1 + ROUNDING):
        raise InfeasibleAllocationError(
            f"the {accounts} accounts need a load of at least {needed:g}, and the {capacity.size}"
            f" representatives have {available:g}: {needed - available:g} over",
            needed=needed,
            available=available,
        )


def _numbers(name: str, given: ArrayLike) -> NDArray[Any]:
    try:
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise AssignmentError(f"{name} must be an array of numbers") from None


def _matrix(name: str, given: ArrayLike) -> Floats:
    array = _numbers(name, given)
    if array.ndim != 2:
        raise AssignmentError(
            f"{name} must have one row an account and one column an option, got {array.shape}"
        )
    return array


def _refuse(bad: NDArray[np.bool_], name: str, values: Floats, rule: str) -> None:
    if bad.any():
        at = tuple(int(k) for k in np.argwhere(bad)[0])
        raise AssignmentError(f"{name}{list(at)} must be {rule}, got {values[at]:g}")


def _representatives(eligible: ArrayLike | None, shape: tuple[int, ...], reps: int) -> NDArray[np.int32]:
    """Say which representative each entry of cost and load is for; -1 where it is for none."""
    dense = np.broadcast_to(np.arange(reps, dtype=np.int32), (shape[0], reps))
    given = None if eligible is None else np.asarray(eligible)
    if given is None or given.dtype == np.bool_:
        if shape[1] != reps:
            raise AssignmentError(f"cost has {shape[1]} columns for {reps} representatives")
        if given is None:
            return dense
        if given.shape != shape:
            raise AssignmentError(f"eligible is shaped {given.shape} and cost {shape}: they must be alike")
        return np.where(given, dense, np.int32(-1))
    if not np.issubdtype(given.dtype, np.integer):
        raise AssignmentError(f"eligible must hold true and false, or indices, got {given.dtype}")
    if given.shape != shape:
        raise AssignmentError(f"eligible is shaped {given.shape} and cost {shape}: they must be alike")
    _refuse((given < -1) | (given >= reps), "eligible", given, f"an index below {reps}, or -1 for none")
    return given.astype(np.int32)


def _gather(
    who: NDArray[np.int32],
    costs: Floats,
    loads: Floats,
    fits: NDArray[np.bool_],
    capacity: Floats,
    sign: float,
) -> Pairs:
    """Flatten the pairs that fit, then sort the accounts by what their rows hold."""
    counts = fits.sum(axis=1)
    start = np.concatenate([[0], np.cumsum(counts)])
    rep, cost, load = who[fits], sign * costs[fits] + 0.0, loads[fits] + 0.0
    row = np.argsort(_fingerprint(start, rep, cost, load), kind="stable")
    fresh = np.concatenate([[0], np.cumsum(counts[row])])
    if counts.size and (counts == counts[0]).all():
        wide = (counts.size, int(counts[0]))
        rep, cost, load = (column.reshape(wide)[row].ravel() for column in (rep, cost, load))
    else:
        order = np.repeat(start[row] - fresh[:-1], counts[row]) + np.arange(rep.size)
        rep, cost, load = rep[order], cost[order], load[order]
    return Pairs(fresh, rep, cost, load, capacity, row)
