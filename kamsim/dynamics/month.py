"""One month of one account: the model itself, in the order of docs/model.md.

Each function is one paragraph of that page. All money is EUR a month; probabilities come from hazards
by 1 - exp(-hazard).
"""

from __future__ import annotations

import math

import numpy as np

from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.luck import normal
from kamsim.dynamics.parameters import Parameters
from kamsim.dynamics.state import MILESTONES


@compiled(inline=True)
def effort_response(effort: float, wallet: float, segment: int, p: Parameters) -> float:
    """Share of the full response that an effort (AE-equivalent hours a month) brings, in [0, 1)."""
    if effort <= 0.0:
        return 0.0
    scale = (max(wallet, 1.0) / p.reference_wallet_eur) ** p.half_effort_exponent
    return effort / (p.half_effort_hours[segment] * scale + effort)


@compiled(inline=True)
def move_wallet(wallet: float, segment: int, event: float, jump: float, angle: float, p: Parameters) -> float:
    """Let the wallet drift, and jump now and then by a lognormal factor of mean 1."""
    wallet *= p.wallet_growth[segment]
    if event < p.wallet_event_rate[segment]:
        sd = p.wallet_jump_log_sd
        wallet *= math.exp(sd * normal(jump, angle) - 0.5 * sd * sd)
    return wallet


@compiled
def move_stock(stock: float, gain: float, decay: float) -> float:
    """Nerlove-Arrow: a stock in [0, 1] rises towards 1 by effort and decays without."""
    return min(1.0, max(0.0, stock + gain * (1.0 - stock) - decay * stock))


@compiled
def qualification(roles: float, sponsorless: int) -> float:
    """MEDDIC completeness in [0.3, 1]: what is known of the deal, more with roles engaged and a sponsor."""
    return 0.3 + 0.4 * roles + (0.3 if sponsorless == 0 else 0.0)


@compiled
def opening_probability(
    whitespace_share: float,
    goodwill: float,
    response: float,
    responsiveness: float,
    pace: float,
    rate: float,
) -> float:
    """Chance that an opportunity opens this month."""
    appeal = (0.25 + 1.5 * goodwill) * (0.2 + 1.6 * response) * responsiveness
    hazard = rate * whitespace_share * appeal * pace
    return 1.0 - math.exp(-hazard)


@compiled(inline=True)
def milestones_reached(
    passed: int,
    age: int,
    response: float,
    goodwill: float,
    known: float,
    pace: float,
    segment: int,
    p: Parameters,
    u: float,
) -> int:
    """Milestones passed by the end of the month: one after the other until the first failure.

    The number of successes before the first failure is geometric, so one draw is enough. The signature
    waits for the minimum cycle.
    """
    ease = (0.5 + response) * (0.6 + 0.8 * goodwill) * (0.5 + known)
    hazard = p.milestone_pace[segment] * ease * pace
    success = 1.0 - math.exp(-hazard)
    reached = MILESTONES
    if success < 1.0:
        reached = min(MILESTONES, passed + int(math.log(u) / math.log(success))) if success > 0.0 else passed
    if age < p.minimum_cycle_months[segment]:
        reached = min(reached, MILESTONES - 1)
    return reached


@compiled(inline=True)
def loss_probability(age: int, goodwill: float, known: float, segment: int, p: Parameters) -> float:
    """Chance that an open opportunity is lost this month: rises with age, falls with what is known."""
    age_effect = 0.6 + 0.4 * age / max(1, p.minimum_cycle_months[segment])
    hazard = p.loss_rate[segment] * age_effect * (1.4 - 0.8 * known) * (1.2 - 0.4 * goodwill)
    return 1.0 - math.exp(-hazard)


@compiled(inline=True)
def yearly_churn_probability(
    propensity: float, goodwill: float, units_share: float, sponsorless: int, handover: int, p: Parameters
) -> float:
    """Chance that a year's renewal fails: the propensity, moved on the logit scale."""
    logit = (
        math.log(propensity / (1.0 - propensity))
        - p.churn_goodwill_effect * (goodwill - p.churn_goodwill_centre)
        - p.churn_units_effect * (units_share - p.churn_units_centre)
    )
    if sponsorless > 0:
        logit += p.sponsorless_churn_effect
    if handover > 0:
        logit += p.handover_churn_effect
    return 1.0 / (1.0 + math.exp(-logit))


@compiled(inline=True)
def renewed_revenue(revenue: float, segment: int, u_contraction: float, p: Parameters) -> float:
    """Revenue after a renewal that holds: contracted now and then, else at the new price."""
    terms = p.renewals_per_year[segment]
    if u_contraction < p.contraction_rate[segment] / terms:
        return revenue * p.contraction_factor
    return revenue * (1.0 + p.price_change) ** (1.0 / terms)


@compiled(inline=True)
def deal_amount(attainable_wallet: float, segment: int, u: float, v: float, p: Parameters) -> float:
    """Monthly revenue that a new opportunity would add: lognormal around a share of the attainable wallet."""
    sd = p.deal_log_sd
    size = p.deal_share[segment] * math.exp(sd * normal(u, v) - 0.5 * sd * sd)
    return attainable_wallet * min(1.0, size)


@compiled(inline=True)
def renews_now(calendar_month: int, renewal_month: int, segment: int, p: Parameters) -> bool:
    """Tell whether a contract term ends this month."""
    return p.renewals_per_year[segment] == 12 or np.int64(calendar_month) == renewal_month
