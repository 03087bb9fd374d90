"""The allocation problem as arrays, built once from book, team and scenario."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.allocation.applied import apply_constraints
from kamsim.allocation.constraints import Constraints
from kamsim.allocation.curves import ValueCurves
from kamsim.allocation.handover import handover_cost
from kamsim.allocation.limits import Flags, Limits
from kamsim.allocation.pools import pool_hours
from kamsim.allocation.wishes import routed_to
from kamsim.config import AllocationSettings, Scenario
from kamsim.dynamics import effective_hours
from kamsim.schemas import BOOK, TEAM, check
from kamsim.travel import great_circle_km, trip_hours

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class AllocationProblem:
    """Accounts to give to AEs, and what each pair costs and brings.

    Attributes
    ----------
    account_ids, rep_ids : tuple of str
        Sorted; the accounts and AEs of all arrays below.
    capacity : array, shape (reps,)
        Hours a month of each AE, travel included.
    owner : array of int, shape (accounts,)
        Position of the AE who owns the account at the cut-off; -1 where no AE of the team does.
    had_owner : array of bool, shape (accounts,)
        Somebody owned it, in the team or not: another AE means a hand-over.
    workload, minimum : array, shape (accounts,)
        Hours a month with the client: what the service level asks for, and the least.
    se_hours, csm_hours : array, shape (accounts,)
        Hours a month from the pools, the same under every policy.
    potential, revenue, firm_revenue : array, shape (accounts,)
        EUR over 36 months, EUR a month, and the client's own EUR a year (NaN where unknown).
    distance_km : array, shape (accounts, reps)
        Great-circle distance; infinite where a coordinate is unknown.
    hours_per_client_hour : array, shape (accounts, reps)
        What an hour with the client takes of the AE's capacity: 1 and the travel it needs.
    pool_effort : array, shape (accounts,)
        Effort of SE and CSM in AE-equivalent hours.
    curves : ValueCurves
        Believed value of effort.
    gain_sd : array, shape (accounts,)
        Standard deviation of the belief about the curves' gain, in EUR.
    handover_eur : array, shape (accounts,)
        Value that a change of owner is expected to cost.
    habit : str
        What the historical effort follows within a book.
    settings : AllocationSettings
        Candidates, disruption cap, and limits of the solver.
    senior : array of bool, shape (reps,)
        Which AEs are senior; False where it is unknown.
    routed : array of bool, shape (accounts, reps)
        AEs whom the routing rules want for the account (`routed_to`).
    se_weight : float
        AE-equivalents of an SE hour in `pool_effort`.
    seed : int
        Root of the random streams, for a policy that draws lots.
    open_deals : array of int, shape (accounts,)
        Open opportunities, renewals left out.
    limits : Limits
        Who may own what, families, and caps on what changes hands; none by default.
    """

    account_ids: tuple[str, ...]
    rep_ids: tuple[str, ...]
    capacity: Floats
    owner: Indices
    had_owner: NDArray[np.bool_]
    workload: Floats
    minimum: Floats
    se_hours: Floats
    csm_hours: Floats
    potential: Floats
    revenue: Floats
    firm_revenue: Floats
    distance_km: Floats
    hours_per_client_hour: Floats
    pool_effort: Floats
    curves: ValueCurves
    gain_sd: Floats
    handover_eur: Floats
    habit: str
    settings: AllocationSettings
    senior: NDArray[np.bool_]
    routed: NDArray[np.bool_]
    se_weight: float
    seed: int
    open_deals: NDArray[np.int64]
    limits: Limits = field(default_factory=Limits)

    @property
    def accounts(self) -> int:
        """Number of accounts."""
        return len(self.account_ids)

    @property
    def reps(self) -> int:
        """Number of AEs."""
        return len(self.rep_ids)

    @property
    def moves_allowed(self) -> int:
        """Accounts that may leave an owner who is in the team, by ``allocation.disruption_cap``."""
        return int(self.settings.disruption_cap * self.accounts + 1e-9)

    @cached_property
    def eligible(self) -> Flags:
        """AEs whom the constraints let own each account, its whole family with it; shape (accounts, reps)."""
        return self.limits.eligible(self.accounts, self.reps)

    @cached_property
    def family(self) -> Indices:
        """Number of each account's family, shape (accounts,): accounts of one number have one owner."""
        family = self.limits.family
        return np.arange(self.accounts) if family is None else family

    def rate(self, owner: Indices) -> Floats:
        """Capacity that an hour with each account takes of its owner, shape (accounts,)."""
        return self.hours_per_client_hour[np.arange(self.accounts), owner]

    def load(self, owner: Indices, hours: Floats) -> Floats:
        """Hours of each AE, travel included, shape (reps,)."""
        return np.asarray(np.bincount(owner, hours * self.rate(owner), self.reps), dtype=np.float64)

    def moved(self, owner: Indices) -> NDArray[np.bool_]:
        """Tell which accounts change hands; one that nobody owned does not."""
        return np.asarray(self.had_owner & (owner != self.owner))

    def leaves(self, owner: Indices) -> NDArray[np.bool_]:
        """Tell which accounts leave an owner who is in the team: what the disruption caps count."""
        return np.asarray((self.owner >= 0) & (owner != self.owner))

    def spent(self, owner: Indices) -> Floats:
        """What a plan takes of each budget of `limits`, shape (budgets,)."""
        return np.asarray(self.leaves(owner) @ self.limits.weights(self.accounts))

    def with_se_hours(self, se_hours: Floats) -> AllocationProblem:
        """Return the problem with the SE pool shared otherwise, its effort included."""
        effort = self.pool_effort + self.se_weight * (se_hours - self.se_hours)
        return replace(self, se_hours=se_hours, pool_effort=np.maximum(effort, 0.0))

    def part(self, accounts: Indices) -> AllocationProblem:
        """Return the problem of some accounts and all AEs, without limits."""
        columns = {name: getattr(self, name)[accounts] for name in _BY_ACCOUNT}
        curves = ValueCurves(*(column[accounts] for column in vars(self.curves).values()))
        ids = tuple(self.account_ids[i] for i in accounts.tolist())
        return replace(self, account_ids=ids, curves=curves, limits=Limits(), **columns)

    def value(self, owner: Indices, hours: Floats) -> float:
        """Believed value of a plan in EUR: the curves at its effort, less the cost of hand-overs."""
        value = self.curves.value(hours + self.pool_effort)
        return float(value.sum() - self.handover_eur[self.moved(owner)].sum())


