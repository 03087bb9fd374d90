"""The believed value of effort: play believed states over an effort grid, keep a small curve (VALUES)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamsim.config import Scenario
from kamsim.dynamics import State, compile_parameters, foresee, half_effort_hours
from kamsim.dynamics.state import Floats
from kamsim.schemas import ACCOUNTS, OPPORTUNITIES, SCORES, VALUES, check
from kamsim.streams import luck_key
from kamsim.value.belief import draw_states

_HALF_GRID = np.geomspace(0.125, 8.0, 25)


def believe_values(
    accounts: pd.DataFrame,
    opportunities: pd.DataFrame,
    scores: pd.DataFrame,
    scenario: Scenario,
    *,
    cutoff: pd.Timestamp,
) -> pd.DataFrame:
    """Sample what constant effort brings over the horizon, and fit a Hill curve for each account.

    Parameters
    ----------
    accounts, opportunities, scores : DataFrame
        ACCOUNTS, OPPORTUNITIES and SCORES; no truth.
    scenario : Scenario
        `scenario.value` sets the grid and the replications, `scenario.coverage.margin` turns revenue into
        contribution, `scenario.experiment.months` is the horizon.
    cutoff : Timestamp
        First day of the horizon.

    Returns
    -------
    DataFrame
        VALUES. Effort is in AE-equivalent hours a month.
    """
    accounts, scores = check(accounts, ACCOUNTS), check(scores, SCORES)
    opportunities = check(opportunities, OPPORTUNITIES)
    replications = scenario.value.replications
    state = draw_states(accounts, opportunities, scores, scenario, replications, cutoff=cutoff)
    return sample_values(state, scenario, cutoff=cutoff, replications=replications)


def sample_values(
    state: State, scenario: Scenario, *, cutoff: pd.Timestamp, replications: int
) -> pd.DataFrame:
    """Sample what constant effort brings from given states, and fit a Hill curve for each account.

    The one way from states to curves: from draws of what the book shows they are what is believed
    (`believe_values`), from the true state they are what the oracle knows.

    Parameters
    ----------
    state : State
        Of one lane, or of as many as `replications`.
    scenario : Scenario
        As for `believe_values`.
    cutoff : Timestamp
        First day of the horizon.
    replications : int
        Courses of events played at each level of effort.

    Returns
    -------
    DataFrame
        VALUES. `gain_sd_eur` holds the luck of the months, and what the lanes of the state differ by.
    """
    scale = half_effort_hours(state.segment[:, None], state.wallet, scenario.dynamics).mean(axis=1)
    multiples = np.array(scenario.value.effort_levels)
    parameters = compile_parameters(scenario.dynamics)
    sampled = np.empty((len(multiples), state.accounts, replications))
    for level, multiple in enumerate(multiples):
        years = foresee(
            state,
            multiple * scale,
            parameters,
            key=luck_key(scenario.seed, "value"),
            first_month=12 * (cutoff.year - 1970) + cutoff.month - 1,
            months=scenario.experiment.months,
            replications=np.arange(replications),
        )
        sampled[level] = scenario.coverage.margin * years.revenue.sum(axis=0)
    base, gain, half = fit_hill(multiples, sampled.mean(axis=2), scenario.value.hill_exponent)
    spread = (sampled[-1] - sampled[0]).std(axis=1)
    values = pd.DataFrame(
        {
            "account_id": pd.Series(state.account_ids, dtype="str"),
            "base_eur": base,
            "gain_eur": gain,
            "half_hours": half * scale,
            "exponent": scenario.value.hill_exponent,
            "gain_sd_eur": spread,
        }
    )
    return check(values, VALUES)


def fit_hill(effort: Floats, value: Floats, exponent: float) -> tuple[Floats, Floats, Floats]:
    """Fit ``base + gain * e**h / (half**h + e**h)`` to each column by least squares.

    For a given half-effort the curve is linear in base and gain; the half-effort is searched on a grid. Base
    and gain are kept at 0 or above.

    Parameters
    ----------
    effort : array, shape (levels,)
    value : array, shape (levels, accounts)
    exponent : float
        The shared exponent h.

    Returns
    -------
    base, gain, half : array, shape (accounts,)

    Examples
    --------
    >>> effort = np.array([0.0, 0.5, 1.0, 2.0, 4.0])
    >>> base, gain, half = fit_hill(effort, (10 + 6 * effort / (1 + effort))[:, None], 1.0)
    >>> float(base.round(6)[0]), float(gain.round(6)[0]), float(half.round(6)[0])
    (10.0, 6.0, 1.0)
    """
    powers = effort**exponent
    best = np.full(value.shape[1], np.inf)
    base, gain, half = (np.zeros(value.shape[1]) for _ in range(3))
    for candidate in _HALF_GRID:
        shape = powers / (candidate**exponent + powers)
        centred = shape - shape.mean()
        slope = np.maximum(centred @ value / (centred @ centred), 0.0)
        intercept = np.maximum(value.mean(axis=0) - slope * shape.mean(), 0.0)
        error = ((value - intercept - np.outer(shape, slope)) ** 2).sum(axis=0)
        better = error < best
        best, base = np.where(better, error, best), np.where(better, intercept, base)
        gain, half = np.where(better, slope, gain), np.where(better, candidate, half)
    return base, gain, half
