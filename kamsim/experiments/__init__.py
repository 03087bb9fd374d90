"""What policies bring under the same luck, in pairs; how portfolios stand against published figures."""

from kamsim.experiments.breakeven import Advice, BreakEven, break_even, guide_arithmetic
from kamsim.experiments.calibration import CalibrationResult, calibrate
from kamsim.experiments.compare import ComparisonResult, compare_policies
from kamsim.experiments.effort_changes import recommend_attention, recommend_one_more_ae, shift_hours
from kamsim.experiments.false_release import FalseReleaseResult, false_release
from kamsim.experiments.fidelity import FidelityResult, measure_fidelity
from kamsim.experiments.flips import FlipResult, decision_flips, lead_model
from kamsim.experiments.frontier_check import check_frontier
from kamsim.experiments.gains import measure_gains
from kamsim.experiments.infeasibility import SearchResult, search
from kamsim.experiments.intervals import Interval, mean_interval, mean_intervals
from kamsim.experiments.key_figures import key_figures
from kamsim.experiments.ladder import RegretLadder, regret_ladder
from kamsim.experiments.likeness import LikenessResult, compare_bundles
from kamsim.experiments.population import Population, gather_population
from kamsim.experiments.rebalancing import RebalancingResult, rebalance
from kamsim.experiments.recommendations import (
    Recommendation,
    recommend_policy,
    recommend_ratio,
    recommend_team,
)
from kamsim.experiments.replications import Precision, replicate_to_precision
from kamsim.experiments.score_value import ScoreValueResult, value_of_scores
from kamsim.experiments.selection import Selection, select_best
from kamsim.experiments.sensitivity import Input, decompose, screen
from kamsim.experiments.targets import TARGETS, Target
from kamsim.experiments.validation import ValidationResult, validate
from kamsim.experiments.verdict import Reestimate

__all__ = [
    "TARGETS",
    "Advice",
    "BreakEven",
    "CalibrationResult",
    "ComparisonResult",
    "FalseReleaseResult",
    "FidelityResult",
    "FlipResult",
    "Input",
    "Interval",
    "LikenessResult",
    "Population",
    "Precision",
    "RebalancingResult",
    "Recommendation",
    "Reestimate",
    "RegretLadder",
    "ScoreValueResult",
    "SearchResult",
    "Selection",
    "Target",
    "ValidationResult",
    "break_even",
    "calibrate",
    "check_frontier",
    "compare_bundles",
    "compare_policies",
    "decision_flips",
    "decompose",
    "false_release",
    "gather_population",
    "guide_arithmetic",
    "key_figures",
    "lead_model",
    "mean_interval",
    "mean_intervals",
    "measure_fidelity",
    "measure_gains",
    "rebalance",
    "recommend_attention",
    "recommend_one_more_ae",
    "recommend_policy",
    "recommend_ratio",
    "recommend_team",
    "regret_ladder",
    "replicate_to_precision",
    "screen",
    "search",
    "select_best",
    "shift_hours",
    "validate",
    "value_of_scores",
]
