"""The AEs' past, played ahead of the accounts: it depends on their own luck only (docs/model.md 6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics import people_kernel
from kamsim.dynamics.engine import LAST_MONTH
from kamsim.dynamics.parameters import Parameters
from kamsim.dynamics.staff import Team
from kamsim.dynamics.state import FULL_TENURE, Counts, Floats, State
from kamsim.errors import ConfigError

# Numba infers the types of the kernel's arguments; typing tools cannot.
_play_posts: Any = people_kernel.play_posts


@dataclass(frozen=True)
class PeoplePath:
    """Months of a team; arrays shaped (reps, months).

    Attributes
    ----------
    reach : array
        Share of the planned hours that reaches the accounts of a book planned at its post's capacity.
    left : array of bool
        True in the month in which the AE leaves.
    quality : array
        Quality of the hand-overs that begin in the month (D-HND-1).
    tenure, vacancy : array of int
        At the end of the month: months in the post; months until a successor starts, 0 = filled.
    """

    reach: Floats
    left: NDArray[np.bool_]
    quality: Floats
    tenure: Counts
    vacancy: Counts

    @property
    def months(self) -> int:
        """Number of months played."""
        return int(self.reach.shape[1])

    def some_months(self, first: int, last: int) -> PeoplePath:
        """Take the months from number `first` up to `last`, counted from 0."""
        return PeoplePath(**{name: values[:, first:last] for name, values in vars(self).items()})

    def for_owners(self, parameters: Parameters) -> Floats:
        """Give reach, leaving and quality as the kernel reads them, (3, reps + 1, months).

        The last row stands for accounts that nobody owns: nothing reaches them, and their hand-overs are
        those of a team without a queue.
        """
        reps = self.reach.shape[0]
        path = np.zeros((3, reps + 1, self.months))
        path[:, :reps] = self.reach, self.left, self.quality
        path[2, reps] = parameters.settings.handover_quality
        return path


def check_owners(path: Floats, state: State, months: int) -> None:
    """Refuse a path (…, reps + 1, months) of other months than a run's, or owners who are not in it."""
    *_, rows, played = path.shape
    if played != months:
        raise ConfigError(f"people must be played for the run's {months} months, got {played}")
    if state.owner.max(initial=-1) >= rows - 1 or state.owner.min(initial=0) < -1:
        raise ConfigError(f"owners must be numbered from -1 to {rows - 2}, got {state.owner.max()}")


def play_people(
    team: Team,
    parameters: Parameters,
    *,
    key: int,
    first_month: int,
    months: int,
    tenure: Counts | None = None,
    vacancy: Counts | None = None,
    replication: int = 0,
) -> PeoplePath:
    """Play who leaves, who follows and who is still learning, as a run with this team would.

    Parameters
    ----------
    team : Team
    parameters : Parameters
    key : int
        From `kamsim.streams.luck_key`.
    first_month : int
        Months since January 1970.
    months : int
    tenure, vacancy : array of int, shape (reps,) or (reps, 1), optional
        Of each post before the first month; by default all are filled by people of long standing.
    replication : int
        Which course of events, as in `play`.

    Returns
    -------
    PeoplePath

    Raises
    ------
    ConfigError
        For months that cannot be addressed, or posts that are not the team's.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> from kamsim.dynamics import compile_parameters
    >>> nobody_leaves = {"dynamics.people.attrition_rate": 0.0}
    >>> settings = Scenario.load("saas_midmarket", nobody_leaves).dynamics
    >>> team = Team(["R1", "R2"], np.array([90.0, 90.0]))
    >>> play_people(
    ...     team, compile_parameters(settings), key=7, first_month=600, months=3, tenure=np.array([0, 60])
    ... ).reach.round(2).tolist()
    [[0.36, 0.52, 0.68], [1.0, 1.0, 1.0]]
    """
    if months < 1 or first_month < 0 or first_month + months - 1 > LAST_MONTH:
        raise ConfigError(f"months must lie between 0 and {LAST_MONTH} after January 1970")
    reps = len(team.rep_ids)
    shape = (reps, months)
    tenures, vacancies = np.empty(shape, np.int64), np.empty(shape, np.int64)
    reach, left = np.empty(shape), np.empty(shape, np.bool_)
    _play_posts(
        _posts(tenure, FULL_TENURE, reps), _posts(vacancy, 0, reps), team.capacity.astype(float),
        parameters.table[0], np.uint64(key), team.entities, np.uint64(replication), first_month, reach, left,
        tenures, vacancies,
    )  # fmt: skip
    quality = np.full(shape, parameters.settings.handover_quality)
    return PeoplePath(reach, left, quality, tenures, vacancies)


def _posts(given: Counts | None, usual: int, reps: int) -> Counts:
    """Copy months of each post, or take the usual ones."""
    if given is None:
        return np.full(reps, usual, np.int64)
    posts = np.array(given, np.int64).reshape(-1)
    if posts.size != reps or posts.min(initial=0) < 0:
        raise ConfigError(f"tenure and vacancy must be >= 0 months for {reps} AEs, got {posts.size} values")
    return posts
