"""Whether an allocation can exist, told by arithmetic before any solver runs."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from kamsim.allocation.limits import Flags, Floats, Indices
from kamsim.allocation.problem import AllocationProblem
from kamsim.errors import AssignmentError, InfeasibleAllocationError

TOLERANCE_HOURS = 1e-6
"""Rounding of sums and of the solver."""

NAMED = 5
"""A message names so many accounts or AEs; the error's attributes hold all."""


def check_feasible(problem: AllocationProblem) -> None:
    """Refuse a problem that no plan can meet, with hours needed and hours available.

    Necessary conditions only, in rising order of what they ask: somebody to allocate to; an AE for each
    account and each family whom no constraint bars; a family's minimum hours within such an AE's month; for
    no set of accounts more minimum hours, with the least travel, than all the AEs who may have them hold
    together; no cap on what changes hands below what must change hands. What is left, the packing of
    accounts into books, `keep_minimum` settles exactly.

    Parameters
    ----------
    problem : AllocationProblem

    Raises
    ------
    InfeasibleAllocationError
        One sentence with the numbers, and with the ids and constraints that clash as attributes.
    AssignmentError
        When a number of the problem is NaN, or a month or cost is infinite.
    """
    _check_people(problem)
    _check_numbers(problem)
    _check_somebody_may(problem)
    _check_units_fit(problem)
    needed, available = problem.minimum.sum(), problem.capacity.sum()
    if needed > available + TOLERANCE_HOURS:
        raise InfeasibleAllocationError(
            f"the {problem.accounts} accounts need at least {needed:.1f} AE hours a month,"
            f" and the {problem.reps} AEs have {available:.1f}",
            needed=needed,
            available=available,
            accounts=problem.account_ids,
            reps=problem.rep_ids,
        )
    _check_sets_fit(problem)
    _check_caps(problem)


def _check_people(problem: AllocationProblem) -> None:
    if problem.reps == 0:
        raise InfeasibleAllocationError(
            f"the team holds no AE: nobody can own the {problem.accounts} accounts of the book",
            needed=problem.minimum.sum(),
            available=0.0,
            accounts=problem.account_ids,
        )
    if problem.accounts == 0:
        raise InfeasibleAllocationError(
            "the book holds no account: there is nothing to allocate", reps=problem.rep_ids
        )


def _check_numbers(problem: AllocationProblem) -> None:
    """Refuse what no comparison with hours or money would notice."""
    curves = {f"curves.{name}": column for name, column in vars(problem.curves).items()}
    own = (
        "capacity",
        "workload",
        "minimum",
        "pool_effort",
        "hours_per_client_hour",
        "handover_eur",
        "gain_sd",
    )
    for name, values in ({n: getattr(problem, n) for n in own} | curves).items():
        bad = np.argwhere(~np.isfinite(values))
        if bad.size:
            ids = problem.rep_ids if name == "capacity" else problem.account_ids
            first = tuple(bad[0])
            raise AssignmentError(f"{name} must be finite, got {values[first]} for {ids[first[0]]!r}")


def _check_somebody_may(problem: AllocationProblem) -> None:
    """Name the first account, and else the first family, that constraints leave without any AE."""
    alone = np.asarray(problem.limits.alone(problem.accounts, problem.reps).any(axis=1))
    fits = problem.eligible.any(axis=1)
    if fits.all():
        return
    account = int(np.argmin(alone)) if not alone.all() else int(np.argmin(fits))
    members = np.flatnonzero(problem.family == problem.family[account]) if alone[account] else [account]
    names = _clash(problem, np.asarray(members))
    ids = [problem.account_ids[i] for i in members]
    who = f"account {ids[0]!r}" if len(ids) == 1 else f"the family of accounts {_listed(ids)}"
    lost = int((~alone).sum()) if not alone.all() else int((~fits).sum())
    more = f" ({lost} accounts have none)" if lost > len(ids) else ""
    leave = "leaves" if len(names) == 1 else "leave"
    raise InfeasibleAllocationError(
        f"no AE may own {who}: {_joined(names)} {leave} nobody of {problem.reps}{more}",
        needed=_least_load(problem)[members].sum(),
        available=0.0,
        accounts=ids,
        constraints=names,
    )


def _clash(problem: AllocationProblem, members: Indices) -> list[str]:
    """Name as few constraints as leave no AE for these accounts: from all, one after the other is dropped."""
    names = [n for n, pairs in problem.limits.allowed.items() if not pairs[members].all()]
    for name in list(names):
        rest = [problem.limits.allowed[n][members] for n in names if n != name]
        if rest and not np.logical_and.reduce(rest).all(axis=0).any():
            names.remove(name)
    return names


