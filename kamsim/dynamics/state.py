"""The state of a portfolio: arrays shaped (accounts, lanes), from and to the TRUTH and DEALS tables.

A lane is one possible course of events: a replication, or a draw of latent values that nobody knows.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.schemas import SEGMENTS
from kamsim.streams import entity_keys

SLOTS = 6
"""Opportunities an account can have in parallel; the busiest key accounts rarely fill them."""

MILESTONES = 4
"""Proof of concept, technical endorsement, budget approval, signature (D-CYC-2)."""

FREE = -1
"""Value of `milestones_passed` for a slot that holds no opportunity."""

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class State:
    """Everything the month reads and writes of the accounts.

    Attributes
    ----------
    account_ids : list of str, length accounts
        Sorted.
    entities : array of uint64, shape (accounts,)
        Where each account's luck is addressed.
    segment : array of int, shape (accounts,)
        Position in `SEGMENTS`.
    wallet, revenue : array, shape (accounts, lanes)
        EUR a month.
    attainable, responsiveness, propensity : array, shape (accounts, lanes)
        Latent: attainable share of wallet, response to effort, yearly churn propensity.
    goodwill, roles : array, shape (accounts, lanes)
        Stocks in [0, 1].
    sponsorless, handover, renewal_month, units, units_penetrated : array of int, shape (accounts, lanes)
    milestones_passed, age : array of int, shape (accounts, lanes, SLOTS)
        Of each opportunity; `milestones_passed` is `FREE` in an empty slot.
    amount : array, shape (accounts, lanes, SLOTS)
        EUR a month that a win would add.
    """

    account_ids: list[str]
    entities: NDArray[np.uint64]
    segment: Counts
    wallet: Floats
    revenue: Floats
    attainable: Floats
    responsiveness: Floats
    propensity: Floats
    goodwill: Floats
    roles: Floats
    sponsorless: Counts
    handover: Counts
    renewal_month: Counts
    units: Counts
    units_penetrated: Counts
    milestones_passed: Counts
    age: Counts
    amount: Floats

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

    def _map(self, change) -> Self:  # type: ignore[no-untyped-def]
        arrays = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(self, **{n: change(a) for n, a in arrays.items() if getattr(a, "ndim", 0) >= 2})


_COLUMN_OF = {
    "wallet": "wallet_eur_per_month",
    "revenue": "revenue_eur_per_month",
    "attainable": "attainable_share",
    "responsiveness": "responsiveness",
    "propensity": "churn_propensity",
    "goodwill": "relationship",
    "roles": "roles_engaged",
    "sponsorless": "sponsorless_months",
    "handover": "handover_months",
    "renewal_month": "renewal_month",
    "units": "business_units",
    "units_penetrated": "units_penetrated",
}


def segment_codes(segment: pd.Series) -> Counts:
    """Number the segments by their position in `SEGMENTS`."""
    # A copy, since pandas hands out read-only arrays: to the compiler they are another type.
    return np.array(segment.map({name: code for code, name in enumerate(SEGMENTS)}), dtype=np.int64)


def state_from_tables(accounts: pd.DataFrame, truth: pd.DataFrame, deals: pd.DataFrame) -> State:
    """Build a one-lane state.

    Parameters
    ----------
    accounts, truth, deals : DataFrame
        ACCOUNTS, TRUTH and DEALS, for the same accounts.

    Returns
    -------
    State
        With one lane; accounts sorted by id.
    """
    truth = truth.sort_values("account_id", ignore_index=True)
    segment = accounts.set_index("account_id")["segment"].reindex(truth["account_id"])
    n = len(truth)
    passed = np.full((n, 1, SLOTS), FREE, dtype=np.int64)
    age = np.zeros((n, 1, SLOTS), dtype=np.int64)
    amount = np.zeros((n, 1, SLOTS))
    row = pd.Index(truth["account_id"]).get_indexer(pd.Index(deals["account_id"]))
    where = (row, 0, deals["slot"].to_numpy())
    passed[where] = deals["milestones_passed"].to_numpy()
    age[where] = deals["age_months"].to_numpy()
    amount[where] = deals["amount_eur_per_month"].to_numpy()
    ids = truth["account_id"].tolist()
    return State(
        account_ids=ids,
        entities=entity_keys(ids),
        segment=segment_codes(segment),
        milestones_passed=passed,
        age=age,
        amount=amount,
        **{name: truth[[column]].to_numpy(copy=True) for name, column in _COLUMN_OF.items()},
    )


def state_to_tables(state: State) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write a one-lane state as TRUTH (without its two outlook columns) and DEALS; nothing is rounded."""
    truth = pd.DataFrame({"account_id": pd.Series(state.account_ids, dtype="str")})
    for name, column in _COLUMN_OF.items():
        truth[column] = getattr(state, name)[:, 0]
    account, slot = np.nonzero(state.milestones_passed[:, 0, :] != FREE)
    deals = pd.DataFrame(
        {
            "account_id": truth["account_id"].to_numpy()[account],
            "slot": slot.astype(np.int64),
            "milestones_passed": state.milestones_passed[account, 0, slot],
            "age_months": state.age[account, 0, slot],
            "amount_eur_per_month": state.amount[account, 0, slot],
        }
    ).astype({"account_id": "str"})
    return truth, deals
