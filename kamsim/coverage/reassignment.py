"""Tiers quarter after quarter: who changes tier, and who stays although the score moved."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.config import SegmentationSettings
from kamsim.coverage.segmentation import TIER_SEGMENTS, assign_tiers
from kamsim.errors import SchemaError
from kamsim.schemas import SCORES, TIER_CHANGES, TIERS, check

_ROUNDING = 1e-9
_PROBABILITIES = [f"tier_{tier}_probability" for tier in TIER_SEGMENTS]


def reassign_tiers(
    scores: pd.DataFrame, previous_tiers: pd.DataFrame, settings: SegmentationSettings
) -> pd.DataFrame:
    """Give next quarter's tiers: an account leaves its tier only when that is sure, and not too many do.

    An account rises to the highest tier, or falls to the lowest, whose bound its potential has crossed with
    a probability of at least ``change_probability``, and stays where it is otherwise. Probability and not a
    margin in EUR, since scores are not equally sure: a margin wide enough for an account that nobody knows
    would hold back one whose wallet is disclosed. It is the probability of having crossed the bound and
    not that of the new tier, or an account between tiers 1 and 2 for sure could never leave tier 3.

    Of those that would change, only the surest do: at most ``change_share`` of the accounts that had a tier,
    rounded down; equally sure ones in the order of their ids. The others may follow next quarter. An account
    without a previous tier takes that of its potential and does not count; one without a score has gone.

    Parameters
    ----------
    scores : DataFrame
        SCORES, its tier probabilities computed with the bounds in `settings`.
    previous_tiers : DataFrame
        TIERS of the quarter before.
    settings : SegmentationSettings

    Returns
    -------
    DataFrame
        TIERS, one row an account in `scores`.

    Raises
    ------
    SchemaError
        When a table breaks its contract, an account's tier probabilities do not add up to 1, or they
        contradict its interval: they then belong to other bounds.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> scores = pd.DataFrame(
    ...     {
    ...         "account_id": ["a", "b"],
    ...         "potential_36m_eur": 120e3,
    ...         "tier_1_probability": 0.0,
    ...         "tier_2_probability": [0.9, 0.6],
    ...         "tier_3_probability": [0.1, 0.4],
    ...         "potential_low_eur": [9e4, 3e4],
    ...         "potential_high_eur": [2e5, 4e5],
    ...     }
    ... ).reindex(columns=list(SCORES.columns), fill_value=0.0)
    >>> before = pd.DataFrame({"account_id": ["a", "b"], "tier": [3, 3]})
    >>> settings = Scenario.load("base", {"segmentation.change_share": 0.5}).segmentation
    >>> reassign_tiers(scores, before, settings)["tier"].tolist()
    [2, 3]
    """
    scores, previous = check(scores, SCORES), check(previous_tiers, TIERS)
    fresh = assign_tiers(scores, settings)
    known = scores.merge(previous, on="account_id", validate="one_to_one")
    _refuse_other_bounds(known, settings)
    tier = known["tier"].to_numpy()
    wanted, surety = _wanted(tier, known[_PROBABILITIES].to_numpy(), settings.change_probability)
    allowed = int(np.floor(settings.change_share * len(known) + _ROUNDING))
    changing = np.flatnonzero(wanted != tier)
    # A table is sorted by id, so a stable sort leaves ties in the order of ids.
    surest = changing[np.argsort(-surety[changing], kind="stable")][:allowed]
    kept = tier.copy()
    kept[surest] = wanted[surest]
    return check(_laid_over(fresh, known["account_id"], kept), TIERS)


def tier_changes(
    scores: pd.DataFrame,
    previous_tiers: pd.DataFrame,
    tiers: pd.DataFrame,
    settings: SegmentationSettings,
) -> pd.DataFrame:
    """List the accounts whose potential now lies in another tier than they were in, and what became of them.

    Parameters
    ----------
    scores : DataFrame
        SCORES.
    previous_tiers, tiers : DataFrame
        TIERS of the quarter before, and those that `reassign_tiers` gives now.
    settings : SegmentationSettings

    Returns
    -------
    DataFrame
        TIER_CHANGES; also an account whose tier changed though its best guess lies in the old one.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> scores = SCORES.empty()
    >>> len(tier_changes(scores, TIERS.empty(), TIERS.empty(), Scenario.load("base").segmentation))
    0
    """
    fresh = assign_tiers(scores, settings).rename(columns={"tier": "potential_tier"})
    before = check(previous_tiers, TIERS).rename(columns={"tier": "previous_tier"})
    known = fresh.merge(before, on="account_id").merge(check(tiers, TIERS), on="account_id")
    stays = known["tier"] == known["previous_tier"]
    known = known.assign(held_back=stays & (known["potential_tier"] != known["tier"]))
    return check(known[~stays | known["held_back"]], TIER_CHANGES)


def _wanted(
    tier: NDArray[np.int64], probability: NDArray[np.float64], threshold: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give the tier that each account is sure enough to belong to, and how sure it is to have crossed."""
    at_or_above = probability.cumsum(axis=1)
    at_or_below = probability[:, ::-1].cumsum(axis=1)[:, ::-1]
    sure_above, sure_below = (p >= threshold - _ROUNDING for p in (at_or_above, at_or_below))
    highest = sure_above.argmax(axis=1) + 1
    lowest = probability.shape[1] - sure_below[:, ::-1].argmax(axis=1)
    rows = np.arange(len(tier))
    wanted = np.where(highest < tier, highest, np.where(lowest > tier, lowest, tier))
    surety = np.where(wanted < tier, at_or_above[rows, wanted - 1], at_or_below[rows, wanted - 1])
    return wanted.astype(np.int64), surety


def _laid_over(fresh: pd.DataFrame, ids: pd.Series[str], tier: NDArray[np.int64]) -> pd.DataFrame:
    kept = pd.Series(tier, index=ids)
    return fresh.assign(tier=fresh["account_id"].map(kept).fillna(fresh["tier"]).astype("int64"))


def _refuse_other_bounds(known: pd.DataFrame, settings: SegmentationSettings) -> None:
    """Refuse probabilities that an interval wholly on one side of a bound contradicts."""
    total = known[_PROBABILITIES].sum(axis=1)
    for row in np.flatnonzero((total - 1).abs() > 1e-6)[:1]:
        raise SchemaError(
            f"table scores: tier probabilities of account {known['account_id'].iloc[row]!r} must add up to 1,"
            f" got {total.iloc[row]:g}"
        )
    above = known["tier_1_probability"].to_numpy()
    bounds = (
        (settings.tier_1_above_eur, above),
        (settings.tier_2_from_eur, above + known["tier_2_probability"].to_numpy()),
    )
    low, high = known["potential_low_eur"].to_numpy(), known["potential_high_eur"].to_numpy()
    for bound, crossed in bounds:
        wrong = ((low > bound) & (crossed < 0.5)) | ((high < bound) & (crossed > 0.5))
        for row in np.flatnonzero(wrong)[:1]:
            raise SchemaError(
                f"table scores: account {known['account_id'].iloc[row]!r} has a potential from"
                f" {low[row]:,.0f} to {high[row]:,.0f} EUR but a probability of {crossed[row]:.2f} to lie"
                f" above the bound of {bound:,.0f} EUR: score again with these bounds"
            )