def _check_units_fit(problem: AllocationProblem) -> None:
    """Refuse an account or a family that is too large for every AE who may have it."""
    loads = _unit_loads(problem)
    units = problem.family
    spare = np.where(problem.eligible, problem.capacity[None, :] - loads[units], -np.inf)
    worst = int(np.argmin(spare.max(axis=1)))
    rep = int(np.argmax(spare[worst]))
    if spare[worst, rep] >= -TOLERANCE_HOURS:
        return
    members = np.flatnonzero(units == units[worst])
    ids = [problem.account_ids[i] for i in members]
    needed, most = loads[units[worst], rep], problem.capacity[rep]
    who = f"account {ids[0]!r}" if len(ids) == 1 else f"the family of accounts {_listed(ids)}"
    may = problem.eligible[worst]
    names = _bound(problem, members, may)
    allowed = f" whom {_joined(names)} let have it" if names else ""
    if (problem.capacity[may] <= most).all() and (loads[units[worst], may] >= needed).all():
        said = f"needs at least {needed:.1f} AE hours a month, and no AE{allowed} has more than {most:.1f}"
    else:
        said = (
            f"needs {needed:.1f} AE hours a month of {problem.rep_ids[rep]!r}, who has {most:.1f}, and no"
            f" other AE{allowed} lacks fewer"
        )
    raise InfeasibleAllocationError(
        f"{who} {said}",
        needed=needed,
        available=most,
        accounts=ids,
        reps=[r for r, own in zip(problem.rep_ids, may, strict=True) if own],
        constraints=[*names, *(["families"] if len(ids) > 1 else [])],
    )


def _check_sets_fit(problem: AllocationProblem) -> None:
    """Refuse a set of accounts whose minimum hours exceed those of all AEs who may have them (Hall).

    A flow of hours from accounts to eligible AEs meets every minimum, accounts divided where need be, or its
    smallest cut names the set. Accounts with the same AEs are one node.
    """
    patterns, node = np.unique(problem.eligible, axis=0, return_inverse=True)
    node = node.ravel()
    needed = np.asarray(np.bincount(node, _least_load(problem), len(patterns)), dtype=np.float64)
    short = _smallest_cut(needed, problem.capacity, patterns)
    if not short.any():
        return
    together = np.asarray(patterns[short].any(axis=0))
    accounts = np.flatnonzero(short[node])
    ids = [problem.account_ids[i] for i in accounts]
    reps = [r for r, may in zip(problem.rep_ids, together, strict=True) if may]
    hours, available = needed[short].sum(), problem.capacity[together].sum()
    names = _bound(problem, accounts, together)
    only = f", whom {_joined(names)} leave to" if names else " of"
    raise InfeasibleAllocationError(
        f"{len(ids)} accounts ({_listed(ids)}) need at least {hours:.1f} AE hours a month with the least"
        f" travel{only} {_listed(reps)}, who {'has' if len(reps) == 1 else 'have'} {available:.1f}:"
        f" {hours - available:.1f} hours are lacking",
        needed=hours,
        available=available,
        accounts=ids,
        reps=reps,
        constraints=names,
    )


GRAIN = 1e-3
"""Hours of a unit of flow, more where there are billions of units: the flow is in 32 bits.

Needs are rounded down and capacities up, so nothing feasible is refused.
"""
MOST_UNITS = 2**30


def _smallest_cut(needed: Floats, capacity: Floats, may: Flags) -> Flags:
    """Tell which nodes of demand a largest flow leaves short, with all that compete for the same AEs."""
    nodes, reps = may.shape
    total = float(needed.sum())
    grain = max(GRAIN, total / MOST_UNITS)
    demand = np.floor(needed / grain).astype(np.int32)
    supply = np.ceil(np.minimum(capacity + TOLERANCE_HOURS, total) / grain).astype(np.int32)
    source, sink = nodes + reps, nodes + reps + 1
    i, r = np.nonzero(may)
    start = np.concatenate([np.full(nodes, source), i, nodes + np.arange(reps)])
    end = np.concatenate([np.arange(nodes), nodes + r, np.full(reps, sink)])
    flow_limit = np.concatenate([demand, demand[i], supply])
    graph = coo_array((flow_limit, (start, end)), shape=(sink + 1, sink + 1)).tocsr()
    graph.data = graph.data.astype(np.int32)
    found = maximum_flow(graph, source, sink)
    if found.flow_value >= demand.sum():
        return np.zeros(nodes, dtype=bool)
    rest = graph - found.flow
    rest.data[rest.data < 0] = 0
    rest.eliminate_zeros()
    reached = breadth_first_order(rest, source, return_predecessors=False)
    short = np.zeros(nodes, dtype=bool)
    short[reached[reached < nodes]] = True
    return short


