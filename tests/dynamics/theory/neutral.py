"""Settings in which only what a truth test asks for can happen."""

from __future__ import annotations

from typing import Any

from kamsim.config import DynamicsSettings, Scenario
from kamsim.schemas import SEGMENTS

EVENTS = ("appointment", "reorganisation", "merger", "budget_cut")

NOTHING_HAPPENS: dict[str, Any] = {
    "churn_goodwill_effect": 0.0,
    "churn_units_effect": 0.0,
    "churn_defence_effect": 0.0,
    "churn_offer_effect": 0.0,
    "sponsorless_churn_effect": 0.0,
    "handover_churn_effect": 0.0,
    "sponsor_leaves_rate": 0.0,
    "industry_event_rate": 0.0,
    "newcomer_opening_effect": 0.0,
    "price_change": 0.0,
    "deal_log_sd": 0.0,
    "season": [1.0] * 12,
    "people.attrition_rate": 0.0,
    **{f"organisation.{event}.yearly_probability": 0.0 for event in EVENTS},
    **{f"{segment}.wallet_drift": 0.0 for segment in SEGMENTS},
    **{f"{segment}.wallet_event_rate": 0.0 for segment in SEGMENTS},
    **{f"{segment}.contraction_rate": 0.0 for segment in SEGMENTS},
    **{f"{segment}.opening_rate": 0.0 for segment in SEGMENTS},
}

PLAIN_PIPELINE: dict[str, Any] = {
    "opening_goodwill_floor": 1.0,
    "opening_goodwill_slope": 0.0,
    "opening_response_floor": 1.0,
    "opening_response_slope": 0.0,
    "competitor_share": 0.0,
    "cross_sell_share": 0.0,
    "meddic_start": 0.0,
    "meddic_gain": 0.0,
    "milestone_response_floor": 1.0,
    "milestone_goodwill_floor": 1.0,
    "milestone_goodwill_slope": 0.0,
    "milestone_known_floor": 1.0,
    "offer_pace_effect": 0.0,
    "loss_age_floor": 1.0,
    "loss_age_slope": 0.0,
    "loss_known_ceiling": 1.0,
    "loss_known_slope": 0.0,
    "loss_goodwill_ceiling": 1.0,
    "loss_goodwill_slope": 0.0,
    "economic_buyer_loss_effect": 0.0,
    "competitor_loss_effect": 0.0,
    **{f"{segment}.minimum_cycle_months": 0 for segment in SEGMENTS},
}
"""Without effort (s = 0), hazards of opening, milestone and loss are the segment's rates themselves."""


def neutral_settings(**changes: Any) -> DynamicsSettings:
    """The preset with nothing happening, but for the changes; ``a__b`` stands for ``a.b``."""
    figures = NOTHING_HAPPENS | PLAIN_PIPELINE | {k.replace("__", "."): v for k, v in changes.items()}
    scenario = Scenario.load("saas_midmarket", {f"dynamics.{k}": v for k, v in figures.items()})
    return scenario.dynamics
