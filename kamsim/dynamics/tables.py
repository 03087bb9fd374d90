"""The state of one lane as the TRUTH and DEALS tables, and back, bit for bit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamsim.dynamics.layout import FREE, SLOTS
from kamsim.dynamics.state import State, segment_codes
from kamsim.schemas import DEAL_KINDS
from kamsim.streams import entity_keys

_COLUMN_OF = {
    "wallet": "wallet_eur_per_month",
    "revenue": "revenue_eur_per_month",
    "attainable": "attainable_share",
    "responsiveness": "responsiveness",
    "propensity": "churn_propensity",
    "half_effort": "half_effort_hours",
    "goodwill": "relationship",
    "roles": "roles_engaged",
    "sponsorless": "sponsorless_months",
    "handover": "handover_months",
    "handover_quality": "handover_quality",
    "newcomer": "newcomer_months",
    "blind": "blind_months",
    "idle": "idle_months",
    "exited": "exited",
    "renewal_month": "renewal_month",
    "units": "business_units",
    "units_penetrated": "units_penetrated",
}


def state_from_tables(accounts: pd.DataFrame, truth: pd.DataFrame, deals: pd.DataFrame) -> State:
    """Build a one-lane state.

    Parameters
    ----------
    accounts, truth, deals : DataFrame
        ACCOUNTS, TRUTH and DEALS, for the same accounts.

    Returns
    -------
    State
        With one lane and no owners; accounts sorted by id.
    """
    truth = truth.sort_values("account_id", ignore_index=True)
    segment = accounts.set_index("account_id")["segment"].reindex(truth["account_id"])
    slots = (len(truth), 1, SLOTS)
    passed, age, kind = np.full(slots, FREE, np.int64), np.zeros(slots, np.int64), np.zeros(slots, np.int64)
    amount, meddic = np.zeros(slots), np.zeros(slots)
    row = pd.Index(truth["account_id"]).get_indexer(pd.Index(deals["account_id"]))
    where = (row, 0, deals["slot"].to_numpy())
    passed[where] = deals["milestones_passed"].to_numpy()
    age[where] = deals["age_months"].to_numpy()
    amount[where] = deals["amount_eur_per_month"].to_numpy()
    codes = deals["kind"].map({name: code for code, name in enumerate(DEAL_KINDS)}).to_numpy(np.int64)
    kind[where] = codes + len(DEAL_KINDS) * deals["competitor"].to_numpy(np.int64)
    meddic[where] = deals["meddic"].to_numpy()
    ids = truth["account_id"].tolist()
    return State(
        account_ids=ids,
        entities=entity_keys(ids),
        segment=segment_codes(segment),
        arrival=truth["arrival_month"].to_numpy(copy=True),
        owner=np.full((len(truth), 1), -1, np.int64),
        milestones_passed=passed,
        age=age,
        amount=amount,
        kind=kind,
        meddic=meddic,
        tenure=np.zeros((0, 1), np.int64),
        vacancy=np.zeros((0, 1), np.int64),
        **{name: truth[[column]].to_numpy(copy=True) for name, column in _COLUMN_OF.items()},
    )


def state_to_tables(state: State) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write a one-lane state as TRUTH (without its two outlook columns) and DEALS; nothing is rounded."""
    truth = pd.DataFrame({"account_id": pd.Series(state.account_ids, dtype="str")})
    for name, column in _COLUMN_OF.items():
        truth[column] = getattr(state, name)[:, 0]
    truth["arrival_month"] = state.arrival
    account, slot = np.nonzero(state.milestones_passed[:, 0, :] != FREE)
    kind = state.kind[account, 0, slot]
    deals = pd.DataFrame(
        {
            "account_id": truth["account_id"].to_numpy()[account],
            "slot": slot.astype(np.int64),
            "milestones_passed": state.milestones_passed[account, 0, slot],
            "age_months": state.age[account, 0, slot],
            "amount_eur_per_month": state.amount[account, 0, slot],
            "kind": np.array(DEAL_KINDS, dtype=object)[kind % len(DEAL_KINDS)],
            "competitor": kind >= len(DEAL_KINDS),
            "meddic": state.meddic[account, 0, slot],
        }
    ).astype({"account_id": "str", "kind": "str"})
    return truth, deals
