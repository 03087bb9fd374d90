"""The state of a portfolio: arrays shaped (accounts, lanes).

A lane is one possible course of events: a replication, or a draw of latent values that nobody knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.dynamics.layout import FREE, SLOTS
from kamsim.dynamics_settings import DynamicsSettings
from kamsim.errors import ConfigError
from kamsim.schemas import SEGMENTS
from kamsim.streams import entity_keys

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

FULL_TENURE = 60
"""Months of an AE of whom nothing else is known: past every ramp."""


@dataclass(frozen=True)
class State:
    """Everything the month reads and writes of the accounts (docs/model.md, section 2).

    Attributes
    ----------
    account_ids : list of str, length accounts
        Sorted.
    entities : array of uint64, shape (accounts,)
        Where each account's luck is addressed.
    segment, arrival : array of int, shape (accounts,)
        Position in `SEGMENTS`; month of arrival, dormant before.
    wallet, revenue : array, shape (accounts, lanes)
        EUR a month.
    attainable, responsiveness, propensity, half_effort : array, shape (accounts, lanes)
        Latent: attainable share of wallet, response to effort, yearly churn propensity, and the effort (hours
        a month) that brings half of the response.
    goodwill, roles, handover_quality : array, shape (accounts, lanes)
        In [0, 1].
    sponsorless, handover, newcomer, blind, idle : array of int, shape (accounts, lanes)
        Months.
    renewal_month, units, units_penetrated : array of int, shape (accounts, lanes)
    owner : array of int, shape (accounts, lanes)
        Index of the AE in the team, -1 = nobody.
    exited : array of int, shape (accounts, lanes)
        1 where the exit rule has deprioritised the account.
    milestones_passed, age, kind : array of int, shape (accounts, lanes, SLOTS)
        Of each opportunity; `milestones_passed` is `FREE` in an empty slot. `kind` is 0 new, 1 upsell,
        2 cross-sell, and 3 more with a competitor.
    amount, meddic : array, shape (accounts, lanes, SLOTS)
        EUR a month that a win would add; MEDDIC completeness in [0, 6].
    tenure, vacancy : array of int, shape (reps, lanes)
        Months of each AE in the post; months until a successor arrives, 0 = filled.
    """

    account_ids: list[str]
    entities: NDArray[np.uint64]
    segment: Counts
    arrival: Counts
    wallet: Floats
    revenue: Floats
    attainable: Floats
    responsiveness: Floats
    propensity: Floats
    half_effort: Floats
    goodwill: Floats
    roles: Floats
    sponsorless: Counts
    handover: Counts
    handover_quality: Floats
    newcomer: Counts
    blind: Counts
    idle: Counts
    renewal_month: Counts
    units: Counts
    units_penetrated: Counts
    owner: Counts
    exited: Counts
    milestones_passed: Counts
    age: Counts
    amount: Floats
    kind: Counts
    meddic: Floats
    tenure: Counts
    vacancy: Counts

    @property
    def accounts(self) -> int:
        """Number of accounts."""
        return int(self.wallet.shape[0])

    @property
    def lanes(self) -> int:
        """Number of lanes."""
        return int(self.wallet.shape[1])

    def repeat(self, times: int) -> Self:
        """Copy the state so that each lane stands `times` times in a row."""
        return self._map(lambda a: np.repeat(a, times, axis=1))

    def pick(self, lanes: Counts) -> Self:
        """Copy the given lanes, in the given order; a lane may be picked more than once."""
        return self._map(lambda a: a[:, lanes])

    def copy(self) -> Self:
        """Copy the state, so that a run can write on it."""
        return self._map(lambda a: a.copy())

    def some_accounts(self, first: int, last: int) -> Self:
        """Take the accounts from `first` up to `last`."""
        of_reps = ("tenure", "vacancy")
        parts = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in of_reps}
        return replace(self, **{name: values[first:last] for name, values in parts.items()})

    @classmethod
    def side_by_side(cls, states: Sequence[State]) -> State:
        """Put states of the same accounts together, lane after lane."""
        first = states[0]
        joined: dict[str, Any] = {
            f.name: np.concatenate([getattr(s, f.name) for s in states], axis=1)
            for f in fields(first)
            if getattr(getattr(first, f.name), "ndim", 0) >= 2
        }
        return replace(first, **joined)

    @classmethod
    def below(cls, states: Sequence[State]) -> State:
        """Put accounts of the same lanes together, one state under the other."""
        first, of_reps = states[0], ("tenure", "vacancy")
        joined: dict[str, Any] = {
            f.name: np.concatenate([getattr(s, f.name) for s in states])
            for f in fields(first)
            if f.name not in (*of_reps, "account_ids")
        }
        return replace(first, account_ids=[i for s in states for i in s.account_ids], **joined)

    def check(self) -> None:
        """Refuse a state that the month could not play; raise ConfigError with name, value and rule."""
        shares = ("attainable", "goodwill", "roles", "handover_quality")
        for name in (*shares, "wallet", "revenue", "responsiveness", "propensity", "half_effort", "amount"):
            values = getattr(self, name)
            if not np.isfinite(values).all() or values.min(initial=0.0) < 0:
                raise ConfigError(f"{name} must be finite and >= 0, got {values.min(initial=0.0):g}")
            if name in shares and values.max(initial=0.0) > 1:
                raise ConfigError(f"{name} must be <= 1, got {values.max(initial=0.0):g}")
        if self.propensity.max(initial=0.0) >= 1:
            raise ConfigError(f"propensity must be < 1, got {self.propensity.max():g}")
        if self.half_effort.min(initial=1.0) <= 0:
            raise ConfigError(f"half_effort must be > 0, got {self.half_effort.min():g}")
        if self.units.min(initial=1) < 1:
            raise ConfigError(f"units must be >= 1, got {self.units.min()}")
        beyond = self.units_penetrated > self.units
        if beyond.any():
            account, lane = np.argwhere(beyond)[0]
            raise ConfigError(
                f"units_penetrated must be <= units, got {self.units_penetrated[account, lane]} of"
                f" {self.units[account, lane]} ({self.account_ids[account]})"
            )
        if not np.isin(self.segment, range(len(SEGMENTS))).all():
            raise ConfigError(f"segment must be 0 to {len(SEGMENTS) - 1}, got {self.segment.max()}")

    def _map(self, change) -> Self:  # type: ignore[no-untyped-def]
        arrays = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(self, **{n: change(a) for n, a in arrays.items() if getattr(a, "ndim", 0) >= 2})


def new_state(
    settings: DynamicsSettings,
    *,
    account_ids: list[str],
    segment: Counts,
    wallet: Floats,
    revenue: Floats,
    attainable: Floats,
    responsiveness: Floats,
    propensity: Floats,
    goodwill: Floats,
    roles: Floats,
    renewal_month: Counts,
    units: Counts,
    units_penetrated: Counts,
    **known: Any,
) -> State:
    """Make a state; what is not given is neutral, and half-effort follows from the wallet.

    Parameters
    ----------
    settings : DynamicsSettings
    account_ids, segment, ... : as the attributes of `State`
        Accounts sorted by id; arrays of accounts and lanes.
    **known : array
        Any other attribute of `State`.

    Returns
    -------
    State
    """
    accounts, lanes = wallet.shape
    zeros = np.zeros((accounts, lanes), np.int64)
    slots = (accounts, lanes, SLOTS)
    neutral = {
        "arrival": np.zeros(accounts, np.int64),
        "half_effort": half_effort_hours(segment[:, None], wallet, settings),
        "handover_quality": np.ones((accounts, lanes)),
        "owner": zeros - 1,
        "milestones_passed": np.full(slots, FREE, np.int64),
        "age": np.zeros(slots, np.int64),
        "amount": np.zeros(slots),
        "kind": np.zeros(slots, np.int64),
        "meddic": np.zeros(slots),
        "tenure": np.zeros((0, lanes), np.int64),
        "vacancy": np.zeros((0, lanes), np.int64),
    } | {name: zeros.copy() for name in ("sponsorless", "handover", "newcomer", "blind", "idle", "exited")}
    if "entities" not in known:
        neutral["entities"] = entity_keys(account_ids)
    return State(
        account_ids=account_ids, segment=segment, wallet=wallet, revenue=revenue, attainable=attainable,
        responsiveness=responsiveness, propensity=propensity, goodwill=goodwill, roles=roles,
        renewal_month=renewal_month, units=units, units_penetrated=units_penetrated,
        **(neutral | known),
    )  # fmt: skip


def half_effort_hours(segment: Counts, wallet: Floats, settings: DynamicsSettings) -> Floats:
    """Give the effort that brings half of the full response (e50 in docs/model.md).

    Parameters
    ----------
    segment : array of int
        Position in `SEGMENTS`.
    wallet : array, same shape
        EUR a month.
    settings : DynamicsSettings

    Returns
    -------
    array, same shape
        Hours a month.
    """
    multiplier = np.array([getattr(settings, name).effort_multiplier for name in SEGMENTS])[segment]
    scale = (np.maximum(wallet, 1.0) / settings.reference_wallet_eur) ** settings.half_effort_exponent
    return np.asarray(settings.half_effort_hours * multiplier * scale)


def segment_codes(segment: pd.Series) -> Counts:
    """Number the segments by their position in `SEGMENTS`."""
    return np.asarray(segment.map({name: code for code, name in enumerate(SEGMENTS)}), dtype=np.int64)
