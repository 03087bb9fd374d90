"""Segmentation, workload, the book of business and team size."""

from kamsim.coverage.book import build_book
from kamsim.coverage.segmentation import TIER_SEGMENTS, assign_tiers, tier_of
from kamsim.coverage.team_size import TeamSize, size_team
from kamsim.coverage.workload import service_levels

__all__ = [
    "TIER_SEGMENTS",
    "TeamSize",
    "assign_tiers",
    "build_book",
    "service_levels",
    "size_team",
    "tier_of",
]
