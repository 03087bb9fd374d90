"""Policies that give accounts and hours to people, and the exact program behind the best of them."""

from kamsim.allocation.allocate import AllocationResult, allocate
from kamsim.allocation.policy import Plan, Policy
from kamsim.allocation.problem import AllocationProblem, build_problem
from kamsim.allocation.registry import POLICIES, find_policy

__all__ = [
    "POLICIES",
    "AllocationProblem",
    "AllocationResult",
    "Plan",
    "Policy",
    "allocate",
    "build_problem",
    "find_policy",
]
