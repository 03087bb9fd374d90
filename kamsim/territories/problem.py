"""The territory problem as arrays, built once from tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor

import numpy as np
import pandas as pd

from kamsim.errors import ConfigError, SchemaError
from kamsim.territories.adjacency import Floats, Indices, Neighbours, link_up, place_units

NONE = -1
Plan = pd.DataFrame | Mapping[str, str] | None


@dataclass(frozen=True, eq=False)
class TerritoryProblem:
    """Units to put into territories.

    Attributes
    ----------
    unit_ids : array of str, shape (units,)
        Sorted.
    x : array, shape (units, 3)
        Places in km.
    amount : array, shape (units, attributes)
        In the attributes' own units.
    share : array, shape (units, attributes)
        The same over the mean of a territory.
    attributes : tuple of str
    tolerance : array, shape (attributes,)
        Largest deviation of a territory from the mean that is allowed, as a share of the mean.
    neighbours : Neighbours
    names : tuple of str
        Territories that are known by name: those of a fixed centre, of a lock, of the plan before. Others
        are named at the end.
    k : int
        All territories.
    held : array of int, shape (units,)
        Territory that a unit is locked to; -1 for none.
    previous : array of int, shape (units,)
        Territory it had; -1 where it had none, `k` where that is no more.
    centre : array, shape (k, 3)
        Where a centre is fixed, else NaN.
    move_cost : float
        What a moved unit costs, in mean squared distances.
    most_moved : int
        Units that may leave the territory they had.
    """

    unit_ids: np.ndarray
    x: Floats
    amount: Floats
    share: Floats
    attributes: tuple[str, ...]
    tolerance: Floats
    neighbours: Neighbours
    names: tuple[str, ...]
    k: int
    held: Indices
    previous: Indices
    centre: Floats
    move_cost: float
    most_moved: int

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.unit_ids)

    @property
    def fixed(self) -> np.ndarray:
        """Which centres do not float, shape (k,)."""
        return ~np.isnan(self.centre[:, 0])

    @property
    def load(self) -> Floats:
        """Each unit's share of a territory, in the mean over attributes, shape (units,)."""
        return np.asarray(self.share.mean(axis=1))

    def part(self, units: Indices, territories: Indices, most_moved: int) -> TerritoryProblem:
        """Return the problem of some units and territories alone, both counted anew."""
        number = np.full(self.k + 1, NONE, dtype=np.int64)
        number[territories] = np.arange(territories.size)
        number[self.k] = territories.size
        previous = np.where(self.previous[units] == NONE, NONE, number[self.previous[units]])
        elsewhere = (previous == NONE) & (self.previous[units] != NONE)
        return replace(
            self,
            unit_ids=self.unit_ids[units],
            x=self.x[units],
            amount=self.amount[units],
            share=self.share[units],
            neighbours=self.neighbours.within(units),
            k=int(territories.size),
            held=np.where(self.held[units] == NONE, NONE, number[self.held[units]]),
            previous=np.where(elsewhere, territories.size, previous),
            centre=self.centre[territories],
            most_moved=most_moved,
        )


