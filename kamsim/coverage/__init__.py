"""Segmentation, workload, the book of business, capacity, team size and what more of it is worth."""

from kamsim.coverage.book import build_book
from kamsim.coverage.capacity import FittedBounds, fit_bounds_to_capacity
from kamsim.coverage.hiring import plan_hiring, with_one_more_ae
from kamsim.coverage.load import hours_ratios, staffing, travel_share, workload
from kamsim.coverage.marginal import MarginalValue, flat_maximum, marginal_value, value_response
from kamsim.coverage.plan import CoveragePlan, plan_coverage
from kamsim.coverage.quota import QuotaPlan, set_quotas
from kamsim.coverage.reassignment import reassign_tiers, tier_changes
from kamsim.coverage.rep_book import rep_book
from kamsim.coverage.segmentation import TIER_SEGMENTS, assign_tiers, tier_of
from kamsim.coverage.team_size import TeamSize, size_team
from kamsim.coverage.team_value import BestUse, best_team, best_use, value_by_team_size
from kamsim.coverage.working_time import full_time_share, net_capacity, net_hours
from kamsim.coverage.workload import service_levels, tier_coverage

__all__ = [
    "TIER_SEGMENTS",
    "BestUse",
    "CoveragePlan",
    "FittedBounds",
    "MarginalValue",
    "QuotaPlan",
    "TeamSize",
    "assign_tiers",
    "best_team",
    "best_use",
    "build_book",
    "fit_bounds_to_capacity",
    "flat_maximum",
    "full_time_share",
    "hours_ratios",
    "marginal_value",
    "net_capacity",
    "net_hours",
    "plan_coverage",
    "plan_hiring",
    "reassign_tiers",
    "rep_book",
    "service_levels",
    "set_quotas",
    "size_team",
    "staffing",
    "tier_changes",
    "tier_coverage",
    "tier_of",
    "travel_share",
    "value_by_team_size",
    "value_response",
    "with_one_more_ae",
    "workload",
]