_BY_ACCOUNT = (
    "owner", "had_owner", "workload", "minimum", "se_hours", "csm_hours", "potential", "revenue",
    "firm_revenue", "distance_km", "hours_per_client_hour", "pool_effort", "gain_sd", "handover_eur",
    "routed", "open_deals",
)  # fmt: skip


def build_problem(
    book: pd.DataFrame, team: pd.DataFrame, scenario: Scenario, constraints: Constraints | None = None
) -> AllocationProblem:
    """Turn tables into the arrays that policies read.

    Parameters
    ----------
    book : DataFrame
        BOOK.
    team : DataFrame
        TEAM; only its AEs own accounts, its SEs and CSMs are pools.
    scenario : Scenario
        Its parts coverage, allocation, dynamics, experiment, and the portfolio's historical habit.
    constraints : Constraints, optional
        What a plan may not do; by default only the hours bind.

    Returns
    -------
    AllocationProblem

    Raises
    ------
    ConfigError
        When a constraint names an account, AE or region that is not there.
    SchemaError
        When a table breaks its contract.

    Examples
    --------
    >>> problem = build_problem(BOOK.empty(), TEAM.empty(), Scenario.load("saas_midmarket"))
    >>> problem.accounts, problem.reps
    (0, 0)
    """
    book, team = check(book, BOOK), check(team, TEAM)
    reps = team[team["role"] == "AE"]
    se, csm = pool_hours(book, team, "SE"), pool_hours(book, team, "CSM")
    distance = _distances(book, reps)
    trips = trip_hours(distance, scenario.coverage)
    known_km = np.where(np.isnan(distance), np.inf, distance)
    zero = np.zeros(len(book))
    return AllocationProblem(
        account_ids=tuple(book["account_id"]),
        rep_ids=tuple(reps["rep_id"]),
        capacity=reps["capacity_hours"].to_numpy(),
        owner=pd.Index(reps["rep_id"]).get_indexer(book["owner_id"]),
        had_owner=book["owner_id"].notna().to_numpy(),
        workload=book["workload_hours"].to_numpy(),
        minimum=book["minimum_hours"].to_numpy(),
        se_hours=se,
        csm_hours=csm,
        potential=book["potential_36m_eur"].to_numpy(),
        revenue=book["revenue_eur_per_month"].to_numpy(),
        firm_revenue=book["firm_revenue_eur"].to_numpy(),
        distance_km=known_km,
        hours_per_client_hour=1 + trips / scenario.coverage.hours_per_visit,
        pool_effort=effective_hours(zero, se, csm, scenario.dynamics),
        curves=ValueCurves(*(book[c].to_numpy() for c in ("base_eur", "gain_eur", "half_hours", "exponent"))),
        gain_sd=book["gain_sd_eur"].to_numpy(),
        handover_eur=handover_cost(book, scenario),
        habit=scenario.portfolio.historical_habit,
        settings=scenario.allocation,
        senior=(reps["seniority"] == "senior").to_numpy(bool),
        routed=routed_to(book, reps, known_km, scenario.portfolio.leads.rules),
        se_weight=scenario.dynamics.se_weight,
        seed=scenario.seed,
        open_deals=book["open_deals"].to_numpy(),
        limits=Limits()
        if constraints is None
        else apply_constraints(constraints, book, reps, distance, trips),
    )


def _distances(book: pd.DataFrame, reps: pd.DataFrame) -> Floats:
    latitude, longitude = (book[c].to_numpy()[:, None] for c in ("latitude", "longitude"))
    return great_circle_km(latitude, longitude, reps["latitude"].to_numpy(), reps["longitude"].to_numpy())
