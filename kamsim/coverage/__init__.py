"""Segmentation, workload, the book of business and team size."""

from kamsim.coverage.book import build_book
from kamsim.coverage.capacity import FittedBounds, fit_bounds_to_capacity
from kamsim.coverage.hiring import plan_hiring
from kamsim.coverage.marginal import MarginalValue, flat_maximum, marginal_value, value_response
from kamsim.coverage.quota import QuotaPlan, set_quotas
from kamsim.coverage.reassignment import reassign_tiers
from kamsim.coverage.segmentation import TIER_SEGMENTS, assign_tiers, tier_of
from kamsim.coverage.team_size import TeamSize, size_team
from kamsim.coverage.workload import service_levels

__all__ = [
    "TIER_SEGMENTS",
    "FittedBounds",
    "MarginalValue",
    "QuotaPlan",
    "TeamSize",
    "assign_tiers",
    "build_book",
    "fit_bounds_to_capacity",
    "flat_maximum",
    "marginal_value",
    "plan_hiring",
    "reassign_tiers",
    "service_levels",
    "set_quotas",
    "size_team",
    "tier_of",
    "value_response",
]
