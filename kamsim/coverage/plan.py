"""The coverage plan of a portfolio: workload, capacity, ratios, people, hiring, quotas and cut-offs."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.config import CoverageSettings, Scenario
from kamsim.coverage.capacity import fit_bounds_to_capacity
from kamsim.coverage.hiring import plan_hiring
from kamsim.coverage.load import hours_ratios, staffing, travel_share, workload
from kamsim.coverage.marginal import flat_maximum, marginal_value, value_response
from kamsim.coverage.quota import QUOTA_RULES, set_quotas
from kamsim.coverage.segmentation import TIER_SEGMENTS, assign_tiers
from kamsim.coverage.team_value import value_by_team_size
from kamsim.coverage.working_time import net_capacity, net_hours
from kamsim.coverage.workload import tier_coverage
from kamsim.dynamics import effective_hours
from kamsim.errors import ConfigError, InfeasibleAllocationError
from kamsim.schemas import (
    ASSIGNMENT,
    BOOK,
    BOUNDS,
    CAPACITY,
    FLAT_MAXIMUM,
    HIRING,
    MARGINAL,
    QUOTAS,
    TEAM,
    check,
)

Floats = NDArray[np.float64]
FACTORS = tuple(np.arange(0.25, 2.01, 0.125).tolist())
TEAM_SIZES = 33
"""Team sizes that are valued: from one AE to twice the largest number that is there or needed."""
TOLERATED = 0.5
"""People of a role that may be lacking before one is hired: to whole people, as rounding does."""


@dataclass(frozen=True, eq=False)
class CoveragePlan:
    """What covering a portfolio takes and brings; each attribute but the last two is a table of its name.

    Attributes
    ----------
    workload, capacity, ratios, staffing, team_value : DataFrame
    marginal, flat_maximum, hiring, quotas, bounds : DataFrame
        As in `kamsim.schemas`. Of a part that cannot be had the table is empty, and `remarks` says why.
    hours_per_ae : float
        Hours a month with clients of a full-time AE, leave and the road taken off.
    remarks : dict of str to str
        By table, why it is empty or short.
    """

    workload: pd.DataFrame
    capacity: pd.DataFrame
    ratios: pd.DataFrame
    staffing: pd.DataFrame
    team_value: pd.DataFrame
    marginal: pd.DataFrame
    flat_maximum: pd.DataFrame
    hiring: pd.DataFrame
    quotas: pd.DataFrame
    bounds: pd.DataFrame
    hours_per_ae: float
    remarks: dict[str, str]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by name."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in values.items() if isinstance(value, pd.DataFrame)}

    def frame(self) -> pd.DataFrame:
        """Return WORKLOAD."""
        return self.workload.copy()

    def summary(self) -> pd.DataFrame:
        """Return STAFFING, a row a role."""
        return self.staffing.copy()


def plan_coverage(
    book: pd.DataFrame,
    team: pd.DataFrame,
    scores: pd.DataFrame,
    scenario: Scenario,
    *,
    cutoff: pd.Timestamp,
    assignment: pd.DataFrame | None = None,
    quarters: int = 8,
) -> CoveragePlan:
    """Plan the coverage of a portfolio: hours asked and there, their worth, people, hiring, quotas.

    Hiring is for the people that the hours ask for (``by_hours``), over which leave and the road count.

    Parameters
    ----------
    book : DataFrame
        BOOK.
    team : DataFrame
        TEAM.
    scores : DataFrame
        SCORES, to fit the cut-offs between tiers.
    scenario : Scenario
    cutoff : Timestamp
        First day of the plan.
    assignment : DataFrame, optional
        ASSIGNMENT of one policy: the hours worked now, from which one more counts, and SE and CSM effort.
        Without it accounts have what their tiers ask for, and only AEs work.
    quarters : int, default 8

    Returns
    -------
    CoveragePlan

    Raises
    ------
    SchemaError
        When a table breaks its contract.
    ConfigError
        When the book is empty, `assignment` holds several policies or not all accounts of the book, or a
        setting does not allow a plan (`net_capacity`).

    Examples
    --------
    >>> from kamsim.schemas import SCORES
    >>> nothing = BOOK.empty(), TEAM.empty(), SCORES.empty()
    >>> plan_coverage(*nothing, Scenario.load("base"), cutoff=pd.Timestamp("2026-01-01"))
    Traceback (most recent call last):
    ...
    kamsim.errors.ConfigError: a book without accounts has no coverage to plan
    """
    book, team, settings = check(book, BOOK), check(team, TEAM), scenario.coverage
    if not len(book):
        raise ConfigError("a book without accounts has no coverage to plan")
    months, people = scenario.experiment.months, scenario.dynamics.people
    hours = workload(book, team, settings)
    capacity = net_capacity(team, settings, people, cutoff=cutoff)
    needed = staffing(book, hours, capacity, settings)
    per_ae = net_hours("AE", settings) * (1 - travel_share(hours))
    now, pools = _effort(book, assignment, scenario)
    remarks: dict[str, str] = {}
    largest = needed.loc[needed["role"] == "AE", ["by_ratio", "by_hours", "full_time"]].to_numpy().max()
    needs = {role: float(n) for role, n in needed[["role", "by_hours"]].to_numpy()}
    hiring = plan_hiring(
        needs, team, people, cutoff=cutoff, quarters=quarters, tolerated=TOLERATED, coverage=settings
    )
    more = marginal_value(book, settings, months, effort=now + pools, ae_hours=per_ae)
    return CoveragePlan(
        workload=hours,
        capacity=capacity,
        ratios=hours_ratios(hours, settings),
        staffing=needed,
        team_value=value_by_team_size(
            book, settings, months, counts=_sizes(largest), hours_per_ae=per_ae, pools=pools
        ),
        marginal=check(more.frame(), MARGINAL),
        flat_maximum=_flat(book, settings, months, per_ae, remarks),
        hiring=check(hiring, HIRING),
        quotas=_quotas(book, settings, months, remarks),
        bounds=_bounds(scores, capacity, travel_share(hours), scenario, remarks),
        hours_per_ae=per_ae,
        remarks=remarks,
    )


def _effort(book: pd.DataFrame, assignment: pd.DataFrame | None, scenario: Scenario) -> tuple[Floats, Floats]:
    """Return AE hours by account, and the effort of the pools in AE-equivalents."""
    if assignment is None:
        return book["workload_hours"].to_numpy(), np.zeros(len(book))
    rows = check(assignment, ASSIGNMENT)
    if not rows["account_id"].equals(book["account_id"]):
        raise ConfigError(
            f"the assignment must give each of {len(book)} accounts of the book once, under one policy;"
            f" got {len(rows)} rows of {len(rows['policy'].unique())} policies"
        )
    ae, se, csm = (rows[f"{role}_hours"].to_numpy() for role in ("ae", "se", "csm"))
    return ae, effective_hours(np.zeros(len(book)), se, csm, scenario.dynamics)


def _sizes(largest: float) -> Floats:
    """Return whole numbers of AEs up to twice the largest, evenly."""
    most = max(4.0, np.ceil(2 * largest))
    return np.unique(np.round(np.linspace(1, most, TEAM_SIZES)))


def _flat(
    book: pd.DataFrame, settings: CoverageSettings, months: int, per_ae: float, remarks: dict[str, str]
) -> pd.DataFrame:
    cost = settings.ae_cost_eur * months / per_ae
    try:
        return check(flat_maximum(value_response(book), cost, FACTORS), FLAT_MAXIMUM)
    except ConfigError as caught:
        remarks["flat_maximum"] = str(caught)
        return FLAT_MAXIMUM.empty()


def _quotas(
    book: pd.DataFrame, settings: CoverageSettings, months: int, remarks: dict[str, str]
) -> pd.DataFrame:
    frames = []
    for rule in QUOTA_RULES:
        try:
            plan = set_quotas(book, settings, months, rule)
        except ConfigError as caught:
            remarks["quotas"] = str(caught)
            continue
        frames.append(plan.frame().assign(rule=rule))
    if not frames:
        return QUOTAS.empty()
    return check(pd.concat(frames).astype({"rule": "str"}), QUOTAS)


def _bounds(
    scores: pd.DataFrame, capacity: pd.DataFrame, road: float, scenario: Scenario, remarks: dict[str, str]
) -> pd.DataFrame:
    """Set the cut-offs that fill the hours of the AEs there are beside the scenario's own."""
    aes = check(capacity, CAPACITY).query("role == 'AE'")
    available = float(aes["effective_hours"].sum()) * (1 - road)
    own = _own_bounds(scores, available, scenario)
    try:
        found = fit_bounds_to_capacity(scores, available, scenario.coverage, scenario.segmentation)
    except InfeasibleAllocationError as caught:
        remarks["bounds"] = str(caught)
        return check(own, BOUNDS)
    fitted = found.frame().drop(columns="factor").assign(kind="fitted")
    return check(pd.concat([own, fitted]).astype({"kind": "str"}), BOUNDS)


def _own_bounds(scores: pd.DataFrame, available: float, scenario: Scenario) -> pd.DataFrame:
    """Return the row of the scenario's cut-offs."""
    counts = assign_tiers(scores, scenario.segmentation)["tier"].value_counts()
    ratios = {tier: tier_coverage(tier, scenario.coverage).accounts_per_ae for tier in TIER_SEGMENTS}
    needed = sum(scenario.coverage.ae_hours / ratios[t] * int(counts.get(t, 0)) for t in TIER_SEGMENTS)
    row: dict[str, str | float] = {f"tier_{t}_accounts": int(counts.get(t, 0)) for t in TIER_SEGMENTS}
    row |= {
        "kind": "scenario",
        "tier_1_above_eur": scenario.segmentation.tier_1_above_eur,
        "tier_2_from_eur": scenario.segmentation.tier_2_from_eur,
        "hours_needed": needed,
        "hours_available": available,
    }
    return pd.DataFrame([row]).astype({"kind": "str"})