def build_problem(
    units: pd.DataFrame,
    adjacency: pd.DataFrame,
    k: int,
    attributes: Sequence[str],
    tolerance: float | Mapping[str, float],
    *,
    previous: Plan,
    max_moved_share: float | None,
    centers: pd.DataFrame | None,
    locked: Plan,
    move_cost: float,
) -> TerritoryProblem:
    """Turn tables into arrays; the arguments are those of `design_territories`.

    Raises
    ------
    ConfigError
        For a number out of its range.
    SchemaError
        For a table that lacks a column, holds an unknown or repeated id, or a value that cannot be used.
    """
    _check_numbers(k, max_moved_share, move_cost)
    units = _check_units(units, attributes)
    ids = pd.Index(units["unit_id"])
    first, second = (
        _find(ids, adjacency, column, "adjacency", "unit") for column in ("unit_id", "neighbour_id")
    )
    amount = units[list(attributes)].to_numpy(dtype=np.float64)
    before, locks = read_plan(previous, ids, "previous"), read_plan(locked, ids, "locked")
    centres = _check_centres(centers)
    share = amount / (amount.sum(axis=0) / k)
    names = _names(k, centres, locks, before, share.mean(axis=1))
    had = before.notna().to_numpy()
    known = {name: t for t, name in enumerate(names)}
    centre = np.full((k, 3), np.nan)
    where = [known[name] for name in centres["territory_id"]]
    centre[where] = place_units(centres["latitude"].to_numpy(float), centres["longitude"].to_numpy(float))
    cap = len(units) if max_moved_share is None else floor(max_moved_share * had.sum() + 1e-9)
    return TerritoryProblem(
        unit_ids=ids.to_numpy(dtype=object),
        x=place_units(units["latitude"].to_numpy(float), units["longitude"].to_numpy(float)),
        amount=amount,
        share=share,
        attributes=tuple(attributes),
        tolerance=_tolerances(tolerance, attributes),
        neighbours=link_up(first, second, len(units)),
        names=names,
        k=k,
        held=_code(locks, known, k),
        previous=_code(before, known, k),
        centre=centre,
        move_cost=float(move_cost),
        most_moved=int(cap),
    )


def _check_numbers(k: int, max_moved_share: float | None, move_cost: float) -> None:
    if isinstance(k, bool) or int(k) != k or k < 1:
        raise ConfigError(f"k must be a whole number >= 1, got {k!r}")
    if max_moved_share is not None and not 0 <= max_moved_share <= 1:
        raise ConfigError(f"max_moved_share must be from 0 to 1, got {max_moved_share!r}")
    if not 0 <= move_cost < np.inf:
        raise ConfigError(f"move_cost must be >= 0 and finite, got {move_cost!r}")


def _tolerances(tolerance: float | Mapping[str, float], attributes: Sequence[str]) -> Floats:
    if isinstance(tolerance, Mapping):
        strange = sorted(set(tolerance) ^ set(attributes))
        if strange:
            raise ConfigError(f"tolerance must name each attribute once and no other: see {strange[0]!r}")
        each = [float(tolerance[a]) for a in attributes]
    else:
        each = [float(tolerance)] * len(attributes)
    for name, value in zip(attributes, each, strict=True):
        if not 0 <= value < np.inf:
            raise ConfigError(f"tolerance of {name!r} must be >= 0 and finite, got {value!r}")
    return np.array(each)


def _check_units(units: pd.DataFrame, attributes: Sequence[str]) -> pd.DataFrame:
    if not attributes or len(set(attributes)) < len(attributes):
        raise ConfigError(f"attributes must be one or more names, each once, got {list(attributes)}")
    wanted = ["unit_id", "latitude", "longitude", *attributes]
    missing = [c for c in wanted if c not in units.columns]
    if missing:
        raise SchemaError(f"units: missing column {missing[0]!r}")
    if units.empty:
        raise SchemaError("units: there must be one unit or more, got 0")
    units = units[wanted]
    _refuse_bad_ids(units["unit_id"], "units")
    for column in wanted[1:]:
        if not pd.api.types.is_numeric_dtype(units[column]) or units[column].dtype == bool:
            raise SchemaError(f"units: column {column!r} must be numbers, got {units[column].dtype}")
    for column, limit in (("latitude", 90.0), ("longitude", 180.0)):
        _check_range(units, column, -limit, limit, f"from -{limit:g} to {limit:g}")
    for name in attributes:
        _check_range(units, name, 0.0, np.finfo(float).max, "finite and >= 0")
        if units[name].sum() <= 0:
            raise SchemaError(
                f"units: attribute {name!r} sums to 0 over {len(units)} units: there is nothing to balance"
            )
    return units.sort_values("unit_id", ignore_index=True)


