"""Where each variable of an account stands in the kernel's one flat array, and each parameter in its own.

The kernel holds an account as rows of `LANES` numbers of one type: row `r` of lane `l` is element
``r * LANES + l``. With one base and constant offsets the compiler sees that rows do not overlap, and turns
the loop over lanes into vector instructions. Counts, flags and indices are small whole numbers, exact in
single precision.
"""

from __future__ import annotations

from enum import IntEnum, auto

LANES = 32
"""Lanes that are played together: a few vector registers of them, so that one waits while others work."""

SLOTS = 4
"""Opportunities an account can have in parallel."""

MILESTONES = 4
"""Proof of concept, technical endorsement, budget approval, signature (D-CYC-2)."""

FREE = -1
"""Value of `milestones_passed` for a slot that holds no opportunity."""

SLOT_ROWS = 5
"""Rows of one slot, in this order: milestones passed, age, amount, kind, MEDDIC completeness."""

EVENTS = ("appointment", "reorganisation", "merger", "budget_cut")
"""Organisation events, in the order of their draws."""

EFFORT_KINDS = ("mapping", "offer", "review", "pursuit", "defence")

# Rows of an account. Those before YEAR_REVENUE and after CACHE_END are state; the rest is scratch.
(
    WALLET, REVENUE, GOODWILL, ROLES, SPONSORLESS, HANDOVER, NEWCOMER, BLIND, QUALITY, RENEWAL_MONTH,
    PENETRATED, OWNER, IDLE, EXITED,
) = range(14)  # fmt: skip
SLOT = 14
ATTAINABLE, RESPONSIVENESS, BASE_HAZARD, HALF_POWER, UNITS, AE, SE, CSM = range(34, 42)
STATE_ROWS = 42

# What a run keeps for a year: sums, the unbroken customer flag, the four draws of organisation events.
YEAR_REVENUE, YEAR_HOURS, RETAINED, YEAR_DRAWS = 42, 43, 44, 45

# What the surroundings say of this month: reach of the owner, its departure, the pools, the industry.
REACH, LEFT, SE_SERVED, CSM_SERVED, SE_PACE, QUALITY_NOW, SHOCK = range(49, 56)

# What one step of the month tells the next, and what is observed of it.
WALLET_AND_SPONSOR_DRAW, OPENING_DRAW, RENEWAL_DRAW, AMOUNT_DRAW = range(56, 60)
SLOT_DRAWS = 60
"""Eight rows: for each slot the draw of its milestones, then that of its loss."""
SPARE = 68
"""Four rows that a step may use for itself."""
EFFORT, RESPONSE, BEFORE, BOOKED, CAPPED, RENEWAL = range(72, 78)
OUTCOME = 78
CLOSING = 82
# What a run that is watched notes of the month: the yearly churn hazard, and what happened as bits.
HAZARD, HAPPENED = 86, 87
ROWS = 88

NOT_DUE, CHURNED, CONTRACTED, REPRICED = 0, 1, 2, 3
"""Values of the row RENEWAL."""

SPONSOR_LEFT, OWNER_LEFT = 16, 32
"""Bits of the row HAPPENED; those below are organisation events, 1 << position in EVENTS."""

WON, LOST = 1, 2
"""Values of the rows OUTCOME."""


class Parameter(IntEnum):
    """Positions in the typed parameter array, which holds one such list for each segment."""

    ZERO = 0
    ONE = auto()
    HALF = auto()
    ONE_AND_A_HALF = auto()
    TWO = auto()
    THREE = auto()
    FOUR = auto()
    SIX = auto()
    WALLET_GROWTH = auto()
    WALLET_EVENT_RATE = auto()
    JUMP_SCALE = auto()
    JUMP_INVERSE_MEAN = auto()
    SHOCK_RATE = auto()
    SHOCK_SCALE = auto()
    SHOCK_INVERSE_MEAN = auto()
    RESPONSE_EXPONENT = auto()
    SE_WEIGHT = auto()
    CSM_WEIGHT = auto()
    GOODWILL_GAIN = auto()
    GOODWILL_DECAY = auto()
    ROLES_GAIN = auto()
    ROLES_DECAY = auto()
    SPONSOR_LEAVES_RATE = auto()
    SPONSOR_LEAVES_GOODWILL = auto()
    SPONSORLESS_MONTHS = auto()
    HANDOVER_GOODWILL = auto()
    HANDOVER_MONTHS = auto()
    HANDOVER_QUALITY = auto()
    ONBOARDING_MONTHS = auto()
    NEWCOMER_MONTHS = auto()
    NEWCOMER_OPENING_EFFECT = auto()
    CHURN_GOODWILL_EFFECT = auto()
    CHURN_GOODWILL_CENTRE = auto()
    CHURN_UNITS_EFFECT = auto()
    CHURN_UNITS_CENTRE = auto()
    CHURN_DEFENCE_EFFECT = auto()
    CHURN_OFFER_EFFECT = auto()
    SPONSORLESS_CHURN_EFFECT = auto()
    HANDOVER_CHURN_EFFECT = auto()
    TERM_YEARS = auto()
    CONTRACTION = auto()
    CONTRACTION_FACTOR = auto()
    PRICE_FACTOR = auto()
    OPENING_RATE = auto()
    OPENING_GOODWILL_FLOOR = auto()
    OPENING_GOODWILL_SLOPE = auto()
    OPENING_RESPONSE_FLOOR = auto()
    OPENING_RESPONSE_SLOPE = auto()
    CROSS_SELL_SHARE = auto()
    COMPETITOR_SHARE = auto()
    DEAL_SCALE = auto()
    DEAL_MEAN = auto()
    MEDDIC_START = auto()
    MEDDIC_GAIN = auto()
    MILESTONE_PACE = auto()
    UPSELL_PACE = auto()
    CROSS_SELL_PACE = auto()
    MILESTONE_RESPONSE_FLOOR = auto()
    MILESTONE_GOODWILL_FLOOR = auto()
    MILESTONE_GOODWILL_SLOPE = auto()
    MILESTONE_KNOWN_FLOOR = auto()
    OFFER_PACE_EFFECT = auto()
    MINIMUM_CYCLE_MONTHS = auto()
    LOSS_RATE = auto()
    LOSS_AGE_FLOOR = auto()
    LOSS_AGE_SLOPE = auto()
    LOSS_KNOWN_CEILING = auto()
    LOSS_KNOWN_SLOPE = auto()
    LOSS_GOODWILL_CEILING = auto()
    LOSS_GOODWILL_SLOPE = auto()
    ECONOMIC_BUYER_LOSS_EFFECT = auto()
    COMPETITOR_LOSS_EFFECT = auto()
    BLIND_MONTHS = auto()
    EXIT_SHARE = auto()
    ATTRITION_RATE = auto()
    VACANCY_MONTHS = auto()
    VACANCY_COVER = auto()
    RAMP_START = auto()
    RAMP_MONTHS = auto()
    SE_WAIT_EFFECT = auto()
    CSM_WAIT_EFFECT = auto()
    OFFER_SE_SHARE = auto()
    SEASON = auto()
    """Twelve of them."""
    EVENT = int(SEASON) + 12  # type: ignore[call-overload]
    """For each organisation event `EVENT_WIDTH` numbers: 13 bounds of its months, then its four effects."""


EVENT_WIDTH = 17
PARAMETERS = Parameter.EVENT + EVENT_WIDTH * len(EVENTS)
