"""Macro-replications: many experiments of known outcome, and how often a procedure is right about them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import stats

from kamsim.dynamics.state import Floats
from kamsim.experiments.intervals import mean_intervals
from kamsim.experiments.selection import Selection, select_best
from kamsim.streams import stream

Draw = Callable[[np.random.Generator, tuple[int, ...]], Floats]

ZONE = 0.5
"""Indifference zone of the selection cases, whose noise has a standard deviation of 1 for the least noisy."""


def centred_lognormal(sigma: float) -> Draw:
    mean = float(np.exp(sigma**2 / 2))
    sd = mean * float(np.sqrt(np.exp(sigma**2) - 1))
    return lambda luck, shape: (luck.lognormal(0, sigma, shape) - mean) / sd


SHAPES: dict[str, Draw] = {
    "normal": lambda luck, shape: luck.normal(size=shape),
    "exponential": lambda luck, shape: luck.exponential(size=shape) - 1,
    "lognormal, sd of log 0.5": centred_lognormal(0.5),
    "lognormal, sd of log 1": centred_lognormal(1.0),
}
"""Distributions with mean 0; skewness 0, 2, 1.75 and 6.18."""


def limits(hits: int, of: int, confidence: float = 0.95) -> tuple[float, float]:
    """Confidence limits of a share (Clopper & Pearson)."""
    ends = stats.binomtest(hits, of).proportion_ci(confidence)
    return float(ends.low), float(ends.high)


def covered(values: Floats, truth: float, confidence: float = 0.95) -> int:
    """How many of the intervals over the columns of (n, experiments) hold the truth."""
    made = mean_intervals(values, confidence)
    return int(((made.low <= truth) & (truth <= made.high)).sum())


def covered_by_student(values: Floats, truth: float, confidence: float = 0.95) -> int:
    """How many of Student's intervals over the columns of (n, experiments) hold the truth."""
    n = len(values)
    far = stats.t.ppf((1 + confidence) / 2, n - 1) * values.std(axis=0, ddof=1) / np.sqrt(n)
    return int((np.abs(values.mean(axis=0) - truth) <= far).sum())


def selection_case(name: str, policies: int, seed: int, replications: int) -> tuple[Floats, int]:
    """Values shaped (replications, policies) under common luck, and the place of the best.

    "slippage": all others lie a zone below the best. "monotone": each lies a zone below the next. "unequal":
    slippage with standard deviations from 0.5 to 2, the best the noisiest; "unequal, best quiet" the other
    way round. "skewed": slippage with lognormal noise (sd of log 0.5) whose long tail is above; "skewed,
    best apart": the others have their tail below, so that differences are skewed as well. "tie": all alike.
    """
    luck = stream(seed, "selection", name, policies)
    place = policies - 1
    means = np.full(policies, -ZONE)
    means[place] = 0.0
    if name == "monotone":
        means = ZONE * (np.arange(policies) - place)
    if name == "tie":
        means[:] = 0.0
    spread = np.ones(policies)
    if name.startswith("unequal"):
        spread = np.linspace(0.5, 2.0, policies)[:: -1 if "quiet" in name else 1]
    shape = (replications, policies)
    noise = SHAPES["lognormal, sd of log 0.5" if name.startswith("skewed") else "normal"](luck, shape)
    if "apart" in name:
        noise[:, :place] *= -1
    common = 2 * luck.normal(size=(replications, 1))
    return common + means + spread * noise, place


def run_selection(
    name: str, policies: int, seed: int, budget: int = 4000, first_stage: int = 10
) -> Selection:
    """Run the selection on one macro-replication of a case; the right choice is policy "best"."""
    values, place = selection_case(name, policies, seed, budget)
    names = ["best" if i == place else f"p{i}" for i in range(policies)]

    def more(some, first, last):  # type: ignore[no-untyped-def]
        return values[first:last, [names.index(n) for n in some]]

    return select_best(
        more, names, indifference=ZONE, confidence=0.95, first_stage=first_stage, budget=budget
    )
