"""Words that tables and model share: segments, roles, kinds of opportunity."""

from __future__ import annotations

SEGMENTS = ("strategic", "mid_market", "smb")
"""The guide's segments (D-COV-1), in order of the attention an account gets."""

DEAL_KINDS = ("new", "upsell", "cross_sell")
"""What an opportunity would bring, in the order of their codes in the dynamics."""

ROLES = ("AE", "SE", "CSM")
"""The account team (D-TEAM-1)."""

DECISION_ROLES = ("economic_buyer", "technical_influencer", "end_user", "procurement")
"""Who decides in an account: the final budget holder first (D-STK-1)."""

MEDDIC = (
    "metrics", "economic_buyer", "decision_criteria", "decision_process", "identified_pain", "champion",
)  # fmt: skip
"""The six letters of MEDDIC (D-MED-1)."""

EVENT_KINDS = (
    "appointment", "reorganisation", "merger", "budget_cut", "sponsor_left", "stakeholder_left", "hand_over",
)  # fmt: skip
"""What can happen to an account or to its owner; the first four change who decides (D-ORG-1)."""