def _check_range(units: pd.DataFrame, column: str, least: float, most: float, rule: str) -> None:
    numbers = units[column].to_numpy(dtype=np.float64, na_value=np.nan)
    bad = ~((numbers >= least) & (numbers <= most))  # NaN is neither
    if bad.any():
        raise SchemaError(
            f"units: {column} must be {rule}, got {numbers[bad][0]} for {_some(units['unit_id'][bad])}"
        )


def _refuse_bad_ids(ids: pd.Series, what: str) -> None:
    if not ids.map(lambda value: isinstance(value, str) and value != "").all():
        odd = next(value for value in ids if not isinstance(value, str) or value == "")
        raise SchemaError(f"{what}: unit_id must be a text that is not empty, got {odd!r}")
    if ids.duplicated().any():
        raise SchemaError(f"{what}: unit_id {ids[ids.duplicated()].iloc[0]!r} stands more than once")


def _find(ids: pd.Index, frame: pd.DataFrame, column: str, table: str, what: str) -> Indices:
    if column not in frame.columns:
        raise SchemaError(f"{table}: missing column {column!r}")
    found = ids.get_indexer(pd.Index(frame[column]))
    if (found < 0).any():
        strange = frame[column][found < 0]
        raise SchemaError(f"{table}: unknown {what} {_some(strange)}")
    return np.asarray(found, dtype=np.int64)


def read_plan(plan: Plan, ids: pd.Index, what: str) -> pd.Series:
    """Bring a plan to one name a unit, in the order of the units, missing where it has none."""
    if plan is None:
        return pd.Series(None, index=ids, dtype=object)
    if not isinstance(plan, pd.DataFrame):
        plan = pd.DataFrame({"unit_id": list(plan.keys()), "territory_id": list(plan.values())})
    _find(ids, plan, "unit_id", what, "unit")
    if "territory_id" not in plan.columns:
        raise SchemaError(f"{what}: missing column 'territory_id'")
    _refuse_bad_ids(plan["unit_id"], what)
    named = plan.set_index("unit_id")["territory_id"].astype(object)
    return named.where(named.notna(), None).reindex(ids)


def _check_centres(centers: pd.DataFrame | None) -> pd.DataFrame:
    columns = ["territory_id", "latitude", "longitude"]
    if centers is None:
        return pd.DataFrame(
            {c: pd.Series([], dtype=object if c == "territory_id" else float) for c in columns}
        )
    missing = [c for c in columns if c not in centers.columns]
    if missing:
        raise SchemaError(f"centers: missing column {missing[0]!r}")
    twice = centers["territory_id"].duplicated()
    if twice.any():
        raise SchemaError(f"centers: {centers['territory_id'][twice].iloc[0]!r} stands more than once")
    lost = centers[["latitude", "longitude"]].isna().any(axis=1)
    if lost.any():
        raise SchemaError(
            f"centers: latitude and longitude must not be missing, got NaN for"
            f" {_some(centers['territory_id'][lost])}"
        )
    return centers[columns].sort_values("territory_id", ignore_index=True)


def _names(
    k: int, centres: pd.DataFrame, locks: pd.Series, before: pd.Series, load: Floats
) -> tuple[str, ...]:
    """Name the territories that must be, then those of the plan before, heaviest first, up to k."""
    must = list(dict.fromkeys([*centres["territory_id"], *sorted(locks.dropna().unique())]))
    if len(must) > k:
        raise ConfigError(
            f"centers and locked name {len(must)} territories ({', '.join(map(str, must[:5]))} …), k is {k}"
        )
    weights = pd.Series(load, index=before.index).groupby(before.to_numpy()).sum()
    order = sorted(weights.index, key=lambda name: (-round(weights[name], 9), name))
    return tuple(dict.fromkeys([*must, *order]))[:k]


def _code(plan: pd.Series, known: Mapping[str, int], k: int) -> Indices:
    codes = plan.map(known).fillna(k).where(plan.notna(), NONE)
    return np.asarray(codes, dtype=np.int64)


def _some(ids: pd.Series) -> str:
    """Quote the first ids of a list."""
    quoted = [repr(str(i)) for i in ids.head(5)]
    return ", ".join(quoted) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
