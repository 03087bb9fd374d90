"""What surrounds the accounts in an experiment: nothing, or the team of the portfolio with its people."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kamsim.config import CoverageSettings
from kamsim.dynamics import Plan, Pool, Pools, Rules, State, Surroundings, Team, hand_over
from kamsim.dynamics.state import Counts, Floats
from kamsim.dynamics_settings import DynamicsSettings
from kamsim.errors import SchemaError

LEAST_HOURS = 1e-3
"""Of an AE whose capacity the road takes whole: he stays in the team, and reaches nobody."""


@dataclass(frozen=True)
class World:
    """The team that plans are played with: AEs who leave and learn, SE and CSM pools.

    Attributes
    ----------
    rep_ids : tuple of str
        AEs, sorted; the state numbers owners by their position.
    capacity : array, shape (reps,)
        Hours a month, travel included; in the order of `rep_ids`.
    pools : Pools
    """

    rep_ids: tuple[str, ...]
    capacity: Floats
    pools: Pools

    @classmethod
    def of(cls, team: pd.DataFrame, settings: CoverageSettings) -> World:
        """Take the AEs and pools of a TEAM; people of a pool have the mean of their hours."""
        aes = team[team["role"] == "AE"].sort_values("rep_id")
        pools = {
            role: _pool(team.loc[team["role"] == role, "capacity_hours"], usual)
            for role, usual in (("SE", settings.se_hours), ("CSM", settings.csm_hours))
        }
        return cls(
            tuple(aes["rep_id"]), aes["capacity_hours"].to_numpy(float), Pools(pools["SE"], pools["CSM"])
        )

    @property
    def team(self) -> Team:
        """The AEs with all of their hours."""
        return Team(self.rep_ids, np.maximum(self.capacity, LEAST_HOURS))

    def surround(self, client_share: Floats, rules: Rules | None = None) -> Surroundings:
        """Put the world around a plan.

        Parameters
        ----------
        client_share : array, shape (reps,)
            Share of each AE's hours under the plan that are with clients and not on the road: the planner
            takes travel off before a run begins.
        rules : Rules, optional

        Returns
        -------
        Surroundings
        """
        hours = np.maximum(self.capacity * client_share, LEAST_HOURS)
        return Surroundings(team=Team(self.rep_ids, hours), pools=self.pools, rules=rules)


def _pool(hours: pd.Series, usual: float) -> Pool:
    with_hours = hours[hours > 0]
    return Pool(len(with_hours), float(with_hours.mean()) if len(with_hours) else usual)


def check_covers(plan: pd.DataFrame, book: pd.DataFrame, team: pd.DataFrame, policy: str) -> None:
    """Refuse a plan that does not give exactly the accounts of the book to AEs of the team.

    Parameters
    ----------
    plan : DataFrame
        ASSIGNMENT of one policy.
    book, team : DataFrame
        BOOK and TEAM.
    policy : str
        Its name, for the message.

    Raises
    ------
    SchemaError
        With the policy, and an account or a person.
    """
    wanted, got = set(book["account_id"]), set(plan["account_id"])
    for problem, ids in (("drops", wanted - got), ("covers a stranger,", got - wanted)):
        if ids:
            raise SchemaError(f"policy {policy!r} {problem} account {min(ids)!r} ({len(ids)} in all)")
    nobody = set(plan["rep_id"]) - set(team.loc[team["role"] == "AE", "rep_id"])
    if nobody:
        raise SchemaError(f"policy {policy!r} gives accounts to {min(nobody)!r}, who is no AE of the team")


def owners_of(rows: pd.DataFrame, world: World) -> Counts:
    """Number the owners of an ASSIGNMENT's rows as the world does, shape (accounts,)."""
    return np.asarray(pd.Index(world.rep_ids).get_indexer(pd.Index(rows["rep_id"])), np.int64)


def client_share(owner: Counts, hours: Floats, travel: Floats, reps: int) -> Floats:
    """Divide each AE's hours with clients by these and his travel, shape (reps,); 1 for one without any.

    Parameters
    ----------
    owner : array of int, shape (accounts,)
    hours, travel : array, shape (accounts,)
        Hours a month with each client, and on the road for it.
    reps : int

    Examples
    --------
    >>> client_share(np.array([0, 0]), np.array([3.0, 3.0]), np.array([2.0, 0.0]), 2)
    array([0.75, 1.  ])
    """
    spent = np.bincount(owner, hours + travel, reps)
    return np.divide(np.bincount(owner, hours, reps), spent, out=np.ones(reps), where=spent > 0)


def client_share_of(rows: pd.DataFrame, world: World) -> Floats:
    """Give the `client_share` of an ASSIGNMENT's rows."""
    hours, travel = rows["ae_hours"].to_numpy(), rows["travel_hours"].to_numpy()
    return client_share(owners_of(rows, world), hours, travel, len(world.rep_ids))


def plan_of(rows: pd.DataFrame) -> Plan:
    """Take the hours of an ASSIGNMENT's rows by role, as the pools want them."""
    return Plan(*(rows[column].to_numpy() for column in ("ae_hours", "se_hours", "csm_hours")))


def start_with(state: State, rows: pd.DataFrame, world: World, settings: DynamicsSettings) -> State:
    """Hand the accounts over to the owners of an ASSIGNMENT's rows."""
    handed = hand_over(state, rows["moved"].to_numpy(), settings)
    owner = np.repeat(owners_of(rows, world)[:, None], state.lanes, axis=1)
    return replace(handed, owner=owner)
