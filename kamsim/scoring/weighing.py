"""From measures and findings to a verdict, and what a random split would have hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import norm

from kamsim.scoring.baselines import ALL_OR_NONE, CAPTURED, PAST_SPEND, PROFIT, RFM
from kamsim.scoring.forward_folds import FORWARD
from kamsim.scoring.held_out import HeldOut
from kamsim.scoring.measured import Measured
from kamsim.scoring.measures_of_skill import area_under_curve, bias_in_points, rank_agreement
from kamsim.scoring.suspicion import Suspicion
from kamsim.scoring.uncertainty import LEVEL

Verdict = Literal["useful", "no signal", "suspected leak"]

USEFUL: Literal["useful"] = "useful"
NO_SIGNAL: Literal["no signal"] = "no signal"
LEAK: Literal["suspected leak"] = "suspected leak"

DRIFT_POINTS = 2.0
"""Forward in time, predictions off by more points than this, and by more than chance, have drifted."""

RANKS_WELL = 0.6
"""From this lower bound of the AUC on, a ranking is of use even where its probabilities are not."""

IN_WORDS = {
    PAST_SPEND: "sorting by past spend",
    RFM: "recency, frequency and monetary value",
    ALL_OR_NONE: "contacting everybody or nobody",
    PROFIT: "expected maximum profit",
    CAPTURED: "captured value in the top 20 %",
    "auc": "AUC",
    "rank_correlation": "rank correlation",
}

HIDDEN_GAP = 0.05
"""AUC or rank correlation by which a random split flatters: worth a sentence."""


def is_better(known: Mapping[str, Measured], baselines: pd.DataFrame, classify: bool) -> tuple[bool, str]:
    """Say whether the model beats its baselines beyond noise, and in what.

    Returns
    -------
    tuple of bool and str
        A classifier must rank better than the base rate (than chance, where that is one for all), and either
        rank well or have probabilities better than the base rate; a regressor must rank. Where past spend is
        given, the model must also capture more value than it; where RFM is, a classifier must rank better
        than it, a regressor capture more value.
    """
    name = "auc" if classify else "rank_correlation"
    floor = known["auc"].baseline if classify else 0.0
    low, said = known[name].low, f"{name} {known[name]}"
    if not low > floor:
        return False, f"Not better than the base rate beyond noise: {said}."
    if classify and low < RANKS_WELL and not known["brier_skill"].low > 0:
        skill = f"brier_skill {known['brier_skill']}"
        return False, f"It ranks a little ({said}), but not better than the base rate beyond noise: {skill}."
    rivals = baselines[_decisive(baselines, classify)]
    if rivals.empty:
        return True, f"Better than the base rate: {said}."
    ahead = rivals["low"] > 0
    if ahead.all():
        return True, f"Better than {_leads(rivals)}; {said}."
    return False, f"Not better than {_leads(rivals[~ahead])}, beyond noise; {said}."


def unbeaten(baselines: pd.DataFrame, classify: bool) -> list[Suspicion]:
    """Say where the model is not ahead of a baseline beyond noise, though no verdict hangs on it."""
    behind = baselines[~_decisive(baselines, classify) & ~(baselines["low"] > 0)]
    if behind.empty:
        return []
    return [Suspicion("baseline", f"Not ahead, beyond noise, of {_leads(behind)}.", False)]


def _decisive(baselines: pd.DataFrame, classify: bool) -> pd.Series:
    """Mark the comparisons that the verdict hangs on: value for past spend, for RFM the order of events."""
    asked = {PAST_SPEND: CAPTURED, RFM: "auc" if classify else CAPTURED}
    return baselines["measure"] == baselines["baseline"].map(asked)


def _leads(rivals: pd.DataFrame) -> str:
    """Name baselines, each with the bounds of the model's lead over it."""
    return " and ".join(
        f"{IN_WORDS[baseline]} ({IN_WORDS[measure]} {_span(measure, low, high)})"
        for measure, baseline, low, high in rivals[["measure", "baseline", "low", "high"]].to_numpy().tolist()
    )


def _span(measure: str, low: float, high: float) -> str:
    if measure == PROFIT:
        return f"{low:+.2f} to {high:+.2f} EUR a customer"
    return f"{100 * low:+.1f} to {100 * high:+.1f} points"


def judge(
    found: Sequence[Suspicion], better: tuple[bool, str], known: Mapping[str, Measured]
) -> tuple[Verdict, tuple[Suspicion, ...]]:
    """Weigh findings and measures; alarms stand first among the evidence."""
    alarms = [s for s in found if s.alarm]
    remarks = [s for s in found if not s.alarm]
    weighed = [Suspicion("baseline", better[1], False), *remarks]
    if "log_loss_skill" in known and better[0] and known["log_loss_skill"].high < 0:
        what = "It ranks, but its probabilities are worse than the base rate: calibrate them before use."
        weighed.append(Suspicion("calibration", what, False))
    verdict = LEAK if alarms else USEFUL if better[0] else NO_SIGNAL
    return verdict, (*alarms, *weighed)


def has_drifted(bias: Measured, learned_error: float = 0.0) -> bool:
    """Say whether probabilities are off on the whole by more than chance and two points.

    Parameters
    ----------
    bias : Measured
        In points; its interval knows the chance in who was held out.
    learned_error : float
        Standard error, in points, of the share that left among the rows learned from: the level learned is a
        matter of chance too.

    Returns
    -------
    bool

    Examples
    --------
    >>> bias = Measured(-3.0, -5.8, -0.2, 0.0)
    >>> has_drifted(bias), has_drifted(bias, learned_error=1.0)
    (True, False)
    """
    near = bias.high if bias.value < 0 else bias.low
    reach = np.hypot(bias.value - near, norm.ppf((1 + LEVEL) / 2) * learned_error)
    beyond = bias.value * near > 0 and abs(bias.value) > reach
    return bool(beyond and abs(bias.value) > DRIFT_POINTS)


def against_random(
    held_out: HeldOut, mixed: HeldOut, known: Mapping[str, Measured], kind: str, *, classify: bool
) -> tuple[list[Suspicion], bool]:
    """Compare with a random split of all rows, which is how a drift or a family hides.

    Parameters
    ----------
    held_out : HeldOut
        By time or by group.
    mixed : HeldOut
        By a random split.
    known : mapping of str to Measured
        Measures of `held_out` by name.
    kind : str
        Of the folds of `held_out`.
    classify : bool

    Returns
    -------
    tuple of list of Suspicion and bool
        Remarks, and whether predictions drifted.
    """
    happened, guessed = mixed.happened, mixed.predicted
    rank = area_under_curve if classify else rank_agreement
    name = "AUC" if classify else "rank correlation"
    honest, flattered = rank(held_out.happened, held_out.predicted), rank(happened, guessed)
    remarks: list[Suspicion] = []
    if flattered - honest > HIDDEN_GAP:
        what = f"A random split would show {name} {flattered:.3f} instead of {honest:.3f}."
        remarks.append(Suspicion("random split", what, False))
    if not classify or kind != FORWARD:
        return remarks, False
    bias = known["bias_points"].value
    drifted = has_drifted(known["bias_points"])
    if drifted:
        what = (
            f"Drift: forward in time, probabilities are {abs(bias):.1f} points too "
            f"{'low' if bias < 0 else 'high'} (predicted {held_out.predicted.mean():.1%}, happened "
            f"{held_out.happened.mean():.1%}). A random split hides it: "
            f"{bias_in_points(happened, guessed):+.1f} points, {name} {flattered:.3f} against {honest:.3f}."
        )
        remarks.insert(0, Suspicion("drift", what, False))
    return remarks, drifted
