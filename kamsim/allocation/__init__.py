"""Policies that give accounts and hours to people, and the exact program behind the best of them."""

from kamsim.allocation.allocate import AllocationResult, allocate
from kamsim.allocation.assignment import AssignmentResult, solve_assignment
from kamsim.allocation.policy import Plan, Policy
from kamsim.allocation.problem import AllocationProblem, build_problem
from kamsim.allocation.registry import POLICIES, find_policy, rules_of

__all__ = [
    "POLICIES",
    "AllocationProblem",
    "AllocationResult",
    "AssignmentResult",
    "Plan",
    "Policy",
    "allocate",
    "build_problem",
    "find_policy",
    "rules_of",
    "solve_assignment",
]
