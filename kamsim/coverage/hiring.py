"""Hiring by quarter and role: people leave, posts take months to fill, and newcomers take months to ramp."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.config import CoverageSettings
from kamsim.coverage.working_time import full_time_share, ramp_speed, tenure_months
from kamsim.dynamics_settings import PeopleSettings
from kamsim.errors import ConfigError, unknown_name
from kamsim.schemas import BOOK, ROLES, TEAM, check

Floats = NDArray[np.float64]
QUARTER = 3
NEWCOMER = "AE-new"
"""Id of the AE who is not hired yet."""
_ROUNDING = 1e-9


def plan_hiring(
    needed: Mapping[str, float | Sequence[float]],
    team: pd.DataFrame,
    settings: PeopleSettings,
    *,
    cutoff: pd.Timestamp,
    quarters: int = 8,
    tolerated: float = 0.0,
    coverage: CoverageSettings | None = None,
) -> pd.DataFrame:
    """Plan whole hires so that people at full speed meet the need as early as they can, and go on to meet it.

    Month by month, for each role: of those there, ``attrition_rate`` leave (expected numbers, so that a plan
    has fractions of people); somebody hired arrives ``vacancy_months`` after the post is opened, the first at
    the earliest that long after the cut-off; people of tenure t months count as ``ramp_start`` +
    (1 - ``ramp_start``) t / ``ramp_months`` of a person, at most 1, as in the dynamics. As many arrive in a
    month as are lacking, by expectation, in the month when they are at full speed: losses until then are
    replaced ahead of time, and a rise of the need is met by hires that have ramped. Nobody is dismissed: a
    surplus shrinks as people leave. The dynamics know the attrition and ramp of AEs; SEs and CSMs are
    taken to be like them.

    Parameters
    ----------
    needed : mapping of str to float or sequence of float
        Role to people at full speed, as in `TeamSize.summary`: one number, or one for each quarter.
    team : DataFrame
        TEAM; who joins after the cut-off counts from then on, who has no date is at full speed.
    settings : PeopleSettings
        ``scenario.dynamics.people``.
    cutoff : Timestamp
        First day of the plan.
    quarters : int, default 8
    tolerated : float, default 0
        People of a role that may be lacking before somebody is hired: hires are whole, and a small role is
        not doubled for a few hundredths.
    coverage : CoverageSettings, optional
        A part-timer then counts as the share of a full-time post that ``capacity_hours`` are; without it, a
        row of `team` is one person.

    Returns
    -------
    DataFrame
        A row a quarter (1, 2, ...) and role: ``needed``, ``opened`` (posts to open), ``arrivals`` (of hires,
        and of people in `team` who join later), ``leavers`` (expected), ``people`` and ``effective`` (at the
        end of the quarter, the latter counted at their speed), ``short`` (needed and not effective).

    Raises
    ------
    SchemaError
        When `team` breaks its contract.
    ConfigError
        When a role is unknown, a need is no number from 0 on, their number is not that of the quarters, or
        `quarters` is below 1 or `tolerated` below 0.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> people = Scenario.load("base", {"dynamics.people.attrition_rate": 0.0}).dynamics.people
    >>> plan = plan_hiring({"AE": 2}, TEAM.empty(), people, cutoff=pd.Timestamp("2026-01-01"), quarters=3)
    >>> plan[["quarter", "opened", "arrivals", "effective", "short"]].round(2).values.tolist()
    [[1.0, 2.0, 2.0, 0.4, 1.6], [2.0, 0.0, 0.0, 1.36, 0.64], [3.0, 0.0, 0.0, 2.0, 0.0]]
    """
    team = check(team, TEAM)
    if quarters < 1:
        raise ConfigError(f"quarters must be 1 or above, got {quarters}")
    if not tolerated >= 0:
        raise ConfigError(f"tolerated must be 0 or above, got {tolerated:g}")
    rows = []
    for role in ROLES:
        if role in needed:
            need = _by_quarter(role, needed[role], quarters)
            own = team[team["role"] == role]
            share = np.ones(len(own)) if coverage is None else full_time_share(own, coverage)
            tenure = tenure_months(own["joined_on"], cutoff)
            rows.append(_plan_role(role, need, tenure, share, settings, tolerated))
    for role in needed:
        if role not in ROLES:
            raise ConfigError(unknown_name("role", role, ROLES))
    if not rows:
        raise ConfigError("needed must name a role at least")
    return pd.concat(rows).sort_values(["quarter", "role"], ignore_index=True)


def with_one_more_ae(team: pd.DataFrame, book: pd.DataFrame) -> pd.DataFrame:
    """Add an AE to the team, who is like the AE whose accounts ask for most hours.

    Home, industries and hours are that AE's, for the newcomer is to relieve that book; the time until
    somebody is found and at full speed is left out.

    Parameters
    ----------
    team, book : DataFrame
        TEAM and BOOK.

    Returns
    -------
    DataFrame
        TEAM with one row more, `NEWCOMER`.

    Raises
    ------
    ConfigError
        For a team without an AE.
    """
    team = check(team, TEAM)
    aes = team[team["role"] == "AE"]
    if aes.empty:
        raise ConfigError("one more AE is like one of the team, and the team holds no AE")
    asked = check(book, BOOK).groupby("owner_id")["workload_hours"].sum()
    fullest = aes["rep_id"].map(asked).fillna(0.0).idxmax()
    newcomer = aes.loc[[fullest]].assign(rep_id=NEWCOMER, name=NEWCOMER)
    grown = pd.concat([team, newcomer]).astype(team.dtypes.to_dict()).sort_values("rep_id", ignore_index=True)
    return check(grown, TEAM)


@dataclass
class _Cohorts:
    """People of one role: how many arrive in each month, and how many of them are left later."""

    settings: PeopleSettings
    arrivals: dict[int, float] = field(default_factory=dict)

    def add(self, month: int, people: float) -> None:
        self.arrivals[month] = self.arrivals.get(month, 0.0) + people

    def people(self, month: int) -> float:
        """People there in a month, after those who left by then."""
        return float(sum(n * self._left(month, a) for a, n in self.arrivals.items() if a <= month))

    def effective(self, month: int) -> float:
        return float(
            sum(
                n * self._left(month, a) * self._speed(month - a)
                for a, n in self.arrivals.items()
                if a <= month
            )
        )

    def leavers(self, month: int) -> float:
        """People who leave at the end of the month before."""
        past = sum(n * self._left(month - 1, a) for a, n in self.arrivals.items() if a < month)
        return float(past * self.settings.attrition_rate)

    def _left(self, month: int, arrival: int) -> float:
        """Share still there; those of the team at the cut-off (month 0) have stayed until then."""
        return float((1 - self.settings.attrition_rate) ** (month - max(arrival, 0)))

    def _speed(self, tenure: int) -> float:
        return float(ramp_speed(tenure, self.settings))


def _plan_role(
    role: str,
    need: Floats,
    tenure: NDArray[np.int64],
    share: Floats,
    settings: PeopleSettings,
    tolerated: float,
) -> pd.DataFrame:
    cohorts, months = _Cohorts(settings), QUARTER * len(need)
    for arrival, part in zip(-tenure, share, strict=True):
        cohorts.add(int(arrival), float(part))
    joining = {m: n for m, n in cohorts.arrivals.items() if m > 0}
    ramp = int(np.ceil(settings.ramp_months))
    hires = np.zeros(months + settings.vacancy_months)
    for month in range(settings.vacancy_months, len(hires)):
        full = month + ramp
        wanted = need[min(full // QUARTER, len(need) - 1)]
        left = (1 - settings.attrition_rate) ** ramp
        lacking = wanted - cohorts.effective(full)
        if lacking > tolerated + _ROUNDING and left > 0:
            hires[month] = np.ceil(lacking / left - _ROUNDING)
            cohorts.add(month, hires[month])
    rows = []
    for quarter, wanted in enumerate(need):
        span = range(QUARTER * quarter, QUARTER * (quarter + 1))
        effective = cohorts.effective(span[-1])
        rows.append(
            {
                "quarter": quarter + 1,
                "role": role,
                "needed": wanted,
                "opened": sum(hires[m + settings.vacancy_months] for m in span),
                "arrivals": sum(hires[m] + joining.get(m, 0.0) for m in span),
                "leavers": sum(cohorts.leavers(m) for m in span if m > 0),
                "people": cohorts.people(span[-1]),
                "effective": effective,
                "short": max(wanted - effective, 0.0),
            }
        )
    return pd.DataFrame(rows)


def _by_quarter(role: str, need: float | Sequence[float], quarters: int) -> Floats:
    values = np.asarray(need, dtype=float)
    if values.ndim > 1 or (values.ndim == 1 and len(values) != quarters):
        raise ConfigError(f"needed[{role!r}] must hold 1 or {quarters} numbers, got {values.size}")
    if not (np.isfinite(values) & (values >= 0)).all():
        raise ConfigError(f"needed[{role!r}] must be numbers >= 0, got {need}")
    return np.broadcast_to(values, (quarters,)).astype(float)
