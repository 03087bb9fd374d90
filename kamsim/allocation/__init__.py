"""Policies that give accounts and hours to people, and the exact program behind the best of them."""

from kamsim.allocation.allocate import AllocationResult, allocate
from kamsim.allocation.assignment import AssignmentResult, solve_assignment
from kamsim.allocation.constraints import Constraints
from kamsim.allocation.curves import ValueCurves
from kamsim.allocation.fewest_moves import FewestMoves, fewest_moves
from kamsim.allocation.frontier import FrontierResult, move_frontier
from kamsim.allocation.handover import handover_cost
from kamsim.allocation.hours import share_by_weight
from kamsim.allocation.moves import explain_moves
from kamsim.allocation.policy import Plan, Policy
from kamsim.allocation.problem import AllocationProblem, build_problem
from kamsim.allocation.registry import POLICIES, find_policy, rules_of
from kamsim.allocation.repair import keep_minimum

__all__ = [
    "POLICIES",
    "AllocationProblem",
    "AllocationResult",
    "AssignmentResult",
    "Constraints",
    "FewestMoves",
    "FrontierResult",
    "Plan",
    "Policy",
    "ValueCurves",
    "allocate",
    "build_problem",
    "explain_moves",
    "fewest_moves",
    "find_policy",
    "handover_cost",
    "keep_minimum",
    "move_frontier",
    "rules_of",
    "share_by_weight",
    "solve_assignment",
]
