"""What a check on rows held out says of a score, in the form that a run folder keeps."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kamsim.schemas import ASSESSMENT
from kamsim.scoring.baselines import compare_baselines
from kamsim.scoring.held_out import HeldOut
from kamsim.scoring.measured import Beside, by_name, measure_table
from kamsim.scoring.model_assessment import Assessment
from kamsim.scoring.weighing import has_drifted, is_better, judge, unbeaten
from kamsim.streams import stream

RESAMPLES = 300


@dataclass(frozen=True)
class Check:
    """What was found on rows held out.

    Parameters
    ----------
    table : DataFrame
        ASSESSMENT; no rows where nothing could be held out.
    assessment : Assessment, optional
        With verdict and evidence; None where nothing could be held out, or nothing can be judged.
    """

    table: pd.DataFrame
    assessment: Assessment | None = None


def check_held_out(
    model: str, held_out: HeldOut, beside: Beside, *, kind: str, classify: bool, learned_error: float = 0.0
) -> Check:
    """Measure predictions for rows held out and judge them.

    Parameters
    ----------
    model : str
        "churn" or "potential", for the table.
    held_out : HeldOut
    beside : Beside
    kind : str
        Of the folds.
    classify : bool
        Probabilities, else amounts.
    learned_error : float
        Of `has_drifted`.

    Returns
    -------
    Check
    """
    rng = stream(0, "scoring", "check", model)
    measures = measure_table(held_out, beside, classify=classify, rng=rng, resamples=RESAMPLES)
    rivals = compare_baselines(held_out, beside, classify=classify, rng=rng, resamples=RESAMPLES)
    known = by_name(measures)
    found = list(unbeaten(rivals, classify))
    verdict, findings = judge(found, is_better(known, rivals, classify), known)
    drifted = classify and has_drifted(known["bias_points"], learned_error)
    assessed = Assessment(measures.assign(folds=kind), verdict, findings, held_out.frame(), drifted, rivals)
    return Check(as_assessment(model, measures), assessed)


def as_assessment(model: str, measures: pd.DataFrame) -> pd.DataFrame:
    """Lay measures out as ASSESSMENT."""
    columns = ["measure", "value", "low", "high", "baseline", "rows"]
    return measures[columns].assign(model=model)[list(ASSESSMENT.columns)].reset_index(drop=True)
