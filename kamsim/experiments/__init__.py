"""What policies bring under the same luck, in pairs; how portfolios stand against published figures."""

from kamsim.experiments.breakeven import Advice, BreakEven, break_even, guide_arithmetic
from kamsim.experiments.compare import ComparisonResult, compare_policies
from kamsim.experiments.flips import FlipResult, decision_flips, lead_model
from kamsim.experiments.frontier_check import check_frontier
from kamsim.experiments.infeasibility import SearchResult, search
from kamsim.experiments.likeness import LikenessResult, compare_bundles
from kamsim.experiments.population import Population, gather_population
from kamsim.experiments.recommendations import (
    Recommendation,
    recommend_policy,
    recommend_ratio,
    recommend_team,
)
from kamsim.experiments.sensitivity import Input, decompose, screen
from kamsim.experiments.targets import TARGETS, Target
from kamsim.experiments.validation import ValidationResult, validate

__all__ = [
    "TARGETS",
    "Advice",
    "BreakEven",
    "ComparisonResult",
    "FlipResult",
    "Input",
    "LikenessResult",
    "Population",
    "Recommendation",
    "SearchResult",
    "Target",
    "ValidationResult",
    "break_even",
    "check_frontier",
    "compare_bundles",
    "compare_policies",
    "decision_flips",
    "decompose",
    "gather_population",
    "guide_arithmetic",
    "lead_model",
    "recommend_policy",
    "recommend_ratio",
    "recommend_team",
    "screen",
    "search",
    "validate",
]
