"""What effort and the relationship leave behind month by month: touches, reviews, usage, satisfaction.

Every draw has an address (account, month, signal), like those of the model (docs/model.md, section 8), and
is spent whether or not its outcome shows: a knob at its neutral value moves no other signal. One compiled
pass fills all signals of a block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kamsim.config import Scenario
from kamsim.dynamics.state import Counts, Floats
from kamsim.observation_settings import SignalSettings
from kamsim.portfolio import signals_kernel
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.schemas import SEGMENTS
from kamsim.streams import luck_key

# Numba infers the types of the kernel's arguments; typing tools cannot.
_observe: Any = signals_kernel.observe


@dataclass(frozen=True)
class Signals:
    """Signals of a block; arrays shaped (accounts, months).

    Attributes
    ----------
    touches : tuple of three arrays of int
        Logged meetings and calls of AE, SE and CSM.
    reviews : array of int
        Account and business reviews held.
    usage, satisfaction : array
        In [0, 1] and 0 to 10; missing where there is nothing to see.
    """

    touches: tuple[Counts, Counts, Counts]
    reviews: Counts
    usage: Floats
    satisfaction: Floats


def observe_signals(block: RecordedBlock, hours: NDArray[np.float64], scenario: Scenario) -> Signals:
    """Observe what the CRM, telemetry and surveys show of each account in each month.

    Touches are Poisson counts with mean hours / hours per touch, thinned to those that are logged. A month's
    account review, and a quarter's business review (D-RIT-1), is held with a probability that rises with the
    hours of AE and CSM. Usage follows goodwill with a lag and a noise that remembers; since goodwill moves
    the churn hazard, falling usage announces churn as far as the noise lets it. A customer is asked for its
    satisfaction in months of its own, and may answer.

    Parameters
    ----------
    block : RecordedBlock
    hours : array, shape (3, accounts, months)
        Hours spent by AE, SE and CSM.
    scenario : Scenario
        `portfolio.signals` holds the parameters.

    Returns
    -------
    Signals
    """
    settings, state, past = scenario.portfolio.signals, block.opening, block.recording
    shape = past.revenue.shape
    touches = tuple(np.zeros(shape, np.int64) for _ in range(3))
    reviews = np.zeros(shape, np.int64)
    usage, satisfaction = np.full(shape, np.nan), np.full(shape, np.nan)
    _observe(
        np.uint64(luck_key(scenario.seed, "signals")), state.entities, state.segment, block.first_month,
        _parameters(settings), _by_segment(settings), hours, past.revenue, past.goodwill,
        state.revenue[:, 0], state.goodwill[:, 0], *touches, reviews, usage, satisfaction,
    )  # fmt: skip
    return Signals((touches[0], touches[1], touches[2]), reviews, usage, satisfaction)


def _parameters(settings: SignalSettings) -> Floats:
    """Put the parameters in the order in which `signals_kernel.observe` reads them."""
    return np.array(
        [
            settings.logging_share / settings.ae_hours_per_touch,
            settings.logging_share / settings.se_hours_per_touch,
            settings.logging_share / settings.csm_hours_per_touch,
            settings.review_hours,
            settings.usage_floor,
            settings.usage_slope,
            settings.usage_speed,
            settings.usage_noise,
            settings.usage_memory,
            settings.answer_share,
            settings.satisfaction_floor,
            settings.satisfaction_slope,
            settings.satisfaction_noise,
        ]
    )


def _by_segment(settings: SignalSettings) -> Floats:
    """Give account reviews, business reviews and surveys a year, one row a segment."""
    rows = [getattr(settings, name) for name in SEGMENTS]
    return np.array(
        [[r.account_review_share, r.business_review_share, float(r.surveys_per_year)] for r in rows]
    )
