"""What policies bring: the same months and the same luck under each, compared in pairs."""

from kamsim.experiments.compare import ComparisonResult, compare_policies

__all__ = ["ComparisonResult", "compare_policies"]
