"""Fits the model to a portfolio's own past, and says what that past cannot tell."""

from kamsim.experiments.calibration.moments import MOMENTS, Moment
from kamsim.experiments.calibration.parameters import FreeParameter, free_parameters
from kamsim.experiments.calibration.procedure import calibrate
from kamsim.experiments.calibration.result import SOURCE, CalibrationResult

__all__ = [
    "MOMENTS",
    "SOURCE",
    "CalibrationResult",
    "FreeParameter",
    "Moment",
    "calibrate",
    "free_parameters",
]
