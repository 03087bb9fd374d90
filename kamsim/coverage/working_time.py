"""What is left of a month for clients: leave, rituals, part time and ramp taken off."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kamsim.config import CoverageSettings
from kamsim.dynamics_settings import PeopleSettings
from kamsim.errors import ConfigError
from kamsim.schemas import CAPACITY, ROLES, TEAM, check

Floats = NDArray[np.float64]
WEEKS_A_MONTH = 52 / 12
MONTHS_A_QUARTER = 3
_LONG_AGO = 120


def full_hours(role: str, settings: CoverageSettings) -> float:
    """Return the hours a month with clients of a full-time person of a role, leave not yet taken off.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> full_hours("AE", Scenario.load("base").coverage)
    65.0
    """
    return float(getattr(settings, f"{role.lower()}_hours"))


def net_hours(role: str, settings: CoverageSettings) -> float:
    """Return the hours a month with clients of a full-time person of a role, leave taken off.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> round(net_hours("AE", Scenario.load("base").coverage), 2)
    56.55
    """
    return full_hours(role, settings) * (1 - settings.working_time.leave_share)


def meeting_hours(client_hours: ArrayLike, settings: CoverageSettings) -> Floats:
    """Return the hours of preparation and debrief that go with hours spent with clients (D-RIT-1).

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> meeting_hours([12.0], Scenario.load("base").coverage)
    array([2.])
    """
    visits = np.asarray(client_hours, dtype=float) / settings.hours_per_visit
    return np.asarray(visits * settings.working_time.meeting_hours)


def review_hours(settings: CoverageSettings) -> float:
    """Return the hours a month of a full-time person's reviews, none missed (D-RIT-1).

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> review_hours(Scenario.load("base").coverage)
    10.0
    """
    time = settings.working_time
    quarterly = (time.business_review_hours + time.priority_hours) / MONTHS_A_QUARTER
    return time.pipeline_review_hours * WEEKS_A_MONTH + time.account_review_hours + quarterly


def net_capacity(
    team: pd.DataFrame, settings: CoverageSettings, people: PeopleSettings, *, cutoff: pd.Timestamp
) -> pd.DataFrame:
    """Say where each person's month goes, and what is left of it for clients.

    A person's ``capacity_hours`` are hours with clients in a month at work, rituals taken off. **Part
    time** is in them: the share of a post is capacity over the role's full hours. **Leave** takes its share
    of contract hours, of rituals and of client hours alike. Reviews take a part-timer the same share of time
    as others. **Ramp** takes none of the hours but makes them count for less, as in the dynamics. The rest
    is administration.

    Parameters
    ----------
    team : DataFrame
        TEAM.
    settings : CoverageSettings
    people : PeopleSettings
        ``scenario.dynamics.people``: the ramp.
    cutoff : Timestamp
        The day that tenure is counted up to.

    Returns
    -------
    DataFrame
        CAPACITY.

    Raises
    ------
    SchemaError
        When `team` breaks its contract.
    ConfigError
        When leave, rituals and client hours of a role add up to more than its contract hours.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> base = Scenario.load("base")
    >>> first = {n: c.one_of[0] if c.one_of else None if c.nullable else 0 for n, c in TEAM.columns.items()}
    >>> first |= {"rep_id": "half", "role": "AE", "capacity_hours": 32.5}
    >>> team = pd.DataFrame({n: pd.Series([first[n]], dtype=c.dtype) for n, c in TEAM.columns.items()})
    >>> left = net_capacity(team, base.coverage, base.dynamics.people, cutoff=pd.Timestamp("2026-01-01"))
    >>> left[["work_share", "contract_hours", "leave_hours", "client_hours"]].iloc[0].round(1).tolist()
    [0.5, 80.0, 10.4, 28.3]
    """
    team = check(team, TEAM)
    time = settings.working_time
    for role in ROLES:
        _refuse_more_than_a_month(role, settings)
    share = full_time_share(team, settings)
    contract, present = time.month_hours * share, 1 - time.leave_share
    client = team["capacity_hours"].to_numpy() * present
    rituals = review_hours(settings) * share * present + meeting_hours(client, settings)
    speed = ramp_speed(tenure_months(team["joined_on"], cutoff), people)
    frame = pd.DataFrame(
        {
            "rep_id": team["rep_id"],
            "role": team["role"],
            "work_share": share,
            "contract_hours": contract,
            "leave_hours": contract * time.leave_share,
            "ritual_hours": rituals,
            "other_hours": np.maximum(contract * present - rituals - client, 0.0),
            "client_hours": client,
            "speed": speed,
            "effective_hours": client * speed,
        }
    )
    return check(frame, CAPACITY)


def full_time_share(team: pd.DataFrame, settings: CoverageSettings) -> Floats:
    """Return the share of a full-time post that each row of TEAM is: capacity over the role's hours."""
    by_role = {role: full_hours(role, settings) for role in ROLES}
    full = np.array([by_role[role] for role in team["role"]], dtype=np.float64)
    return np.asarray(team["capacity_hours"].to_numpy() / full)


def tenure_months(joined_on: pd.Series[pd.Timestamp], cutoff: pd.Timestamp) -> NDArray[np.int64]:
    """Return months in the post, below 0 for who joins later; no date counts as long ago."""
    months = 12 * (cutoff.year - joined_on.dt.year) + cutoff.month - joined_on.dt.month
    return np.asarray(months.fillna(_LONG_AGO), dtype=np.int64)


def ramp_speed(tenure: ArrayLike, people: PeopleSettings) -> Floats:
    """Return the share of a person that counts after months in the post; 0 before the first.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> ramp_speed([-1, 0, 1, 9], Scenario.load("base").dynamics.people)
    array([0.  , 0.2 , 0.36, 1.  ])
    """
    tenure = np.asarray(tenure, dtype=float)
    start = people.ramp_start
    rising = start + (1 - start) * tenure / people.ramp_months if people.ramp_months else np.ones_like(tenure)
    return np.where(tenure < 0, 0.0, np.minimum(rising, 1.0))


def _refuse_more_than_a_month(role: str, settings: CoverageSettings) -> None:
    time, client = settings.working_time, full_hours(role, settings)
    needed = client + review_hours(settings) + float(meeting_hours(client, settings))
    if needed > time.month_hours * (1 + 1e-9):
        raise ConfigError(
            f"coverage.working_time.month_hours must be at least {needed:g}, which {role.lower()}_hours"
            f" {client:g} and their rituals take, got {time.month_hours:g}"
        )
