"""What policies bring under the same luck, in pairs; how portfolios stand against published figures."""

from kamsim.experiments.calibration import CalibrationResult, calibrate
from kamsim.experiments.compare import ComparisonResult, compare_policies
from kamsim.experiments.false_release import FalseReleaseResult, false_release
from kamsim.experiments.fidelity import FidelityResult, measure_fidelity
from kamsim.experiments.infeasibility import SearchResult, search
from kamsim.experiments.intervals import Interval, mean_interval, mean_intervals
from kamsim.experiments.key_figures import key_figures
from kamsim.experiments.likeness import LikenessResult, compare_bundles
from kamsim.experiments.rebalancing import RebalancingResult, rebalance
from kamsim.experiments.replications import Precision, replicate_to_precision
from kamsim.experiments.selection import Selection, select_best
from kamsim.experiments.targets import TARGETS, Target
from kamsim.experiments.validation import ValidationResult, validate
from kamsim.experiments.verdict import Reestimate

__all__ = [
    "TARGETS",
    "CalibrationResult",
    "ComparisonResult",
    "FalseReleaseResult",
    "FidelityResult",
    "Interval",
    "LikenessResult",
    "Precision",
    "RebalancingResult",
    "Reestimate",
    "SearchResult",
    "Selection",
    "Target",
    "ValidationResult",
    "calibrate",
    "compare_bundles",
    "compare_policies",
    "false_release",
    "key_figures",
    "mean_interval",
    "mean_intervals",
    "measure_fidelity",
    "rebalance",
    "replicate_to_precision",
    "search",
    "select_best",
    "validate",
]
