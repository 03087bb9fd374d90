"""The dynamics' settings as the table of plain numbers that the kernel reads."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics.layout import EFFORT_KINDS, EVENT_WIDTH, EVENTS, PARAMETERS, Parameter
from kamsim.dynamics_settings import DynamicsSettings, SegmentDynamics
from kamsim.schemas import SEGMENTS

_MONTHS_A_YEAR = 12

# Parameters that the kernel reads under another name or in another form than the settings have them.
_WORKED_OUT = (
    "WALLET_GROWTH", "JUMP_SCALE", "JUMP_INVERSE_MEAN", "SHOCK_RATE", "SHOCK_SCALE", "SHOCK_INVERSE_MEAN",
    "TERM_YEARS", "CONTRACTION", "PRICE_FACTOR", "DEAL_SCALE", "DEAL_MEAN", "BLIND_MONTHS", "SEASON", "EVENT",
    "ZERO", "ONE", "HALF", "ONE_AND_A_HALF", "TWO", "THREE", "FOUR", "SIX",
)  # fmt: skip
_OF_PARTS = {
    "EXIT_SHARE": "rules", "ATTRITION_RATE": "people", "VACANCY_MONTHS": "people", "VACANCY_COVER": "people",
    "RAMP_START": "people", "RAMP_MONTHS": "people", "SE_WAIT_EFFECT": "pools", "CSM_WAIT_EFFECT": "pools",
    "OFFER_SE_SHARE": "pools",
}  # fmt: skip


@dataclass(frozen=True)
class Parameters:
    """All parameters of the month.

    Attributes
    ----------
    table : array of float64, shape (segments, PARAMETERS)
        One row for each of `SEGMENTS`; columns as in `layout.Parameter`.
    kinds : array of float64, shape (segments, 5)
        Share of each kind of effort in the segment's service pattern over its share in the neutral one.
    settings : DynamicsSettings
        What they were made of.
    """

    table: NDArray[np.float64]
    kinds: NDArray[np.float64]
    settings: DynamicsSettings

    @property
    def is_concave(self) -> bool:
        """Tell whether the response exponent is 1, so that no power is needed."""
        return self.settings.response_exponent == 1.0


def lognormal_mean(log_sd: float) -> float:
    """Give the mean of exp(log_sd * z) for the sum z of three uniform numbers, standardised (Irwin-Hall).

    Examples
    --------
    >>> round(lognormal_mean(0.3), 4), lognormal_mean(0.0)
    (1.0459, 1.0)
    """
    return (math.sinh(log_sd) / log_sd) ** 3 if log_sd > 0 else 1.0


def expected_wallet_growth(
    settings: DynamicsSettings, months: int, *, first_month: int = 0
) -> NDArray[np.float64]:
    """Give the mean wallet at the end of each month, over the wallet now, whatever happens.

    Jumps and shocks have mean 1. An organisation event happens at most once a calendar year, equally likely
    in each of its months, so within a year its expected effect grows linearly.

    Parameters
    ----------
    settings : DynamicsSettings
    months : int
    first_month : int
        Months since January 1970; only the calendar month matters.

    Returns
    -------
    array, shape (segments, months)
        In the order of `SEGMENTS`.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> expected_wallet_growth(Scenario.load("saas_midmarket").dynamics, 36).shape
    (3, 36)
    """
    drift = np.array([getattr(settings, name).wallet_drift for name in SEGMENTS])
    growth = (1 + drift)[:, None] ** np.arange(1, months + 1)
    since_january = first_month % _MONTHS_A_YEAR
    ends = since_january + np.arange(1, months + 1)
    for name in EVENTS:
        event = getattr(settings.organisation, name)
        effect = event.yearly_probability * (event.wallet_factor - 1)
        within = (ends - 1) % _MONTHS_A_YEAR + 1
        years = (ends - 1) // _MONTHS_A_YEAR
        # Of the first year only the months from `first_month` on are still to come.
        skipped = np.where(years == 0, since_january, 0) / _MONTHS_A_YEAR
        factor = 1 + effect * (within / _MONTHS_A_YEAR - skipped)
        past = np.where(years > 0, (1 + effect * (1 - since_january / _MONTHS_A_YEAR)), 1.0)
        growth *= factor * past * (1 + effect) ** np.maximum(0, years - 1)
    return np.asarray(growth, dtype=np.float64)


def compile_parameters(settings: DynamicsSettings) -> Parameters:
    """Gather the settings into one table.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> parameters = compile_parameters(Scenario.load("saas_midmarket").dynamics)
    >>> parameters.table.shape[0], parameters.kinds.shape
    (3, (3, 5))
    """
    neutral = np.array([getattr(settings.service.neutral, kind) for kind in EFFORT_KINDS])
    kinds = [[getattr(getattr(settings.service, name), kind) for kind in EFFORT_KINDS] for name in SEGMENTS]
    return Parameters(
        np.array([_row(settings, getattr(settings, name)) for name in SEGMENTS]),
        np.array(kinds) / neutral,
        settings,
    )


def _row(settings: DynamicsSettings, segment: SegmentDynamics) -> list[float]:
    row = [0.0] * PARAMETERS
    for parameter in Parameter:
        if parameter.name not in _WORKED_OUT:
            name = parameter.name.lower()
            part = getattr(settings, _OF_PARTS[parameter.name]) if parameter.name in _OF_PARTS else settings
            row[parameter] = getattr(segment if name in SegmentDynamics.model_fields else part, name)
    terms = segment.renewals_per_year
    worked_out = {
        "ZERO": 0.0, "ONE": 1.0, "HALF": 0.5, "ONE_AND_A_HALF": 1.5, "TWO": 2.0, "THREE": 3.0,
        "FOUR": 4.0, "SIX": 6.0,
        "WALLET_GROWTH": 1 + segment.wallet_drift,
        "JUMP_SCALE": 2 * settings.wallet_jump_log_sd,
        "JUMP_INVERSE_MEAN": 1 / lognormal_mean(settings.wallet_jump_log_sd),
        "SHOCK_RATE": settings.industry_event_rate,
        "SHOCK_SCALE": 2 * settings.industry_jump_log_sd,
        "SHOCK_INVERSE_MEAN": 1 / lognormal_mean(settings.industry_jump_log_sd),
        "TERM_YEARS": 1 / terms,
        "CONTRACTION": segment.contraction_rate / terms,
        "PRICE_FACTOR": (1 + settings.price_change) ** (1 / terms),
        "DEAL_SCALE": 2 * settings.deal_log_sd,
        "DEAL_MEAN": segment.deal_share / lognormal_mean(settings.deal_log_sd),
        "BLIND_MONTHS": settings.organisation.blind_months,
    }  # fmt: skip
    for name, value in worked_out.items():
        row[Parameter[name]] = value
    row[Parameter.SEASON : Parameter.SEASON + _MONTHS_A_YEAR] = settings.season
    for number, name in enumerate(EVENTS):
        event = getattr(settings.organisation, name)
        bounds = [event.yearly_probability * month / _MONTHS_A_YEAR for month in range(_MONTHS_A_YEAR + 1)]
        effects = [event.roles_factor, event.goodwill_factor, event.wallet_factor, event.sponsorless_months]
        start = Parameter.EVENT + number * EVENT_WIDTH
        row[start : start + EVENT_WIDTH] = bounds + effects
    return row
