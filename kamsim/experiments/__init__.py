"""What policies bring under the same luck, in pairs; how portfolios stand against published figures."""

from kamsim.experiments.calibration import CalibrationResult, calibrate
from kamsim.experiments.compare import ComparisonResult, compare_policies
from kamsim.experiments.infeasibility import SearchResult, search
from kamsim.experiments.likeness import LikenessResult, compare_bundles
from kamsim.experiments.targets import TARGETS, Target
from kamsim.experiments.validation import ValidationResult, validate

__all__ = [
    "TARGETS",
    "CalibrationResult",
    "ComparisonResult",
    "LikenessResult",
    "SearchResult",
    "Target",
    "ValidationResult",
    "calibrate",
    "compare_bundles",
    "compare_policies",
    "search",
    "validate",
]
