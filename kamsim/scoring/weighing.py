"""From measures and findings to a verdict, and what a random split would have hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from kamsim.scoring.forward_folds import FORWARD
from kamsim.scoring.held_out import HeldOut
from kamsim.scoring.measures_of_skill import area_under_curve, bias_in_points, rank_agreement
from kamsim.scoring.suspicion import Suspicion

USEFUL: Literal["useful"] = "useful"
NO_SIGNAL: Literal["no signal"] = "no signal"
LEAK: Literal["suspected leak"] = "suspected leak"

DRIFT_POINTS = 2.0
"""Forward in time, predictions off by more points than this, and by more than chance, have drifted."""

HIDDEN_GAP = 0.05
"""AUC or rank correlation by which a random split flatters: worth a sentence."""


def is_better(
    measures: pd.DataFrame, leads: Mapping[str, tuple[float, float]], classify: bool
) -> tuple[bool, str]:
    """Say whether the model beats its baseline beyond noise, and in what.

    Returns
    -------
    tuple of bool and str
        A classifier must rank better than chance and a regressor must rank at all; where past spend is
        given, the model must also capture more value than it.
    """
    known = measures.set_index("measure")
    name, floor = ("auc", 0.5) if classify else ("rank_correlation", 0.0)
    low, value = float(known.loc[name, "low"]), float(known.loc[name, "value"])
    said = f"{name} {value:.3f} [{low:.3f}, {float(known.loc[name, 'high']):.3f}]"
    if not low > floor:
        return False, f"Not better than the base rate beyond noise: {said}."
    captured = "value_captured_top_20"
    spend = captured in known.index and (classify or abs(known.loc["rank_correlation", "baseline"]) > 0)
    if not spend:
        return True, f"Better than the base rate: {said}."
    least, most = leads[captured]
    lead = f"captured value in the top 20 % {100 * least:+.1f} to {100 * most:+.1f} points"
    if least > 0:
        return True, f"Better than sorting by past spend: {lead}; {said}."
    return False, f"Not better than sorting by past spend beyond noise: {lead}; {said}."


def judge(
    found: Sequence[Suspicion], better: tuple[bool, str], measures: pd.DataFrame
) -> tuple[Literal["useful", "no signal", "suspected leak"], tuple[Suspicion, ...]]:
    """Weigh findings and measures; alarms stand first among the evidence."""
    alarms = [s for s in found if s.alarm]
    remarks = [s for s in found if not s.alarm]
    weighed = [Suspicion("baseline", better[1], False), *remarks]
    known = measures.set_index("measure")
    if "log_loss_skill" in known.index and better[0] and float(known.loc["log_loss_skill", "high"]) < 0:
        what = "It ranks, but its probabilities are worse than the base rate: calibrate them before use."
        weighed.append(Suspicion("calibration", what, False))
    verdict = LEAK if alarms else USEFUL if better[0] else NO_SIGNAL
    return verdict, (*alarms, *weighed)


def against_random(
    held_out: HeldOut, mixed: HeldOut, known: pd.DataFrame, kind: str, *, classify: bool
) -> tuple[list[Suspicion], bool]:
    """Compare with a random split of the same rows, which is how a drift or a family hides.

    Parameters
    ----------
    held_out : HeldOut
        By time or by group.
    mixed : HeldOut
        By a random split.
    known : DataFrame
        Measures by name, with low and high.
    kind : str
        Of the folds of `held_out`.
    classify : bool

    Returns
    -------
    tuple of list of Suspicion and bool
        Remarks, and whether predictions drifted.
    """
    same = np.isin(mixed.rows, held_out.rows)
    happened, guessed = mixed.happened[same], mixed.predicted[same]
    rank = area_under_curve if classify else rank_agreement
    name = "AUC" if classify else "rank correlation"
    honest, flattered = rank(held_out.happened, held_out.predicted), rank(happened, guessed)
    remarks: list[Suspicion] = []
    if flattered - honest > HIDDEN_GAP:
        what = f"A random split of the same rows would show {name} {flattered:.3f} instead of {honest:.3f}."
        remarks.append(Suspicion("random split", what, False))
    if not classify or kind != FORWARD:
        return remarks, False
    bias = float(known.loc["bias_points", "value"])
    low, high = float(known.loc["bias_points", "low"]), float(known.loc["bias_points", "high"])
    drifted = abs(bias) > DRIFT_POINTS and (low > 0 or high < 0)
    if drifted:
        what = (
            f"Drift: forward in time, probabilities are {abs(bias):.1f} points too "
            f"{'low' if bias < 0 else 'high'} (predicted {held_out.predicted.mean():.1%}, happened "
            f"{held_out.happened.mean():.1%}). A random split hides it: "
            f"{bias_in_points(happened, guessed):+.1f} points, {name} {flattered:.3f} against {honest:.3f}."
        )
        remarks.insert(0, Suspicion("drift", what, False))
    return remarks, drifted
