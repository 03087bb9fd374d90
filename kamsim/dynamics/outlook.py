"""The true probability that an account leaves, without waiting for it to do so."""

from __future__ import annotations

from typing import Any

import numpy as np

from kamsim.dynamics import outlook_kernel
from kamsim.dynamics.engine import MONTHS_A_YEAR, Precision
from kamsim.dynamics.lanes import AccountLanes
from kamsim.dynamics.parameters import Parameters
from kamsim.dynamics.people_path import check_owners, play_people
from kamsim.dynamics.staff import Plan, Team
from kamsim.dynamics.state import Counts, Floats, State
from kamsim.errors import ConfigError

# Numba infers the types of the kernel's arguments; typing tools cannot.
_outlast: Any = outlook_kernel.outlast


def churn_outlook(
    state: State,
    plan: Floats | Plan,
    parameters: Parameters,
    *,
    key: int,
    first_month: int,
    months: int = MONTHS_A_YEAR,
    replications: int = 16,
    people: Floats | None = None,
    precision: Precision = "float32",
) -> Floats:
    r"""Estimate for each customer the probability of leaving within some months under a constant plan.

    Counting who left would need hundreds of replications. Instead churn is switched off, and each path says
    how likely it would have been to end: 1 - prod(1 - p_t) over the renewals t that come due on it, p_t being
    the churn probability that the renewal meets. The mean over paths is the probability of leaving, without
    bias. For let h_t be all that happens until renewal t except its own draw. An account that has not left
    is moved on by the same law with the switch as without it: before the first churn nothing differs, and a
    renewal contracts with the probability that it has given that the client stays, which the kernel draws
    from what is left of the same number (u when u >= p_t, u / p_t below). So the probability without the
    switch of a path that stays is its probability with it, times the chance prod(1 - p_t) that none of its
    renewals ends it, and summed over all paths P(stays) = E[prod(1 - p_t)], E being over paths with the
    switch (Rao-Blackwell: the renewal draws are integrated out, which can only take variance away).

    Parameters
    ----------
    state : State
        Of one lane; not changed.
    plan : Plan, or array of shape (accounts,)
    parameters : Parameters
    key : int
        From `kamsim.streams.luck_key`.
    first_month : int
        Months since January 1970.
    months : int
    replications : int
        Paths of each account. Their luck is that of the engine's replications 0, 1, 2, …
    people : array, shape (replications, 3, reps + 1, months), optional
        What may become of the owners, from `team_outlook`. Without it all planned hours reach the accounts.
    precision : {"float32", "float64"}

    Returns
    -------
    array, shape (accounts,)
        0 for an account that is no customer now.

    Raises
    ------
    ConfigError
        As `record`, and without replications or with people of other ones.
    """
    _refuse_none(replications)
    run = AccountLanes.of(state, plan, parameters, first_month, months, precision)
    if people is None:
        people = np.zeros((replications, 3, 0, 0))
    else:
        check_owners(people, state, months)
        if len(people) != replications:
            raise ConfigError(f"people must be played {replications} times, got {len(people)}")
    table, kinds = parameters.table.astype(run.dtype), run.kinds.astype(run.dtype)
    left = np.zeros(state.accounts)
    for blocks in run.blocks():
        _outlast(
            blocks.rows, table, blocks.members, state.segment, state.arrival, kinds, run.alerts,
            blocks.entities, run.hours, state.owner[:, 0], people, np.uint64(key), first_month, months,
            parameters.is_concave, replications, left,
        )  # fmt: skip
    return np.where(state.revenue[:, 0] > 0, left, 0.0)


def team_outlook(
    team: Team,
    parameters: Parameters,
    *,
    key: int,
    first_month: int,
    months: int = MONTHS_A_YEAR,
    replications: int = 16,
    tenure: Counts | None = None,
    vacancy: Counts | None = None,
) -> Floats:
    """Play what may become of a team: once, for all the accounts that it covers.

    Parameters
    ----------
    team : Team
        AEs who may leave, start and learn; each book is planned at its post's capacity.
    parameters : Parameters
    key, first_month, months, replications : int
        As in `churn_outlook`.
    tenure, vacancy : array of int, shape (reps,) or (reps, 1), optional
        As in `play_people`.

    Returns
    -------
    array, shape (replications, 3, reps + 1, months)
        Reach, leaving and hand-over quality; the last row is that of accounts that nobody owns.

    Raises
    ------
    ConfigError
        As `play_people`, and without replications.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> from kamsim.dynamics import compile_parameters
    >>> parameters = compile_parameters(Scenario.load("saas_midmarket").dynamics)
    >>> team_outlook(Team(["R1"], np.array([90.0])), parameters, key=7, first_month=600).shape
    (16, 3, 2, 12)
    """
    _refuse_none(replications)
    paths = (
        play_people(
            team, parameters, key=key, first_month=first_month, months=months, tenure=tenure, vacancy=vacancy,
            replication=number,
        )
        for number in range(replications)
    )  # fmt: skip
    return np.stack([path.for_owners(parameters) for path in paths])


def _refuse_none(replications: int) -> None:
    if replications < 1:
        raise ConfigError(f"replications must be >= 1, got {replications}")
