"""What the routing rules say (D-ROU-1): which rule takes whom, and whom it wants.

Shared by the generator, which routes leads, and by the policy that gives accounts out by the same rules.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kamsim.portfolio_settings import RoutingRule
from kamsim.schemas import SEGMENTS

Codes = NDArray[np.int64]

INDUSTRY_SEPARATOR = ";"
"""Between the industries of a person in TEAM."""


def first_fitting(
    rules: Sequence[RoutingRule], size: Codes, industry: Codes, region: Codes,
    industries: Sequence[str], regions: Sequence[str],
) -> Codes:  # fmt: skip
    """Find the first rule that takes each lead; the last one where none does.

    Parameters
    ----------
    rules : sequence of RoutingRule
    size, industry, region : array of int, shape (leads,)
        Positions in `SEGMENTS`, `industries` and `regions`; -1 where unknown.
    industries, regions : sequence of str

    Returns
    -------
    array of int, shape (leads,)
        Position of the rule.

    Examples
    --------
    >>> rules = RoutingRule(regions=("Est",)), RoutingRule()
    >>> nothing = np.zeros(2, int)
    >>> first_fitting(rules, nothing, nothing, np.array([0, 1]), ["retail"], ["Sud", "Est"])
    array([1, 0])
    """
    first = np.full(size.size, len(rules) - 1, np.int64)
    for number in reversed(range(len(rules))):
        rule = rules[number]
        fits = (
            _among(size, rule.sizes, SEGMENTS)
            & _among(industry, rule.industries, industries)
            & _among(region, rule.regions, regions)
        )
        first[fits] = number
    return first


def wanted(rule: RoutingRule, of_region: Codes, knows: NDArray[np.bool_], senior: NDArray[np.bool_]) -> Codes:
    """Give the positions of the AEs whom a rule may send a lead to.

    A wish that nobody meets is dropped: first the seniority, then the speciality.

    Parameters
    ----------
    rule : RoutingRule
    of_region : array of int
        Positions of the AEs who cover the lead's region.
    knows : array of bool, shape (AEs,)
        Who knows the lead's industry well.
    senior : array of bool, shape (AEs,)

    Returns
    -------
    array of int
        Empty only where nobody is there to send it to.

    Examples
    --------
    >>> rule = RoutingRule(speciality="wanted", seniority="senior")
    >>> wanted(rule, np.array([0, 1]), np.array([False, True, True]), np.array([True, False, True]))
    array([1])
    """
    pool = of_region if rule.sent_to == "region" else np.arange(senior.size)
    if rule.speciality == "wanted":
        pool = _narrowed(pool, knows[pool])
    if rule.seniority != "any":
        pool = _narrowed(pool, senior[pool] == (rule.seniority == "senior"))
    return pool


def _narrowed(pool: Codes, fits: NDArray[np.bool_]) -> Codes:
    return pool[fits] if fits.any() else pool


def _among(codes: Codes, names: Sequence[str], words: Sequence[str]) -> NDArray[np.bool_]:
    if not names:
        return np.ones(codes.size, bool)
    return np.isin(codes, [list(words).index(name) for name in names if name in words])
