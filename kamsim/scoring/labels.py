"""Who was a customer at a cut-off in the past, and who had left a horizon later.

An account leaves when it stays without revenue for longer than its customers usually do. Where revenue
recurs month after month (subscriptions) one month without is enough; where it comes deal by deal, only
silence over the whole horizon is. Which of the two a history is, its amounts tell: a subscription
mostly repeats last month's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kamsim.scoring.panel import Panel

STEADY_RATIO = 0.1
"""Two successive months count as repeated when the amounts differ by no more than this share."""

STEADY_SHARE = 0.5
"""Above this share of repeated months, a history is recurring."""

ACTIVE_MONTHS = 12
"""Where revenue comes deal by deal, a customer is who bought within this time."""

STEP_MONTHS = 3
"""Distance between training cut-offs; their label windows overlap."""

FEWEST_MONTHS = 6
"""A cut-off needs this much history behind it."""


@dataclass(frozen=True)
class Rhythm:
    """How revenue comes in: whether it recurs, and the share of months that repeat the one before."""

    recurring: bool
    steady_share: float


def find_rhythm(panel: Panel) -> Rhythm:
    """Decide from the data whether revenue recurs.

    Examples
    --------
    >>> import pandas as pd
    >>> flat = Panel(["a"], pd.Timestamp("2026-01-01"), {"revenue_eur": np.array([[5.0, 5.0, 5.0, 0.0]])})
    >>> find_rhythm(flat)
    Rhythm(recurring=True, steady_share=1.0)
    """
    earlier, later = panel.revenue[:, :-1], panel.revenue[:, 1:]
    both = (earlier > 0) & (later > 0)
    if not both.any():
        return Rhythm(False, 0.0)
    steady = np.abs(later[both] / earlier[both] - 1) <= STEADY_RATIO
    share = float(steady.mean())
    return Rhythm(share > STEADY_SHARE, share)


def customers(panel: Panel, month: int, rhythm: Rhythm) -> NDArray[np.bool_]:
    """Tell which accounts are customers after `month` months of history."""
    window = 1 if rhythm.recurring else ACTIVE_MONTHS
    recent = panel.revenue[:, max(0, month - window) : month]
    return np.asarray((recent > 0).any(axis=1))


def leavers(panel: Panel, month: int, horizon: int, rhythm: Rhythm) -> NDArray[np.bool_]:
    """Tell which accounts leave in the `horizon` months from `month` on; only customers count."""
    silent = panel.revenue[:, month : month + horizon] <= 0
    return np.asarray(silent.any(axis=1) if rhythm.recurring else silent.all(axis=1))


def labelled_months(months: int, horizon: int) -> list[int]:
    """List the cut-offs, in months of history, whose label window ends by the last month recorded.

    Returns
    -------
    list of int
        Rising; the last one's window ends at the final cut-off.

    Examples
    --------
    >>> labelled_months(24, 12)
    [6, 9, 12]
    """
    return sorted(range(months - horizon, FEWEST_MONTHS - 1, -STEP_MONTHS))
