"""How the model is calibrated to a portfolio: what is free, how far, and on how many simulated books."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kamsim.settings import Settings, figure

Factor = Annotated[float, Field(gt=1, le=100)]
"""By how much a figure, or the odds of a probability, may lie above or below its preset value."""


class CalibrationSettings(Settings):
    """What a calibration frees and how it searches."""

    free: dict[str, Factor] = figure(
        "factor", "settings that are fitted, and by what factor (of the odds, for shares) they may be off",
        min_length=1,
    )  # fmt: skip
    books: int = figure("count", "simulated books of one round", ge=32, le=8192)
    rounds: int = figure("count", "rounds that close in on the estimate", ge=1, le=8)
    moves: int = figure(
        "count", "further rounds, at most, while the estimate lies at the end of its range", ge=0, le=16
    )
    largest_book: int = figure("accounts", "a simulated book has no more accounts than this", ge=20)
    resamples: int = figure("count", "bootstrap resamples of the portfolio's families", ge=50, le=100_000)
    fewest: int = figure("count", "events or accounts below which a moment says nothing", ge=1)
    draws: int = figure("count", "sets of parameters that are drawn for experiments", ge=2, le=100_000)
    confidence: float = figure("probability", "confidence of the parameters' intervals", gt=0, lt=1)
    identified_below: float = figure(
        "ratio", "a parameter is identified when data leave less of the prior's spread than this", gt=0, lt=1
    )
    silent_above: float = figure(
        "ratio", "data say nothing of a parameter when more of the prior's spread is left than this",
        gt=0, le=1,
    )  # fmt: skip
    misfit_below: float = figure(
        "probability",
        "the model is said not to fit when chance alone reaches such a J this seldom",
        gt=0,
        lt=1,
    )
