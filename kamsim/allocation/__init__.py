"""Policies that give accounts and hours to people, and the exact program behind the best of them."""

from kamsim.allocation.allocate import AllocationResult, allocate
from kamsim.allocation.assignment import AssignmentResult, solve_assignment
from kamsim.allocation.curves import ValueCurves
from kamsim.allocation.handover import handover_cost
from kamsim.allocation.hours import share_by_weight
from kamsim.allocation.policy import Plan, Policy
from kamsim.allocation.problem import AllocationProblem, build_problem
from kamsim.allocation.registry import POLICIES, find_policy, rules_of
from kamsim.allocation.repair import keep_minimum

__all__ = [
    "POLICIES",
    "AllocationProblem",
    "AllocationResult",
    "AssignmentResult",
    "Plan",
    "Policy",
    "ValueCurves",
    "allocate",
    "build_problem",
    "find_policy",
    "handover_cost",
    "keep_minimum",
    "rules_of",
    "share_by_weight",
    "solve_assignment",
]
