"""Do we redraw the territories: today's books measured as a plan, a new plan, and what moving buys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamsim.errors import ConfigError, InfeasibleAllocationError
from kamsim.schemas import TERRITORY_BALANCE, check
from kamsim.territories.accounts import Kind, account_attributes, account_units, field_team, in_places
from kamsim.territories.adjacency import point_adjacency
from kamsim.territories.design import design_territories
from kamsim.territories.problem import build_problem
from kamsim.territories.result import TerritoryResult, measure

SHARES = (0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.8, 1.0)
"""Caps on moves that a frontier tries."""
DOUBLE = "revenue_eur_per_month"
"""Left out where potential is known: the two go together."""


@dataclass(frozen=True, eq=False)
class TerritoryReview:
    """Today's books beside a new plan.

    Attributes
    ----------
    books : DataFrame
        TERRITORY_BALANCE of today's books, by AE; accounts without coordinates count too.
    least_moved : DataFrame
        A row an attribute: `attribute`, `least_share` that must change hands for every book to be within
        tolerance, whatever the map.
    today, design : TerritoryResult or None
        Today's books and the new plan as territories; None without coordinates. No plan either where none
        keeps the cap on moves: `refused` then says what it would take.
    frontier : DataFrame
        As `move_frontier` gives it; empty without coordinates.
    placed_share : float
        Accounts whose place is known.
    refused : str
        Why there is no design, or empty.
    """

    books: pd.DataFrame
    least_moved: pd.DataFrame
    today: TerritoryResult | None
    design: TerritoryResult | None
    frontier: pd.DataFrame
    placed_share: float
    refused: str

    def frame(self) -> pd.DataFrame:
        """Return TERRITORY_BALANCE of today's books."""
        return self.books.copy()

    def summary(self) -> pd.DataFrame:
        """Return a row for today and one for the design: balance, shape, moves.

        Without coordinates only today's balance is known, and there is no second row.
        """
        plans = {"today": self.today, "design": self.design}
        books = {
            "plan": "today",
            "territories": self.books["territory_id"].nunique(),
            "largest_deviation": float(self.books["deviation"].abs().max()),
            "contiguous": np.nan,
            "mean_km": np.nan,
            "moved_share": 0.0,
        }
        rows = [books] if self.today is None else []
        rows += [
            {
                "plan": name,
                "territories": len(plan.shapes),
                "largest_deviation": plan.largest_deviation,
                "contiguous": int(plan.shapes["contiguous"].sum()),
                "mean_km": _mean_km(plan),
                "moved_share": plan.moved_share,
            }
            for name, plan in plans.items()
            if plan is not None
        ]
        return pd.DataFrame(rows)


def review_territories(
    book: pd.DataFrame,
    team: pd.DataFrame,
    *,
    units: Kind = "accounts",
    tolerance: float = 0.2,
    max_moved_share: float | None = None,
    shares: Sequence[float] = SHARES,
    seed: int = 0,
) -> TerritoryReview:
    """Measure today's books, design territories near to them, and say what a looser cap on moves buys.

    Clients, prospects, potential and workload are balanced (revenue, where there is no potential), over one
    territory for each AE who can have one. Where the tolerance cannot be kept, the nearest plan is taken.

    Parameters
    ----------
    book : DataFrame
        BOOK, or ACCOUNTS.
    team : DataFrame
        TEAM.
    units : {"accounts", "departments"}
    tolerance : float
        Largest deviation from the mean, as a share of it.
    max_moved_share : float, optional
        Units that may leave their AE, at most; all of them by default.
    shares : sequence of float
        Caps that the frontier tries.
    seed : int

    Returns
    -------
    TerritoryReview

    Raises
    ------
    ConfigError
        When the team holds no AE.

    Examples
    --------
    >>> from kamsim.schemas import ACCOUNTS, TEAM
    >>> review_territories(ACCOUNTS.empty(), TEAM.empty())
    Traceback (most recent call last):
    ...
    kamsim.errors.ConfigError: the team holds no AE, so there are no books to review
    """
    aes = sorted(team.loc[team["role"] == "AE", "rep_id"])
    if not aes:
        raise ConfigError("the team holds no AE, so there are no books to review")
    held = account_attributes(book)
    held = held.loc[:, held.sum() > 0]
    if "potential_36m_eur" in held:
        held = held.drop(columns=DOUBLE, errors="ignore")
    books = book_balance(held, book["owner_id"], aes, tolerance)
    least = least_moved(books)
    placed = float(in_places(book, units).notna().mean())
    if not placed:
        return TerritoryReview(books, least, None, None, _no_frontier(), placed, "")
    gathered = account_units(book, units)
    attributes = [name for name in held.columns if name in gathered.units.columns]
    today = measure_plan(gathered.units, gathered.adjacency, gathered.owners, attributes, tolerance)
    k = len(field_team(team))
    frame = gathered.units, gathered.adjacency, k, attributes, tolerance, gathered.owners
    design, refused = _design(frame, max_moved_share, seed)
    frontier = move_frontier(*frame, shares, seed=seed)
    return TerritoryReview(books, least, today, design, frontier, placed, refused)


