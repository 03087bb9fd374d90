"""The routing rules on leads: which AE a lead is sent to (D-ROU-1)."""

from __future__ import annotations

import numpy as np

from kamsim.config import PortfolioSettings
from kamsim.dynamics.state import Counts, Floats
from kamsim.portfolio.posts import Posts
from kamsim.portfolio_settings import RoutingRule
from kamsim.routing import first_fitting, wanted


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
    rule = first_fitting(rules, size, industry, region, settings.industries, posts.regions)
    owner = np.zeros(size.size, np.int64)
    shape = len(rules), len(posts.regions), len(settings.industries)
    group = np.ravel_multi_index((rule, region, industry), shape)
    order = np.argsort(group, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(group[order])) + 1) if order.size else []:
        one = rows[0]
        pool = wanted(
            rules[rule[one]], posts.of_region[region[one]], posts.knows[:, industry[one]], posts.senior
        )
        owner[rows] = pool[(u[rows] * pool.size).astype(np.int64)]
    return owner
