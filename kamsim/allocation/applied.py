"""Constraints applied to a book and a team: from names and rules to arrays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from kamsim.allocation.constraints import Constraints, Names, tell_unknown
from kamsim.allocation.limits import Budget, Flags, Floats, Indices, Limits
from kamsim.errors import ConfigError
from kamsim.routing import INDUSTRY_SEPARATOR


def apply_constraints(
    constraints: Constraints, book: pd.DataFrame, reps: pd.DataFrame, distance_km: Floats, trip_hours: Floats
) -> Limits:
    """Turn constraints into what each AE may own, families, and caps on what changes hands.

    Parameters
    ----------
    constraints : Constraints
    book, reps : DataFrame
        BOOK, and the AEs of TEAM.
    distance_km, trip_hours : array, shape (accounts, reps)
        NaN, and 0 hours, where a place is unknown.

    Returns
    -------
    Limits

    Raises
    ------
    ConfigError
        For an account, AE or region that is not there (with the nearest name), and for an AE without a
        language where accounts ask for one.

    Examples
    --------
    >>> from kamsim.schemas import BOOK, TEAM
    >>> nothing = np.zeros((0, 0))
    >>> apply_constraints(Constraints(), BOOK.empty(), TEAM.empty(), nothing, nothing).allowed
    {}
    """
    _refuse_unknown_names(constraints, book, reps)
    by_name = {
        "locks": _only(book, reps, {account: (rep,) for account, rep in constraints.locks.items()}),
        "named": _only(book, reps, constraints.named),
        "forbidden": ~_pairs(book, reps, constraints.forbidden),
        "disruption.open_deals": _frozen(constraints, book, reps),
    }
    general = {
        "skills.industry_for_tiers": _industry(constraints, book, reps),
        "skills.senior_for_tiers": _seniority(constraints, book, reps),
        "languages": _language(constraints, book, reps),
        "travel.longest_km": _within(distance_km, constraints.travel.longest_km),
        "travel.longest_trip_hours": _within(trip_hours, constraints.travel.longest_trip_hours),
    }
    if constraints.present_owners == "may_stay":
        present = book["owner_id"].to_numpy()[:, None] == reps["rep_id"].to_numpy()[None, :]
        general = {name: pairs | present for name, pairs in general.items()}
    binding = {name: pairs for name, pairs in (by_name | general).items() if not pairs.all()}
    return Limits(binding, _families(constraints, book), tuple(_budgets(constraints, book)))


def _refuse_unknown_names(constraints: Constraints, book: pd.DataFrame, reps: pd.DataFrame) -> None:
    accounts, people = set(book["account_id"]), set(reps["rep_id"])
    languages = constraints.languages
    lists: dict[str, Mapping[str, Names]] = {"named": constraints.named, "forbidden": constraints.forbidden}
    lists["locks"] = {account: (rep,) for account, rep in constraints.locks.items()}
    for where, entries in lists.items():
        tell_unknown("account", where, entries, accounts)
        for account, names in entries.items():
            tell_unknown("AE", f"{where}.{account}", names, people)
    tell_unknown("AE", "languages.of_reps", languages.of_reps, people)
    tell_unknown("account", "languages.of_accounts", languages.of_accounts, accounts)
    tell_unknown("region", "languages.of_regions", languages.of_regions, set(book["region"].dropna()))
    silent = sorted(people - set(languages.of_reps))
    if silent and (languages.of_accounts or languages.of_regions):
        raise ConfigError(
            f"languages.of_reps must name the languages of every AE, got none for {silent[0]!r}"
        )


def _pairs(book: pd.DataFrame, reps: pd.DataFrame, lists: Mapping[str, Names]) -> Flags:
    """Tell which pairs of account and AE the lists name."""
    pairs = np.zeros((len(book), len(reps)), dtype=bool)
    row, column = pd.Index(book["account_id"]), pd.Index(reps["rep_id"])
    for account, names in lists.items():
        pairs[row.get_loc(account), column.get_indexer(list(names))] = True
    return pairs


def _only(book: pd.DataFrame, reps: pd.DataFrame, lists: Mapping[str, Names]) -> Flags:
    listed = book["account_id"].isin(list(lists)).to_numpy()
    return np.asarray(_pairs(book, reps, lists) | ~listed[:, None])


def _frozen(constraints: Constraints, book: pd.DataFrame, reps: pd.DataFrame) -> Flags:
    """Leave an account with open deals to its owner; where he has left the team, it has to go to somebody."""
    if constraints.disruption.open_deals == "free":
        return np.ones((len(book), len(reps)), dtype=bool)
    present = book["owner_id"].to_numpy()[:, None] == reps["rep_id"].to_numpy()[None, :]
    frozen = (book["open_deals"] > 0).to_numpy() & present.any(axis=1)
    frozen &= ~book["account_id"].isin(list(constraints.locks)).to_numpy()
    return np.asarray(present | ~frozen[:, None])


def _industry(constraints: Constraints, book: pd.DataFrame, reps: pd.DataFrame) -> Flags:
    asks = book["tier"].isin(constraints.skills.industry_for_tiers).to_numpy()
    known = [str(names).split(INDUSTRY_SEPARATOR) for names in reps["industries"].fillna("")]
    industry = book["industry"]
    knows = np.array([[pd.isna(name) or name in names for names in known] for name in industry], dtype=bool)
    return np.asarray(knows.reshape(len(book), len(reps)) | ~asks[:, None])


def _seniority(constraints: Constraints, book: pd.DataFrame, reps: pd.DataFrame) -> Flags:
    asks = book["tier"].isin(constraints.skills.senior_for_tiers).to_numpy()
    senior = (reps["seniority"] == "senior").to_numpy(bool)
    return np.asarray(senior[None, :] | ~asks[:, None])


def _language(constraints: Constraints, book: pd.DataFrame, reps: pd.DataFrame) -> Flags:
    rules = constraints.languages
    spoken = [set(rules.of_reps.get(rep, ())) for rep in reps["rep_id"]]
    fits = np.ones((len(book), len(reps)), dtype=bool)
    for row, (account, region) in enumerate(zip(book["account_id"], book["region"], strict=True)):
        asked = rules.of_accounts.get(account, rules.of_regions.get(region, ()))
        if asked:
            fits[row] = [not known.isdisjoint(asked) for known in spoken]
    return fits


def _within(extent: Floats, most: float | None) -> Flags:
    return np.asarray(np.isnan(extent) | (extent <= (np.inf if most is None else most)))


def _families(constraints: Constraints, book: pd.DataFrame) -> Indices | None:
    """Number families: accounts linked by ``parent_id``, however deep; those kept only by owner, too."""
    hold = constraints.families.hold
    if hold == "free" or book.empty:
        return None
    family = family_numbers(book["account_id"], book["parent_id"])
    if hold == "united":
        return family
    owned = book["owner_id"].notna().to_numpy()
    alone = np.where(owned, -1, np.arange(len(book)))  # nobody's accounts are in nobody's hand
    keys = pd.DataFrame({"family": family, "owner": book["owner_id"], "alone": alone})
    number = keys.groupby(["family", "owner", "alone"], dropna=False).ngroup()
    return np.asarray(number, dtype=np.intp)


def family_numbers(account_ids: pd.Series[str], parent_ids: pd.Series[str]) -> Indices:
    """Number the families: accounts that parents link, a parent outside the book included.

    Examples
    --------
    >>> family_numbers(pd.Series(["a", "b", "c", "d"]), pd.Series([None, "a", "b", None])).tolist()
    [0, 0, 0, 1]
    """
    everybody = pd.Index(account_ids).union(pd.Index(parent_ids.dropna().unique()), sort=False)
    child = np.flatnonzero(parent_ids.notna())
    place = everybody.get_indexer(pd.Index(account_ids))
    parent = everybody.get_indexer(pd.Index(parent_ids.iloc[child]))
    size = len(everybody)
    links = coo_array((np.ones(child.size), (place[child], parent)), (size, size))
    labels = connected_components(links, directed=False)[1][place]
    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.intp)


def _budgets(constraints: Constraints, book: pd.DataFrame) -> list[Budget]:
    caps = constraints.disruption
    one = np.ones(len(book))
    revenue = book["revenue_eur_per_month"].to_numpy()
    relationship = book["relationship"].fillna(0.0).to_numpy()
    close = (relationship >= (np.inf if caps.close_from is None else caps.close_from)).astype(np.float64)
    asked = {
        "accounts": (one, caps.accounts),
        "accounts_share": (one, _of(caps.accounts_share, one)),
        "revenue_eur_per_month": (revenue, caps.revenue_eur_per_month),
        "revenue_share": (revenue, _of(caps.revenue_share, revenue)),
        "relationship_share": (relationship, _of(caps.relationship_share, relationship)),
        "close_accounts": (close, caps.close_accounts),
    }
    return [
        Budget(f"disruption.{name}", weight, float(limit))
        for name, (weight, limit) in asked.items()
        if limit is not None
    ]


def _of(share: float | None, weight: Floats) -> float | None:
    return None if share is None else share * float(weight.sum())
