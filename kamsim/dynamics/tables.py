"""The state of one lane as the tables TRUTH, DEALS and PEOPLE, and back, bit for bit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kamsim.dynamics.layout import FREE, SLOTS
from kamsim.dynamics.staff import Team
from kamsim.dynamics.state import FULL_TENURE, Counts, State, segment_codes
from kamsim.errors import ConfigError, SchemaError
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


_POSTS = {"tenure": "tenure_months", "vacancy": "vacancy_months"}


class StateTables(NamedTuple):
    """A state as tables: TRUTH without its outlook columns, DEALS, and PEOPLE (empty if no post is known)."""

    truth: pd.DataFrame
    deals: pd.DataFrame
    people: pd.DataFrame


def state_from_tables(
    accounts: pd.DataFrame,
    truth: pd.DataFrame,
    deals: pd.DataFrame,
    people: pd.DataFrame | None = None,
    team: Team | None = None,
) -> State:
    """Build a one-lane state.

    Parameters
    ----------
    accounts, truth, deals : DataFrame
        ACCOUNTS, TRUTH and DEALS, for the same accounts.
    people : DataFrame, optional
        PEOPLE. Without it the state knows nothing of the posts: a run takes their holders as experienced.
    team : Team, optional
        Numbers the owners and posts; it may have AEs whom nobody knew. Without it all of PEOPLE do, sorted
        by id; without either nobody owns an account.

    Returns
    -------
    State
        With one lane; accounts sorted by id.

    Raises
    ------
    SchemaError
        For an owner or a post that is not of the team.
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
    ids, reps = truth["account_id"].tolist(), _rep_ids(people, team)
    return State(
        account_ids=ids,
        entities=entity_keys(ids),
        segment=segment_codes(segment),
        arrival=truth["arrival_month"].to_numpy(copy=True),
        owner=_owners(truth, reps),
        milestones_passed=passed,
        age=age,
        amount=amount,
        kind=kind,
        meddic=meddic,
        **_posts(people, reps),
        **{name: truth[[column]].to_numpy(copy=True) for name, column in _COLUMN_OF.items()},
    )


def _rep_ids(people: pd.DataFrame | None, team: Team | None) -> pd.Index:
    """Ids of the AEs in the order in which the state numbers them."""
    known = [] if people is None else sorted(people["rep_id"])
    return pd.Index(known if team is None else list(team.rep_ids), dtype="str")


def _owners(truth: pd.DataFrame, reps: pd.Index) -> Counts:
    """Number the owners, shape (accounts, 1)."""
    if not len(reps) or "owner_id" not in truth:
        return np.full((len(truth), 1), -1, np.int64)
    owner = reps.get_indexer(pd.Index(truth["owner_id"]))
    stranger = (owner < 0) & truth["owner_id"].notna().to_numpy()
    if stranger.any():
        raise SchemaError(f"owner_id must be an AE of the team, got {truth['owner_id'][stranger].min()!r}")
    return np.asarray(owner, np.int64)[:, None]


def _posts(people: pd.DataFrame | None, reps: pd.Index) -> dict[str, Any]:
    """Give tenure and vacancy, shape (reps, 1); without rows where nothing is known."""
    if people is None or not len(people):
        return {name: np.zeros((0, 1), np.int64) for name in _POSTS}
    row = reps.get_indexer(pd.Index(people["rep_id"]))
    if (row < 0).any():
        raise SchemaError(f"rep_id must be an AE of the team, got {people['rep_id'][row < 0].min()!r}")
    posts = {"tenure": np.full((len(reps), 1), FULL_TENURE), "vacancy": np.zeros((len(reps), 1), np.int64)}
    for name, column in _POSTS.items():
        posts[name][row, 0] = people[column].to_numpy()
    return posts


def state_to_tables(state: State, rep_ids: Sequence[str] | None = None) -> StateTables:
    """Write a one-lane state as tables; nothing is rounded.

    Parameters
    ----------
    state : State
    rep_ids : sequence of str, optional
        The AEs in the order in which the state numbers them; who follows after the last of them is ignored.

    Returns
    -------
    StateTables
        TRUTH lacks its two outlook columns; all sorted by key.

    Raises
    ------
    ConfigError
        For a state with owners or posts that `rep_ids` does not name.
    """
    reps = [] if rep_ids is None else list(rep_ids)
    wanted = max(state.tenure.shape[0], int(state.owner.max(initial=-1)) + 1)
    if wanted > len(reps):
        raise ConfigError(f"rep_ids must name the {wanted} AEs of the state, got {len(reps)}")
    return StateTables(_truth_table(state, reps), _deals_table(state), _people_table(state, reps))


def _truth_table(state: State, reps: list[str]) -> pd.DataFrame:
    names = np.array([*reps, None], dtype=object)
    columns: dict[str, Any] = {"account_id": pd.array(state.account_ids, dtype="str")}
    columns |= {column: getattr(state, name)[:, 0] for name, column in _COLUMN_OF.items()}
    columns["owner_id"] = pd.array(names[state.owner[:, 0]], dtype="str")
    columns["arrival_month"] = state.arrival
    return pd.DataFrame(columns)


def _people_table(state: State, reps: list[str]) -> pd.DataFrame:
    posts = {column: getattr(state, name)[:, 0] for name, column in _POSTS.items()}
    ids = pd.array(reps[: state.tenure.shape[0]], dtype="str")
    return pd.DataFrame({"rep_id": ids} | posts).sort_values("rep_id", ignore_index=True)


def _deals_table(state: State) -> pd.DataFrame:
    account, slot = np.nonzero(state.milestones_passed[:, 0, :] != FREE)
    kind = state.kind[account, 0, slot]
    deals = pd.DataFrame(
        {
            "account_id": np.array(state.account_ids, dtype=object)[account],
            "slot": slot.astype(np.int64),
            "milestones_passed": state.milestones_passed[account, 0, slot],
            "age_months": state.age[account, 0, slot],
            "amount_eur_per_month": state.amount[account, 0, slot],
            "kind": np.array(DEAL_KINDS, dtype=object)[kind % len(DEAL_KINDS)],
            "competitor": kind >= len(DEAL_KINDS),
            "meddic": state.meddic[account, 0, slot],
        }
    )
    return deals.astype({"account_id": "str", "kind": "str"})
