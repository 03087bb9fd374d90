"""Workload in hours: who holds which tiers, with the road and the meetings' rituals; how many fit a month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamsim.config import CoverageSettings
from kamsim.coverage.segmentation import TIER_SEGMENTS
from kamsim.coverage.team_size import size_team
from kamsim.coverage.working_time import full_hours, meeting_hours, net_hours
from kamsim.coverage.workload import tier_coverage
from kamsim.schemas import BOOK, CAPACITY, RATIOS, ROLES, STAFFING, TEAM, WORKLOAD, check
from kamsim.travel import great_circle_km, trip_hours

POOL, NOBODY = "pool", "nobody"


def workload(book: pd.DataFrame, team: pd.DataFrame, settings: CoverageSettings) -> pd.DataFrame:
    """Add up the hours that accounts ask for, by role, by who holds them now and by tier.

    Client hours are the service level of the tier, an SE's by technical complexity. Travel is as in an
    allocation: an AE makes a visit for every ``hours_per_visit`` hours with a client, from home and back
    (`kamsim.travel.trip_hours`); without coordinates there is none. SEs and CSMs are pools: nobody knows who
    of them goes, so no travel is counted. Meetings are prepared and debriefed (D-RIT-1); these hours are
    outside of client hours, and of ``capacity_hours`` too.

    Parameters
    ----------
    book : DataFrame
        BOOK.
    team : DataFrame
        TEAM.
    settings : CoverageSettings

    Returns
    -------
    DataFrame
        WORKLOAD; no row where a holder has no account of a tier.

    Raises
    ------
    SchemaError
        When a table breaks its contract.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> len(workload(BOOK.empty(), TEAM.empty(), Scenario.load("base").coverage))
    0
    """
    book, team = check(book, BOOK), check(team, TEAM)
    aes = team[team["role"] == "AE"].set_index("rep_id")[["latitude", "longitude"]]
    home = aes.reindex(book["owner_id"]).to_numpy(dtype=float)
    km = great_circle_km(book["latitude"].to_numpy(), book["longitude"].to_numpy(), home[:, 0], home[:, 1])
    trips = trip_hours(km, settings) / settings.hours_per_visit
    held_by = book["owner_id"].where(book["owner_id"].isin(aes.index), NOBODY)
    frames = [_asked("AE", book["workload_hours"], held_by, settings).assign(travel_hours=trips)]
    frames += [_asked(role, book[f"{role.lower()}_hours"], POOL, settings) for role in ("SE", "CSM")]
    both = pd.concat([frame.assign(tier=book["tier"]) for frame in frames])
    both["travel_hours"] *= both["client_hours"]
    sums = both.groupby(["role", "held_by", "tier"], as_index=False).sum()
    return check(sums.astype({"role": "str", "held_by": "str", "accounts": "int64"}), WORKLOAD)


def _asked(
    role: str, hours: pd.Series[float], held_by: pd.Series[str] | str, settings: CoverageSettings
) -> pd.DataFrame:
    """Return a row an account: what it asks of a role."""
    return pd.DataFrame(
        {
            "role": role,
            "held_by": held_by,
            "accounts": 1,
            "client_hours": hours,
            "travel_hours": 0.0,
            "ritual_hours": meeting_hours(hours, settings),
        }
    )


def hours_ratios(hours: pd.DataFrame, settings: CoverageSettings) -> pd.DataFrame:
    """Set the accounts that an AE's hours allow beside the guide's ratios (D-COV-1).

    A full-time AE, leave taken off, holds ``net hours / (client + travel hours of an account)`` accounts of
    a tier. The guide's ratio holds exactly where there is neither leave nor road.

    Parameters
    ----------
    hours : DataFrame
        WORKLOAD.
    settings : CoverageSettings

    Returns
    -------
    DataFrame
        RATIOS, a row a tier.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> hours_ratios(WORKLOAD.empty(), Scenario.load("base").coverage)["hours_ratio"].round(1).tolist()
    [3.5, 30.4, 104.4]
    """
    aes = check(hours, WORKLOAD).query("role == 'AE'")
    sums = (
        aes.groupby("tier")[["accounts", "client_hours", "travel_hours"]].sum().reindex(list(TIER_SEGMENTS))
    )
    ratio = pd.Series({tier: tier_coverage(tier, settings).accounts_per_ae for tier in TIER_SEGMENTS})
    client = full_hours("AE", settings) / ratio
    road = (sums["travel_hours"] / sums["accounts"]).fillna(0.0)
    frame = pd.DataFrame(
        {
            "tier": list(TIER_SEGMENTS),
            "accounts": sums["accounts"].fillna(0).astype("int64"),
            "guide_ratio": ratio,
            "client_hours": client,
            "travel_hours": road,
            "hours_ratio": net_hours("AE", settings) / (client + road),
        }
    )
    return check(frame.reset_index(drop=True), RATIOS)


def staffing(
    book: pd.DataFrame, hours: pd.DataFrame, capacity: pd.DataFrame, settings: CoverageSettings
) -> pd.DataFrame:
    """Count the people needed by role, by the guide's ratios and by hours, beside the people there are.

    Parameters
    ----------
    book : DataFrame
        BOOK.
    hours, capacity : DataFrame
        WORKLOAD and CAPACITY.
    settings : CoverageSettings

    Returns
    -------
    DataFrame
        STAFFING.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> none = BOOK.empty(), WORKLOAD.empty(), CAPACITY.empty()
    >>> staffing(*none, Scenario.load("base").coverage)["by_hours"].tolist()
    [0.0, 0.0, 0.0]
    """
    hours, capacity = check(hours, WORKLOAD), check(capacity, CAPACITY)
    roles = list(ROLES)
    ratio = size_team(book, settings).summary().set_index("role")["people"]
    asked = (hours["client_hours"] + hours["travel_hours"]).groupby(hours["role"]).sum()
    asked = asked.reindex(roles).fillna(0.0)
    one = pd.Series({role: net_hours(role, settings) for role in roles})
    counted = capacity.assign(effective=capacity["work_share"] * capacity["speed"])
    there = counted.groupby("role").agg(
        heads=("rep_id", "size"), full_time=("work_share", "sum"), effective=("effective", "sum")
    )
    there = there.reindex(roles).fillna(0.0)
    frame = there.assign(by_ratio=ratio, by_hours=asked / one, hours_asked=asked, hours_of_one=one)
    frame = frame.rename_axis("role").reset_index()
    return check(frame.astype({"role": "str", "heads": "int64"}), STAFFING)


def travel_share(hours: pd.DataFrame) -> float:
    """Return the road's share of the AE hours that accounts ask for; 0 where they ask for none.

    Examples
    --------
    >>> travel_share(WORKLOAD.empty())
    0.0
    """
    aes = hours[hours["role"] == "AE"]
    total = float(np.sum(aes["client_hours"] + aes["travel_hours"]))
    return float(aes["travel_hours"].sum()) / total if total > 0 else 0.0