def book_balance(
    held: pd.DataFrame, owner: pd.Series[str], aes: Sequence[str], tolerance: float
) -> pd.DataFrame:
    """Measure how even the books of AEs are, without a map; who owns nothing has a book of 0.

    Parameters
    ----------
    held : DataFrame
        A row an account, a column an attribute.
    owner : Series
        AE of each row; accounts of nobody, or of somebody else, are in no book.
    aes : sequence of str
    tolerance : float

    Returns
    -------
    DataFrame
        TERRITORY_BALANCE, `territory_id` being the AE.

    Examples
    --------
    >>> held = pd.DataFrame({"clients": [1.0, 1.0, 1.0, 1.0]})
    >>> book_balance(held, pd.Series(["a", "a", "a", "b"]), ["a", "b"], 0.2)["deviation"].tolist()
    [0.5, -0.5]
    """
    sums = held.groupby(owner.to_numpy()).sum().reindex(list(aes)).fillna(0.0)
    sums = sums.loc[:, sums.sum() > 0]
    long = sums.rename_axis("territory_id").reset_index().melt("territory_id", var_name="attribute")
    long["mean"] = long.groupby("attribute")["value"].transform("mean")
    long = long.rename(columns={"value": "total"})
    long = long.assign(deviation=long["total"] / long["mean"] - 1, tolerance=float(tolerance))
    return check(long.astype({"territory_id": "str", "attribute": "str"}), TERRITORY_BALANCE)


