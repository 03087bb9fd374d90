"""Segmentation, workload, the book of business and team size."""

from kamsim.coverage.book import build_book
from kamsim.coverage.capacity import FittedBounds, fit_bounds_to_capacity
from kamsim.coverage.reassignment import reassign_tiers
from kamsim.coverage.segmentation import TIER_SEGMENTS, assign_tiers, tier_of
from kamsim.coverage.team_size import TeamSize, size_team
from kamsim.coverage.workload import service_levels

__all__ = [
    "TIER_SEGMENTS",
    "FittedBounds",
    "TeamSize",
    "assign_tiers",
    "build_book",
    "fit_bounds_to_capacity",
    "reassign_tiers",
    "service_levels",
    "size_team",
    "tier_of",
]
