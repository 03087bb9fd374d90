"""Whom the scenario's routing rules would send each account to, were it a lead (D-ROU-1)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.portfolio_settings import RoutingRule
from kamsim.routing import INDUSTRY_SEPARATOR, first_fitting, wanted
from kamsim.schemas import SEGMENTS


def routed_to(
    book: pd.DataFrame, reps: pd.DataFrame, distance_km: NDArray[np.float64], rules: tuple[RoutingRule, ...]
) -> NDArray[np.bool_]:
    """Tell which AEs the routing rules want for each account.

    The first rule that takes the account's size, industry and region says who is wanted; an account that no
    rule takes goes to its region. A region without an AE is covered by the AEs of the region whose AE is
    nearest to its accounts on average, or by the whole team where places are unknown.

    Parameters
    ----------
    book, reps : DataFrame
        BOOK, and the AEs of TEAM.
    distance_km : array, shape (accounts, reps)
        Infinite where a place is unknown.
    rules : tuple of RoutingRule
        ``portfolio.leads.rules`` of the scenario.

    Returns
    -------
    array of bool, shape (accounts, reps)
        Nobody's row is empty where the team holds an AE.

    Examples
    --------
    >>> book = pd.DataFrame({"segment": ["smb"], "industry": ["retail"], "region": ["Est"]})
    >>> reps = pd.DataFrame({"seniority": ["junior"] * 2, "industries": [None] * 2, "region": ["Sud", "Est"]})
    >>> routed_to(book, reps, np.full((1, 2), np.inf), ())
    array([[False,  True]])
    """
    every_rule = (*rules, RoutingRule())
    industry, industries = _numbered(book["industry"])
    region, regions = _numbered(book["region"])
    size = pd.Index(SEGMENTS).get_indexer(pd.Index(book["segment"]))
    rule = first_fitting(every_rule, size, industry, region, industries, regions)
    knows = [_knows(reps["industries"], name) for name in industries] + [np.zeros(len(reps), bool)]
    senior = (reps["seniority"] == "senior").to_numpy(bool)
    result = np.zeros((len(book), len(reps)), bool)
    kinds, kind = np.unique(np.column_stack([region, rule, industry]), axis=0, return_inverse=True)
    for k, (place, number, trade) in enumerate(kinds.tolist()):
        name = regions[place] if place >= 0 else None
        home = _of_region(reps["region"], name, distance_km[region == place])
        result[np.ix_(kind.ravel() == k, wanted(every_rule[number], home, knows[trade], senior))] = True
    return result


def _numbered(texts: pd.Series[str]) -> tuple[NDArray[np.int64], list[str]]:
    """Number texts by their order; -1, which also finds the last of a list, where there is none."""
    words = sorted(texts.dropna().unique())
    return np.asarray(pd.Index(words, dtype="str").get_indexer(pd.Index(texts)), np.int64), words


def _knows(lists: pd.Series[str], industry: str) -> NDArray[np.bool_]:
    return np.array([industry in str(names).split(INDUSTRY_SEPARATOR) for names in lists.fillna("")], bool)


def _of_region(
    homes: pd.Series[str], region: str | None, distance_km: NDArray[np.float64]
) -> NDArray[np.int64]:
    at_home = np.flatnonzero((homes == region).to_numpy(bool))
    if region is not None and at_home.size:
        return at_home
    placed = distance_km[np.isfinite(distance_km).any(axis=1)]
    if not placed.size:
        return np.arange(len(homes))
    nearest = int(np.argmin(placed.mean(axis=0)))
    is_nearest = np.arange(len(homes)) == nearest
    return np.flatnonzero(is_nearest | (homes == homes.iloc[nearest]).to_numpy(bool))