def _check_caps(problem: AllocationProblem) -> None:
    """Refuse a cap on what changes hands below the least that must."""
    weights, needed = problem.limits.weights(problem.accounts), must_move(problem)
    for k, budget in enumerate(problem.limits.budgets):
        forced, overload = needed
        least = float(weights[forced, k].sum()) + _least_shed(problem, weights[:, k], overload)
        if least > budget.limit + TOLERANCE_HOURS * max(budget.limit, 1.0):
            names = sorted({name for i in np.flatnonzero(forced) for name in _reasons(problem, int(i))})
            because = f"{_joined(names)} and the minimum hours" if names else "the minimum hours"
            raise InfeasibleAllocationError(
                f"{budget.name} lets {budget.limit:g} change hands, and {because} need at least {least:g} to:"
                f" {least - budget.limit:g} too much",
                needed=least,
                available=budget.limit,
                accounts=[problem.account_ids[i] for i in np.flatnonzero(forced)],
                constraints=[budget.name, *names],
            )


def must_move(problem: AllocationProblem) -> tuple[Flags, Floats]:
    """Tell whose owner in the team may not keep the account, and by how many hours each AE has too much.

    Returns
    -------
    forced : array of bool, shape (accounts,)
        The constraints bar the owner, for the account or for a member of its family.
    overload : array, shape (reps,)
        Minimum hours of the accounts that stand alone and may stay, above the AE's month; at least 0.
    """
    owned = problem.owner >= 0
    stays = problem.eligible[np.arange(problem.accounts), np.maximum(problem.owner, 0)] & owned
    size = np.bincount(problem.family)[problem.family]
    alone = np.flatnonzero(stays & (size == 1))
    load = np.bincount(
        problem.owner[alone],
        problem.minimum[alone] * problem.rate(np.maximum(problem.owner, 0))[alone],
        problem.reps,
    )
    return owned & ~stays, np.asarray(np.maximum(load - problem.capacity, 0.0))


def _least_shed(problem: AllocationProblem, weight: Floats, overload: Floats) -> float:
    """Give the least weight whose leaving takes the overload off, accounts divided where need be."""
    total = 0.0
    size = np.bincount(problem.family)[problem.family]
    for rep in np.flatnonzero(overload > TOLERANCE_HOURS).tolist():
        book = np.flatnonzero((problem.owner == rep) & problem.eligible[:, rep] & (size == 1))
        hours = problem.minimum[book] * problem.hours_per_client_hour[book, rep]
        book, hours = book[hours > 0], hours[hours > 0]
        cheap = np.argsort(weight[book] / hours, kind="stable")
        before = np.cumsum(hours[cheap]) - hours[cheap]
        part = np.clip((overload[rep] - before) / hours[cheap], 0.0, 1.0)
        shed = part @ weight[book][cheap]
        # A whole number of accounts leaves, so a count rounds up.
        whole = bool(np.isin(weight[book], (0.0, 1.0)).all())
        total += float(np.ceil(shed - TOLERANCE_HOURS)) if whole else float(shed)
    return total


def _reasons(problem: AllocationProblem, account: int) -> list[str]:
    own = problem.limits.barring(account, int(problem.owner[account]))
    return own or ["families"]


def _unit_loads(problem: AllocationProblem) -> Floats:
    """Minimum hours of each family with each AE's travel, shape (families, reps)."""
    loads = np.zeros((int(problem.family.max()) + 1, problem.reps))
    np.add.at(loads, problem.family, problem.minimum[:, None] * problem.hours_per_client_hour)
    return loads


def _least_load(problem: AllocationProblem) -> Floats:
    """Minimum hours of each account with the nearest eligible AE, shape (accounts,)."""
    rates = np.where(problem.eligible, problem.hours_per_client_hour, np.inf).min(axis=1)
    return problem.minimum * np.where(np.isfinite(rates), rates, 1.0)


def _bound(problem: AllocationProblem, accounts: Indices, within: Flags) -> list[str]:
    """Name the constraints that keep these accounts from AEs outside a group."""
    return [n for n, pairs in problem.limits.allowed.items() if not pairs[np.ix_(accounts, ~within)].all()]


def _listed(ids: list[str]) -> str:
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    return ", ".join(repr(name) for name in ids[:NAMED]) + more


def _joined(names: list[str]) -> str:
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"
