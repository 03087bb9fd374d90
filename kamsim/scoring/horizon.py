"""How far scores look ahead."""

HORIZON_MONTHS = 36
"""Potential is a 3-year figure by definition (D-TIER-1 to 3)."""

YEAR = 12
"""Churn is told over a year, whatever window it was learned from."""
