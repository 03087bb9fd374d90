"""What policies bring under the same luck, in pairs; how portfolios stand against published figures."""

from kamsim.experiments.compare import ComparisonResult, compare_policies
from kamsim.experiments.false_release import FalseReleaseResult, false_release
from kamsim.experiments.fidelity import FidelityResult, measure_fidelity
from kamsim.experiments.infeasibility import SearchResult, search
from kamsim.experiments.likeness import LikenessResult, compare_bundles
from kamsim.experiments.rebalancing import RebalancingResult, rebalance
from kamsim.experiments.targets import TARGETS, Target
from kamsim.experiments.validation import ValidationResult, validate

__all__ = [
    "TARGETS",
    "ComparisonResult",
    "FalseReleaseResult",
    "FidelityResult",
    "LikenessResult",
    "RebalancingResult",
    "SearchResult",
    "Target",
    "ValidationResult",
    "compare_bundles",
    "compare_policies",
    "false_release",
    "measure_fidelity",
    "rebalance",
    "search",
    "validate",
]
