"""A scenario that makes books of the same shape as a portfolio: what is read off and not fitted.

Numbers of accounts, mix of segments, recorded months, who was a customer at the start, and how soon a
signature may come. A simulated book then has the small samples, the cut record and the luck of the real one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kamsim.config import Scenario
from kamsim.dynamics.state import Floats
from kamsim.experiments.calibration.traces import WON, Traces
from kamsim.schemas import SEGMENTS

SHORTEST, LONGEST = 24, 120
"""Months of history that the generator can make."""

TOO_EARLY = 0.05
"""Share of wins that may lie before the minimum cycle: entries in a CRM are not all right."""

_MOST_PROSPECTS = 0.98
_CONTRADICTED = 3.0
"""Standard errors by which a portfolio must differ from the scenario for its prospects to be read off."""


def shape_like(traces: Traces, scenario: Scenario, cutoff: pd.Timestamp) -> Scenario:
    """Give a scenario whose books have the shape of a portfolio.

    Parameters
    ----------
    traces : Traces
    scenario : Scenario
    cutoff : Timestamp

    Returns
    -------
    Scenario
        Behaviour as before but for `minimum_cycle_months`, which is lowered where signatures come sooner.
        Books larger than `calibration.largest_book` are cut to that size.
    """
    count = np.bincount(traces.segment, minlength=len(SEGMENTS))
    changes: dict[str, Any] = {
        "portfolio.accounts": int(min(traces.accounts, scenario.calibration.largest_book)),
        "portfolio.history_months": int(np.clip(-(-traces.months // 12) * 12, SHORTEST, LONGEST)),
        "portfolio.cutoff": cutoff.date(),
    }
    for code, name in enumerate(SEGMENTS):
        changes[f"portfolio.{name}.share"] = float(count[code] / count.sum())
        if traces.contracts and traces.months and count[code]:
            changes[f"portfolio.{name}.prospect_share"] = _prospects(traces, code, scenario)
        changes[f"dynamics.{name}.minimum_cycle_months"] = _minimum_cycle(traces, code, scenario)
    return scenario.override(changes)


def _prospects(traces: Traces, code: int, scenario: Scenario) -> float:
    """Share that bought nothing in the first month, of those that had not come as leads by then.

    The scenario's own share stays unless the portfolio contradicts it: the rest is chance, and portfolios of
    one shape can share their simulations.
    """
    given: float = getattr(scenario.portfolio, SEGMENTS[code]).prospect_share
    buys, there = traces.revenue[traces.segment == code, 0] > 0, 1 - scenario.portfolio.leads.share
    expected = (1 - given) * there
    error = np.sqrt(max(expected * (1 - expected), 1e-4) / buys.size)
    if abs(buys.mean() - expected) <= _CONTRADICTED * error:
        return given
    return float(np.clip(1 - buys.mean() / there, 0.0, _MOST_PROSPECTS))


def _minimum_cycle(traces: Traces, code: int, scenario: Scenario) -> int:
    """Largest number of months, up to the scenario's, that hardly any win undercuts; one may be an error."""
    given: int = getattr(scenario.dynamics, SEGMENTS[code]).minimum_cycle_months
    own = traces.segment[traces.deal_account] == code
    ages: Floats = traces.deal_age[own & (traces.deal_status == WON) & ~np.isnan(traces.deal_age)]
    if not ages.size:
        return given
    # The generator dates a win no earlier than its minimum, but for the unequal lengths of months.
    allowed = max(1.0, TOO_EARLY * ages.size)
    fits = [n for n in range(given + 1) if (ages < n - 1 / 15).sum() <= allowed or n == 0]
    return max(fits)
