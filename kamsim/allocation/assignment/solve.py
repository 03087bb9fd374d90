"""The assignment of accounts to representatives under capacity, with a proven gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kamsim.allocation.assignment.dual import Dual, solve_dual
from kamsim.allocation.assignment.exact import promising, solve_exactly
from kamsim.allocation.assignment.hunt import CORE, Deadline, Hunt, Incumbent
from kamsim.allocation.assignment.knapsack import knapsack_bound
from kamsim.allocation.assignment.pairs import Indices, Pairs, build_pairs
from kamsim.errors import AllocationNotFoundError, AssignmentError, InfeasibleAllocationError
from kamsim.streams import stream

EXACT_PAIRS = 2_500
"""Promising pairs up to which the exact program comes first."""
EXACT_LATE_PAIRS = 20_000
"""Promising pairs up to which it comes at all."""
FEW_VISITS, MANY_VISITS = 3e5, 5e6
"""Nodes of the exact program times its pairs, early and late."""
FIRST_HITS, SWINGS, SWING_HITS, SWING_VISITS = 30, 20, 150, 30_000
"""Assignments that the first search sees; swings of small problems with many options, and three times as many
before with few; what each sees, times accounts."""
OPTIMAL = 2e-6
"""Gap that HiGHS's tolerances leave where costs are no whole numbers."""
LARGE_PAIRS = 100_000
"""Pairs from which on the search is short."""
LARGE_HITS, LARGE_BLOCKS, LARGE_DEALS = 10, (4, 6, 8), 5
"""Assignments that it sees; sizes of the blocks that it deals, and how many of each size a representative."""

Status = Literal["optimal", "bounded", "time_limit"]


@dataclass(frozen=True, eq=False)
class AssignmentResult:
    """An assignment and what is proven of it.

    Attributes
    ----------
    assignment : array of int, shape (accounts,)
        Index of the representative who gets each account.
    objective : float
        Total cost of the assignment.
    bound : float
        Proven: no assignment costs less (or, maximising, brings more).
    gap : float
        What the bound leaves open, as a share of the objective.
    status : str
        "optimal": the gap is closed. "bounded": the effort is used up, the same on any machine. "time_limit":
        the clock cut the search, so another run may differ.
    """

    assignment: NDArray[np.int64]
    objective: float
    bound: float
    gap: float
    status: Status

    def frame(self) -> pd.DataFrame:
        """Return one row an account: account and representative, by their index."""
        return pd.DataFrame({"account": np.arange(self.assignment.size), "representative": self.assignment})


def solve_assignment(
    cost: ArrayLike,
    load: ArrayLike,
    capacity: ArrayLike,
    *,
    eligible: ArrayLike | None = None,
    sense: Literal["min", "max"] = "min",
    time_limit: float | None = None,
    seed: int = 0,
) -> AssignmentResult:
    """Give each account one representative at the least total cost, and prove how far that is from the least.

    The generalised assignment problem: minimise sum c_ij x_ij over x in {0, 1}, each account with one
    representative, sum_i a_ij x_ij <= b_j for each of them. Small problems end exactly; all others with a
    bound that holds and the gap it leaves. docs/solver.md describes the method and its sources.

    Parameters
    ----------
    cost, load : array, shape (accounts, representatives)
        What each pair costs, and what it takes of the representative's capacity (0 or more). With an
        `eligible` of indices: shape (accounts, k), alike.
    capacity : array, shape (representatives,)
        In the unit of `load`.
    eligible : array, optional
        Which pairs are allowed. Either true and false, shape (accounts, representatives); or, the sparse
        form, the indices of up to k representatives for each account, shape (accounts, k), with -1 for
        none: then column c of `cost` and `load` is about the representative in column c. All pairs by
        default; numbers of pairs that are not allowed are never read.
    sense : {"min", "max"}
    time_limit : float, optional
        Seconds. Without one, the effort is bounded by counts, so that the result is the same on any machine.
    seed : int
        Root of the search's luck.

    Returns
    -------
    AssignmentResult
        The same for the same numbers and seed, in whatever order the rows are, unless its status is
        "time_limit".

    Raises
    ------
    AssignmentError
        For shapes and numbers that do not describe a problem.
    InfeasibleAllocationError
        When no assignment exists, with loads and capacities.
    AllocationNotFoundError
        When none was found and none is proven not to exist, with the load that was over.

    Examples
    --------
    Both accounts would rather have the first representative, who has room for one.

    >>> result = solve_assignment([[1, 5], [1, 3]], load=[[2, 2], [2, 2]], capacity=[3, 3])
    >>> result.assignment, result.objective, result.bound, result.status
    (array([0, 1]), 4.0, 4.0, 'optimal')

    The same in the sparse form, where the second account may go to the second representative only.

    >>> solve_assignment([[1, 5], [3, 0]], [[2, 2], [2, 0]], [3, 3], eligible=[[0, 1], [1, -1]]).assignment
    array([0, 1])
    """
    if sense not in ("min", "max"):
        raise AssignmentError(f"sense must be 'min' or 'max', got {sense!r}")
    if time_limit is not None and not time_limit > 0:
        raise AssignmentError(f"time_limit must be a number of seconds > 0, got {time_limit}")
    deadline = Deadline(np.inf if time_limit is None else float(time_limit))
    pairs = build_pairs(cost, load, capacity, eligible, maximise=sense == "max")
    if pairs.accounts == 0:
        return AssignmentResult(np.empty(0, np.int64), 0.0, 0.0, 0.0, "optimal")
    dual = solve_dual(pairs)
    incumbent = Incumbent(dual.bound)
    luck = int(stream(seed, "allocation", "assignment").integers(1, 2**63 - 1))
    hunt = Hunt(pairs, dual, incumbent, luck)
    hunt.begin(FIRST_HITS if pairs.rep.size < LARGE_PAIRS else LARGE_HITS)
    if not incumbent.closed:
        incumbent.bound = knapsack_bound(pairs, dual, hunt.table)
        if np.isinf(incumbent.bound):
            raise InfeasibleAllocationError(_impossible(pairs))
    _prove(pairs, dual, incumbent, deadline, EXACT_PAIRS, FEW_VISITS, 0.3)
    if not incumbent.closed:
        _improve(pairs, hunt, deadline)
        _prove(pairs, dual, incumbent, deadline, EXACT_LATE_PAIRS, MANY_VISITS, 1.0)
    if incumbent.pair is None:
        raise AllocationNotFoundError(_miss(pairs, incumbent, deadline))
    return _result(pairs, incumbent, incumbent.pair, deadline, -1.0 if sense == "max" else 1.0)


