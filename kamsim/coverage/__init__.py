"""Segmentation, workload, the book of business, capacity, team size and what more of it is worth."""

from kamsim.coverage.book import build_book
from kamsim.coverage.capacity import FittedBounds, fit_bounds_to_capacity
from kamsim.coverage.hiring import plan_hiring, with_one_more_ae
from kamsim.coverage.load import hours_ratios, staffing, travel_share, workload
from kamsim.coverage.marginal import MarginalValue, flat_maximum, marginal_value, value_response
from kamsim.coverage.plan import CoveragePlan, plan_coverage
from kamsim.coverage.quota import QuotaPlan, set_quotas
from kamsim.coverage.reassignment import reassign_tiers, tier_changes
from kamsim.coverage.segmentation import TIER_SEGMENTS, assign_tiers, tier_of
from kamsim.coverage.team_size import TeamSize, size_team
from kamsim.coverage.team_value import best_team, value_by_team_size
from kamsim.coverage.working_time import net_capacity
from kamsim.coverage.workload import service_levels

__all__ = [
    "TIER_SEGMENTS",
    "CoveragePlan",
    "FittedBounds",
    "MarginalValue",
    "QuotaPlan",
    "TeamSize",
    "assign_tiers",
    "best_team",
    "build_book",
    "fit_bounds_to_capacity",
    "flat_maximum",
    "hours_ratios",
    "marginal_value",
    "net_capacity",
    "plan_coverage",
    "plan_hiring",
    "reassign_tiers",
    "service_levels",
    "set_quotas",
    "size_team",
    "staffing",
    "tier_changes",
    "tier_of",
    "travel_share",
    "value_by_team_size",
    "value_response",
    "with_one_more_ae",
    "workload",
]
