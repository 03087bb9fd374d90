"""Territories designed: balanced, contiguous, compact, and near to the plan before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from kamsim.errors import ConfigError, InfeasibleAllocationError
from kamsim.territories.adjacency import bridges, link_up
from kamsim.territories.feasibility import apportion, check_arithmetic
from kamsim.territories.problem import Plan, TerritoryProblem, build_problem, read_plan
from kamsim.territories.result import TerritoryResult, measure
from kamsim.territories.solve import solve

Islands = Literal["apart", "join"]


def design_territories(
    units: pd.DataFrame,
    adjacency: pd.DataFrame,
    k: int,
    attributes: Sequence[str],
    tolerance: float | Mapping[str, float] = 0.05,
    previous: Plan = None,
    max_moved_share: float | None = None,
    centers: pd.DataFrame | None = None,
    *,
    locked: Plan = None,
    islands: Islands = "apart",
    move_cost: float = 1.0,
    require_tolerance: bool = True,
    seed: int = 0,
) -> TerritoryResult:
    """Put units into k territories: balanced on all attributes, contiguous, compact, near to the plan before.

    Minimises the sum over units of the squared distance to the centre of their territory, plus `move_cost`
    for each unit that leaves the territory it had, over plans in which every territory is connected and holds
    of each attribute the mean within its tolerance (docs/territories.md). The plan is good, not proven best.

    Parameters
    ----------
    units : DataFrame
        One row a unit: `unit_id` (text), `latitude` and `longitude` in degrees, and a column for each
        attribute (finite, 0 or more). Other columns are left alone.
    adjacency : DataFrame
        One row a pair of neighbours: `unit_id`, `neighbour_id`; either direction will do. For points,
        `point_adjacency(units)`.
    k : int
        Number of territories.
    attributes : sequence of str
        What is balanced, such as clients, prospects, potential and workload.
    tolerance : float or mapping of str to float
        Largest deviation of a territory from the mean, as a share of the mean; one for all, or by attribute.
    previous : DataFrame or mapping, optional
        The plan before: `unit_id` and `territory_id`, or one to the other. Units that it leaves out are new.
    max_moved_share : float, optional
        Share of the units of the plan before that may change territory, at most.
    centers : DataFrame, optional
        `territory_id`, `latitude`, `longitude`: territories whose compactness is measured from there. All
        others have their centre in the middle of their units.
    locked : DataFrame or mapping, optional
        Units whose territory is given, as `previous`.
    islands : {"apart", "join"}
        What to do with pieces that do not touch: give each its own territories, or link the smallest to
        the nearest unit of another, and again, until all are one.
    move_cost : float
        What a moved unit costs, in mean squared distances.
    require_tolerance : bool
        Raise where no plan within tolerance is found. Else the nearest one is given back, and the result
        says so.
    seed : int
        Root of the search's luck.

    Returns
    -------
    TerritoryResult
        The same for the same units in any order.

    Raises
    ------
    ConfigError
        For a number or a name out of its range.
    SchemaError
        For an unknown or repeated id, a missing column, a value that is not finite or below 0, an attribute
        that sums to 0.
    InfeasibleAllocationError
        When there is no plan, with what shows it; or, where the tolerance must be kept, when none was found,
        with the smallest deviation that was.

    Examples
    --------
    >>> from kamsim.territories import departments, department_borders
    >>> plan = design_territories(
    ...     departments(), department_borders(), 8, ["population"], 0.1, islands="join"
    ... )
    >>> len(plan.frame()), bool(plan.shapes["contiguous"].all()), plan.within_tolerance
    (96, True, True)
    """
    if islands not in ("apart", "join"):
        raise ConfigError(f"islands must be 'apart' or 'join', got {islands!r}")
    if not 0 <= seed < 2**64:
        raise ConfigError(f"seed must be from 0 to 2**64 - 1, got {seed!r}")
    problem = build_problem(
        units, adjacency, k, attributes, tolerance, previous=previous, max_moved_share=max_moved_share,
        centers=centers, locked=locked, move_cost=move_cost,
    )  # fmt: skip
    links = _no_links()
    if islands == "join":
        problem, links = _join_pieces(problem)
    check_arithmetic(problem, require_tolerance=require_tolerance)
    label = np.zeros(problem.units, dtype=np.int64)
    for share in apportion(problem, require_tolerance=require_tolerance):
        part = problem.part(share.units, share.territories, share.most_moved)
        label[share.units] = share.territories[solve(part, seed)]
    ids = pd.Index(problem.unit_ids)
    ordered = units.set_index("unit_id").loc[ids, ["latitude", "longitude"]].to_numpy(dtype=np.float64)
    result = measure(problem, ordered, label, read_plan(previous, ids, "previous"), links)
    if require_tolerance and not result.within_tolerance:
        raise InfeasibleAllocationError(_missed(result))
    return result


def _join_pieces(problem: TerritoryProblem) -> tuple[TerritoryProblem, pd.DataFrame]:
    pairs = bridges(problem.neighbours, problem.x)
    if not len(pairs):
        return problem, _no_links()
    own = np.repeat(np.arange(problem.units), np.diff(problem.neighbours.starts))
    joined = link_up(
        np.concatenate([own, pairs[:, 0]]),
        np.concatenate([problem.neighbours.others, pairs[:, 1]]),
        problem.units,
    )
    links = pd.DataFrame(
        {
            "unit_id": problem.unit_ids[pairs[:, 0]],
            "neighbour_id": problem.unit_ids[pairs[:, 1]],
            "km": np.linalg.norm(problem.x[pairs[:, 0]] - problem.x[pairs[:, 1]], axis=1),
        }
    )
    return replace(problem, neighbours=joined), links


def _no_links() -> pd.DataFrame:
    text = pd.Series([], dtype="str")
    return pd.DataFrame({"unit_id": text, "neighbour_id": text, "km": pd.Series([], dtype=np.float64)})


def _missed(result: TerritoryResult) -> str:
    over = result.balance["deviation"].abs() - result.balance["tolerance"]
    worst = result.balance.iloc[int(np.argmax(over))]
    return (
        f"no plan within tolerance was found: the nearest leaves {worst['territory_id']!r} at"
        f" {worst['deviation']:+.2%} of the mean {worst['attribute']!r} ({worst['total']:,.6g} against"
        f" {worst['mean']:,.6g}; tolerance {worst['tolerance']:.2%}); give a larger tolerance, or"
        " require_tolerance=False to see the plan"
    )