def _improve(pairs: Pairs, hunt: Hunt, deadline: Deadline) -> None:
    """Swing penalties and deal blocks in turn, as often as the size of the problem affords."""
    incumbent = hunt.incumbent
    if pairs.rep.size >= LARGE_PAIRS:
        if not deadline.passed(0.8) and incumbent.pair is None:
            hunt.go_on(1)
        for size in LARGE_BLOCKS:
            if not deadline.passed(0.8):
                hunt.deal(size, LARGE_DEALS * pairs.reps)
        return
    hunt.focus(CORE)
    for swing in range(4 * SWINGS):
        if swing == 3 * SWINGS:
            hunt.focus(None)
        if incumbent.closed or deadline.passed(0.8):
            return
        hunt.go_on(int(np.clip(SWING_VISITS // pairs.accounts, 1, SWING_HITS)))
        for size in (3, 4, 5):
            hunt.deal(size, 100)


def _prove(
    pairs: Pairs, dual: Dual, incumbent: Incumbent, deadline: Deadline, most: int, visits: float, share: float
) -> None:
    """Solve what is left open exactly, where it is small enough; raise the bound, refuse the impossible."""
    if incumbent.closed or (np.isfinite(deadline.seconds) and deadline.left <= 0):
        return
    known = incumbent.pair is not None
    allowed = promising(pairs, dual, incumbent.cost) if known else np.arange(pairs.rep.size)
    if allowed.size > (most if known else 10 * most):
        return
    nodes = 1 + int(visits / allowed.size) if allowed.size else 1
    found = solve_exactly(pairs, allowed, seconds=share * deadline.left, nodes=nodes if known else 10 * nodes)
    deadline.cut = deadline.cut or found.clock
    if found.infeasible and not known:
        raise InfeasibleAllocationError(_impossible(pairs))
    if found.pair is not None:
        incumbent.offer(pairs, found.pair)
    if found.infeasible:
        # Nothing is left that could be cheaper.
        incumbent.bound = incumbent.cost
    incumbent.bound = max(incumbent.bound, min(incumbent.cost, found.bound))


def _impossible(pairs: Pairs) -> str:
    least = float(np.minimum.reduceat(pairs.load, pairs.start[:-1]).sum())
    return (
        f"the {pairs.accounts} accounts need a load of at least {least:g}, which cannot be packed into the"
        f" capacities of the {pairs.reps} representatives, {pairs.capacity.sum():g} in all"
    )


def _miss(pairs: Pairs, incumbent: Incumbent, deadline: Deadline) -> str:
    within = f"{deadline.seconds:g} s" if deadline.cut else "the limits of the search"
    return (
        f"no assignment of the {pairs.accounts} accounts was found within {within}: the nearest one is"
        f" {incumbent.over:g} over the capacities, {pairs.capacity.sum():g} in all; none is proven impossible"
    )


def _result(
    pairs: Pairs, incumbent: Incumbent, pair: Indices, deadline: Deadline, sign: float
) -> AssignmentResult:
    assignment = np.empty(pairs.accounts, dtype=np.int64)
    assignment[pairs.row] = pairs.rep[pair]
    bound = min(incumbent.bound, incumbent.cost)
    gap = (incumbent.cost - bound) / max(abs(incumbent.cost), 1e-300) if incumbent.cost > bound else 0.0
    closed = gap <= (0.0 if pairs.whole_costs else OPTIMAL)
    status: Status = "optimal" if closed else "time_limit" if deadline.cut else "bounded"
    return AssignmentResult(assignment, sign * incumbent.cost + 0.0, sign * bound + 0.0, gap, status)
