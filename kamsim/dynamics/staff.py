"""What surrounds the accounts in a run: the plan of hours, the team, the pools, the industries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics.state import Counts, Floats
from kamsim.errors import ConfigError
from kamsim.streams import entity_keys


@dataclass(frozen=True)
class Plan:
    """Hours a month planned for each account, and how they are spent.

    Attributes
    ----------
    ae, se, csm : array, shape (accounts,) or (accounts, lanes)
        Hours a month by role. Alone, `ae` may be AE-equivalents of all roles.
    kinds : array, shape (accounts, 5), optional
        Share of each kind of effort over its neutral share (`layout.EFFORT_KINDS`); by default the
        pattern of the account's segment.
    alerts : array of bool, shape (accounts,), optional
        True where changes at the client are seen at once (D-ORG-1); nowhere by default.
    """

    ae: Floats
    se: Floats | None = None
    csm: Floats | None = None
    kinds: Floats | None = None
    alerts: NDArray[np.bool_] | None = None

    def some_accounts(self, first: int, last: int) -> Plan:
        """Take the accounts from `first` up to `last`."""
        parts = (self.ae, self.se, self.csm, self.kinds, self.alerts)
        return Plan(*(None if part is None else part[first:last] for part in parts))  # type: ignore[arg-type]

    def hours(self, accounts: int, lanes: int) -> Floats:
        """Give the hours as one array, shape (3, accounts, 1 or lanes), checked."""
        given = [
            np.zeros(accounts) if h is None else np.asarray(h, float) for h in (self.ae, self.se, self.csm)
        ]
        columns = [h[:, None] if h.ndim == 1 else h for h in given]
        for hours in columns:
            if hours.shape not in ((accounts, 1), (accounts, lanes)):
                raise ConfigError(
                    f"effort must have {accounts} accounts and 1 or {lanes} lanes, got shape {hours.shape}"
                )
            if not np.isfinite(hours).all() or (hours < 0).any():
                raise ConfigError("effort must be finite and >= 0 hours a month")
        width = max(hours.shape[1] for hours in columns)
        return np.stack([np.broadcast_to(hours, (accounts, width)) for hours in columns])


@dataclass(frozen=True)
class Team:
    """The AEs whom the state's `owner` numbers.

    Attributes
    ----------
    rep_ids : sequence of str
        Address the luck of each AE.
    capacity : array, shape (reps,)
        Selling hours a month at full speed.
    """

    rep_ids: Sequence[str]
    capacity: Floats

    def __post_init__(self) -> None:
        if len(self.rep_ids) != self.capacity.size or not len(self.rep_ids):
            raise ConfigError(f"a team wants one capacity for each AE, got {self.capacity.size}")
        if not (np.isfinite(self.capacity).all() and (self.capacity > 0).all()):
            raise ConfigError("the capacity of an AE must be > 0 hours a month")

    @cached_property
    def entities(self) -> NDArray[np.uint64]:
        """Addresses of the AEs' luck."""
        return entity_keys(list(self.rep_ids))


@dataclass(frozen=True)
class Pool:
    """People who serve all accounts: SEs or CSMs."""

    people: int
    hours: float

    def __post_init__(self) -> None:
        if self.people < 0 or not self.hours > 0:
            raise ConfigError(f"a pool wants people >= 0 and hours > 0, got {self.people} and {self.hours:g}")


@dataclass(frozen=True)
class Pools:
    """The two pools of a run (D-TEAM-1)."""

    se: Pool
    csm: Pool

    def numbers(self) -> Floats:
        """Give the pools as the numbers that the kernel reads."""
        return np.array([self.se.people, self.se.hours, self.csm.people, self.csm.hours], dtype=float)


@dataclass(frozen=True)
class Industries:
    """Industries that shocks strike.

    Attributes
    ----------
    names : sequence of str
        Address the luck of each industry.
    of_account : array of int, shape (accounts,)
        Position in `names`; -1 = none.
    """

    names: Sequence[str]
    of_account: Counts

    def __post_init__(self) -> None:
        if self.of_account.size and not -1 <= self.of_account.min() <= self.of_account.max() < len(
            self.names
        ):
            raise ConfigError(f"the industry of an account must be -1 or below {len(self.names)}")

    @property
    def entities(self) -> NDArray[np.uint64]:
        """Addresses of the industries' luck."""
        return entity_keys(list(self.names))
