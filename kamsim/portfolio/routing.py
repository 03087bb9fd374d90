"""The routing rules on leads: which AE a lead is sent to (D-ROU-1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kamsim.config import PortfolioSettings
from kamsim.dynamics.state import Counts, Floats
from kamsim.portfolio.posts import Posts
from kamsim.portfolio_settings import RoutingRule
from kamsim.schemas import SEGMENTS


def route(
    size: Counts, industry: Counts, region: Counts, u: Floats, posts: Posts, settings: PortfolioSettings
) -> Counts:
    """Send leads to AEs by the routing rules (D-ROU-1).

    The first rule that takes a lead says who is wanted. A wish that nobody meets is dropped: first the
    seniority, then the speciality; a region without an AE is covered from the nearest one. A lead that no
    rule takes goes to its region. Among those who remain chance decides.

    Parameters
    ----------
    size, industry, region : array of int, shape (leads,)
        Positions in `SEGMENTS`, in the scenario's industries, in the regions.
    u : array, shape (leads,)
        Each lead's chance.
    posts : Posts
    settings : PortfolioSettings

    Returns
    -------
    array of int, shape (leads,)
        Position among the AEs.
    """
    rules = (*settings.leads.rules, RoutingRule())
    rule = _first_fitting(rules, size, industry, region, posts.regions, settings)
    owner = np.zeros(size.size, np.int64)
    shape = len(rules), len(posts.regions), len(settings.industries)
    group = np.ravel_multi_index((rule, region, industry), shape)
    order = np.argsort(group, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(group[order])) + 1) if order.size else []:
        one = rows[0]
        wanted = candidates(rules[rule[one]], int(region[one]), int(industry[one]), posts)
        owner[rows] = wanted[(u[rows] * wanted.size).astype(np.int64)]
    return owner


def candidates(rule: RoutingRule, region: int, industry: int, posts: Posts) -> Counts:
    """Give the positions of the AEs whom a rule may send a lead to; never empty."""
    pool = posts.of_region[region] if rule.sent_to == "region" else np.arange(len(posts.rep_ids))
    if rule.speciality == "wanted":
        pool = _narrowed(pool, posts.knows[pool, industry])
    if rule.seniority != "any":
        pool = _narrowed(pool, posts.senior[pool] == (rule.seniority == "senior"))
    return pool


def _narrowed(pool: Counts, fits: NDArray[np.bool_]) -> Counts:
    return pool[fits] if fits.any() else pool


def _first_fitting(
    rules: tuple[RoutingRule, ...], size: Counts, industry: Counts, region: Counts,
    regions: tuple[str, ...], settings: PortfolioSettings,
) -> Counts:  # fmt: skip
    first = np.full(size.size, len(rules) - 1, np.int64)
    for number in reversed(range(len(rules))):
        rule = rules[number]
        fits = (
            _among(size, rule.sizes, SEGMENTS)
            & _among(industry, rule.industries, settings.industries)
            & _among(region, rule.regions, regions)
        )
        first[fits] = number
    return first


def _among(codes: Counts, names: tuple[str, ...], words: tuple[str, ...]) -> NDArray[np.bool_]:
    if not names:
        return np.ones(codes.size, bool)
    return np.isin(codes, [words.index(name) for name in names if name in words])
