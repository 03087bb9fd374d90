"""Plays plans over the lanes of a comparison."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from kamsim.allocation import rules_of
from kamsim.config import DynamicsSettings, Scenario
from kamsim.dynamics import State, Years, compile_parameters, effective_hours, foresee, hand_over, play
from kamsim.dynamics.state import Floats
from kamsim.experiments.periods import Cohort, periods_of
from kamsim.experiments.reuse import play_with_reuse
from kamsim.experiments.starts import Starts, first_month
from kamsim.experiments.world import World, client_share_of, plan_of, start_with
from kamsim.streams import luck_key

Progress = Callable[[str, int, int], None]
"""Called with the policy, the replications done and those wanted."""

_CELLS_A_CHUNK = 1_500_000
"""Accounts x lanes played at once; bounds memory to some hundred MB whatever the replications."""


@dataclass(frozen=True)
class Game:
    """All that the plans of a comparison have in common.

    Attributes
    ----------
    starts : Starts
    world : World or None
        The team and its pools, where some policy of the comparison carries rules.
    scenario : Scenario
    cutoff : Timestamp
    """

    starts: Starts
    world: World | None
    scenario: Scenario
    cutoff: pd.Timestamp


@dataclass(frozen=True)
class Played:
    """What came of one plan in some lanes.

    Attributes
    ----------
    periods : DataFrame
        PERIODS of its policy.
    released : array, shape (3,)
        Accounts that stand released when the horizon ends, and the AE hours a month that frees: sums over
        the lanes; and the number of lanes.
    """

    periods: pd.DataFrame
    released: Floats


def play_plans(
    plans: Mapping[str, pd.DataFrame],
    cohorts: Mapping[str, Cohort],
    policies: Sequence[str],
    game: Game,
    progress: Progress | None = None,
) -> list[tuple[str, Played]]:
    """Play the plans of some policies, lane block by lane block, each a task for joblib.

    Tasks share nothing and lanes are addressed by number, so the same bits come back however they are
    spread: one after the other by default, over processes or a cluster inside ``joblib.parallel_config``.

    Parameters
    ----------
    plans : mapping of str to DataFrame
        ASSIGNMENT by policy.
    cohorts : mapping of str to Cohort
    policies : sequence of str
        Which to play.
    game : Game
    progress : callable, optional
        Told of every block that is done, in order.

    Returns
    -------
    list of (str, Played)
        In the order of policies and lanes.

    Examples
    --------
    Two processes for everything that is played inside::

        with joblib.parallel_config(n_jobs=2):
            compare_policies(...)
    """
    lanes, accounts = game.starts.lanes, game.starts.start.accounts
    chunk = max(1, _CELLS_A_CHUNK // max(accounts, 1))
    blocks = [(p, f, min(f + chunk, lanes)) for p in policies for f in range(0, lanes, chunk)]
    tasks = (delayed(play_block)(plans[p], p, cohorts[p], game, first, last) for p, first, last in blocks)
    done = []
    for (policy, _, last), played in zip(blocks, Parallel(return_as="generator")(tasks), strict=True):
        done.append((policy, played))
        if progress is not None:
            progress(policy, last, lanes)
    return done


def play_block(plan: pd.DataFrame, policy: str, cohort: Cohort, game: Game, first: int, last: int) -> Played:
    """Play the plan of one policy in the lanes from `first` up to `last`.

    Parameters
    ----------
    plan : DataFrame
        ASSIGNMENT of this policy.
    policy : str
        Its name says which rules it carries through the run.
    cohort : Cohort
    game : Game
    first, last : int

    Returns
    -------
    Played
    """
    starts, parts, released = game.starts, [], np.array([0.0, 0.0, last - first])
    for some, dynamics in starts.alike(first, last):
        years, after = _play_lanes(plan, policy, some, dynamics, game)
        parts.append(periods_of(years, cohort, policy, starts.draw[some], starts.replication[some]))
        if after is not None:
            released[:2] += _released(after, plan, dynamics)
    return Played(pd.concat(parts, ignore_index=True), released)


def _play_lanes(
    plan: pd.DataFrame, policy: str, some: slice, dynamics: DynamicsSettings, game: Game
) -> tuple[Years, State | None]:
    """Play lanes that share their parameters; the state after it where rules may have released accounts."""
    here = game.starts.of_lanes(game.starts.start, some)
    parameters, key = compile_parameters(dynamics), luck_key(game.scenario.seed, "simulation")
    month, months = first_month(game.cutoff), game.scenario.experiment.months
    own = game.starts.replication[some]
    if game.world is None:
        ae, se, csm = (plan[column].to_numpy() for column in ("ae_hours", "se_hours", "csm_hours"))
        years = foresee(
            hand_over(here, plan["moved"].to_numpy(), dynamics), effective_hours(ae, se, csm, dynamics),
            parameters, key=key, first_month=month, months=months, replications=own,
        )  # fmt: skip
        return years, None
    rules = rules_of(policy, game.scenario.dynamics.rules)
    around = game.world.surround(client_share_of(plan, game.world), rules)
    here = start_with(here, plan, game.world, dynamics)
    if rules is None:
        years = foresee(
            here, plan_of(plan), parameters, key=key, first_month=month, months=months, replications=own,
            surroundings=around,
        )  # fmt: skip
        return years, None
    # With a pool, accounts are pulled into freed hours; without, the rest of the book gets them.
    run = play if rules.books is not None else play_with_reuse
    return run(
        here, plan_of(plan), parameters, key=key, first_month=month, months=months, replications=own,
        surroundings=around,
    )  # fmt: skip


def _released(after: State, plan: pd.DataFrame, dynamics: DynamicsSettings) -> Floats:
    """Accounts that nobody or little is left for, and the AE hours a month that frees, summed over lanes."""
    pooled, exited = after.owner < 0, (after.owner >= 0) & (after.exited > 0)
    freed = pooled + (1 - dynamics.rules.exit_share) * exited
    return np.array([(pooled | exited).sum(), (plan["ae_hours"].to_numpy() @ freed).sum()])