def least_moved(balance: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each attribute that must change hands for every book to be within tolerance.

    What a book holds beyond the tolerance has to leave it, and what it lacks has to come; the larger of the
    two sums is a bound that no map and no search can beat.

    Parameters
    ----------
    balance : DataFrame
        TERRITORY_BALANCE.

    Returns
    -------
    DataFrame
        `attribute`, `least_share`, sorted by attribute.

    Examples
    --------
    >>> balance = pd.DataFrame({"attribute": "clients", "total": [3.0, 1.0], "mean": 2.0, "tolerance": 0.2})
    >>> least_moved(balance)["least_share"].round(2).tolist()
    [0.15]
    """
    over = (balance["total"] - (1 + balance["tolerance"]) * balance["mean"]).clip(lower=0)
    under = ((1 - balance["tolerance"]) * balance["mean"] - balance["total"]).clip(lower=0)
    sums = balance.assign(over=over, under=under).groupby("attribute")[["over", "under", "total"]].sum()
    share = sums[["over", "under"]].max(axis=1) / sums["total"]
    return share.rename("least_share").reset_index()


def measure_plan(
    units: pd.DataFrame,
    adjacency: pd.DataFrame,
    plan: Mapping[str, str],
    attributes: Sequence[str],
    tolerance: float,
) -> TerritoryResult:
    """Measure a plan that somebody else made, as `design_territories` measures its own.

    Parameters
    ----------
    units, adjacency : DataFrame
        As `design_territories` takes them; units that the plan leaves out are left out.
    plan : mapping of str to str
        Unit to territory.
    attributes : sequence of str
    tolerance : float

    Returns
    -------
    TerritoryResult

    Examples
    --------
    >>> units = pd.DataFrame({"unit_id": ["a", "b"], "latitude": 45.0, "longitude": [4.0, 5.0]})
    >>> units["clients"] = 1.0
    >>> pairs = pd.DataFrame({"unit_id": ["a"], "neighbour_id": ["b"]})
    >>> measure_plan(units, pairs, {"a": "T1", "b": "T2"}, ["clients"], 0.1).largest_deviation
    0.0
    """
    kept = units[units["unit_id"].isin(list(plan))]
    inside = adjacency["unit_id"].isin(kept["unit_id"]) & adjacency["neighbour_id"].isin(kept["unit_id"])
    # Accounts of nobody would tear books apart that only they hold together: others are neighbours then.
    pairs = adjacency[inside] if len(kept) == len(units) else point_adjacency(kept)
    given = {unit: plan[unit] for unit in kept["unit_id"]}
    problem = build_problem(
        kept, pairs, len(set(given.values())), attributes, tolerance, previous=given, max_moved_share=None,
        centers=None, locked=None, move_cost=0.0,
    )  # fmt: skip
    ids = pd.Index(problem.unit_ids)
    places = kept.set_index("unit_id").loc[ids, ["latitude", "longitude"]].to_numpy(dtype=np.float64)
    links = pd.DataFrame(columns=["unit_id", "neighbour_id", "km"])
    return measure(problem, places, problem.previous, pd.Series(given).reindex(ids), links)


def move_frontier(
    units: pd.DataFrame,
    adjacency: pd.DataFrame,
    k: int,
    attributes: Sequence[str],
    tolerance: float,
    previous: Mapping[str, str],
    shares: Sequence[float] = SHARES,
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """Design under one cap on moves after another: what each more account moved buys.

    Parameters
    ----------
    units, adjacency, k, attributes, tolerance, previous, seed
        As `design_territories` takes them.
    shares : sequence of float
        Caps.

    Returns
    -------
    DataFrame
        A row a cap, rising: `max_moved_share`, `moved_share`, `largest_deviation`, `mean_km`; the last three
        are missing where no contiguous plan keeps the cap.
    """
    rows = []
    for share in sorted(set(shares)):
        found, _ = _design((units, adjacency, k, attributes, tolerance, previous), share, seed)
        rows.append(
            {
                "max_moved_share": float(share),
                "moved_share": np.nan if found is None else found.moved_share,
                "largest_deviation": np.nan if found is None else found.largest_deviation,
                "mean_km": np.nan if found is None else _mean_km(found),
            }
        )
    return pd.DataFrame(rows, columns=_FRONTIER)


_FRONTIER = ["max_moved_share", "moved_share", "largest_deviation", "mean_km"]

_Frame = tuple[pd.DataFrame, pd.DataFrame, int, Sequence[str], float, Mapping[str, str]]


def _design(frame: _Frame, share: float | None, seed: int) -> tuple[TerritoryResult | None, str]:
    """Return the plan nearest to the tolerance, or why there is none."""
    try:
        return design_territories(*frame, share, islands="join", require_tolerance=False, seed=seed), ""
    except InfeasibleAllocationError as caught:
        return None, str(caught)


def _mean_km(plan: TerritoryResult) -> float:
    return float(np.average(plan.shapes["mean_km"], weights=plan.shapes["units"]))


def _no_frontier() -> pd.DataFrame:
    return pd.DataFrame(columns=_FRONTIER, dtype=float)
