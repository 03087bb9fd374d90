"""The dynamics' settings as the plain numbers that the compiled month reads."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kamsim.config import DynamicsSettings
from kamsim.schemas import SEGMENTS


class Parameters(NamedTuple):
    """All parameters of the month; names and units as in `DynamicsSettings`.

    Those that differ by segment are arrays in the order of `SEGMENTS`. Flat, since compiled parallel loops
    take no nested tuples.
    """

    wallet_growth: NDArray[np.float64]
    wallet_event_rate: NDArray[np.float64]
    contraction_rate: NDArray[np.float64]
    renewals_per_year: NDArray[np.int64]
    opening_rate: NDArray[np.float64]
    milestone_pace: NDArray[np.float64]
    loss_rate: NDArray[np.float64]
    minimum_cycle_months: NDArray[np.int64]
    deal_share: NDArray[np.float64]
    half_effort_hours: NDArray[np.float64]
    season: NDArray[np.float64]
    reference_wallet_eur: float
    half_effort_exponent: float
    goodwill_gain: float
    goodwill_decay: float
    roles_gain: float
    roles_decay: float
    churn_goodwill_effect: float
    churn_goodwill_centre: float
    churn_units_effect: float
    churn_units_centre: float
    sponsor_leaves_rate: float
    sponsor_leaves_goodwill: float
    sponsorless_months: int
    sponsorless_churn_effect: float
    handover_churn_effect: float
    contraction_factor: float
    price_change: float
    wallet_jump_log_sd: float
    deal_log_sd: float
    new_unit_probability: float


def compile_parameters(settings: DynamicsSettings) -> Parameters:
    """Gather the settings into arrays and floats.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> parameters = compile_parameters(Scenario.load("saas_midmarket").dynamics)
    >>> parameters.opening_rate.shape
    (3,)
    """
    by_segment = [getattr(settings, name) for name in SEGMENTS]

    def floats(name: str) -> NDArray[np.float64]:
        return np.array([getattr(s, name) for s in by_segment], dtype=np.float64)

    def counts(name: str) -> NDArray[np.int64]:
        return np.array([getattr(s, name) for s in by_segment], dtype=np.int64)

    common = (name for name in Parameters._fields if name in DynamicsSettings.model_fields)
    own = {name: getattr(settings, name) for name in common if name not in ("season", "half_effort_hours")}
    return Parameters(
        wallet_growth=1.0 + floats("wallet_drift"),
        wallet_event_rate=floats("wallet_event_rate"),
        contraction_rate=floats("contraction_rate"),
        renewals_per_year=counts("renewals_per_year"),
        opening_rate=floats("opening_rate"),
        milestone_pace=floats("milestone_pace"),
        loss_rate=floats("loss_rate"),
        minimum_cycle_months=counts("minimum_cycle_months"),
        deal_share=floats("deal_share"),
        half_effort_hours=settings.half_effort_hours * floats("effort_multiplier"),
        season=np.array(settings.season),
        **own,
    )
