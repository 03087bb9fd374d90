"""What a check on rows held out says of a score, in the form that a run folder keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kamsim.schemas import ASSESSMENT
from kamsim.scoring.held_out import HeldOut
from kamsim.scoring.measured import Beside, Measured, by_name, measure_table
from kamsim.scoring.uncertainty import percentile_interval
from kamsim.scoring.weighing import Verdict, is_better, judge
from kamsim.streams import stream

PRIOR = "prior"
"""Column of the prior in the tables that `score_accounts` hands to the estimators."""

RESAMPLES = 300


@dataclass(frozen=True)
class Check:
    """What was found on rows held out.

    Parameters
    ----------
    assessment : DataFrame
        ASSESSMENT; no rows where nothing could be held out.
    verdict : {"useful", "no signal", "suspected leak"}, optional
        None where nothing could be held out.
    evidence : tuple of str
        Sentences that the verdict rests on.
    measures : dict of str to Measured
    held_out : HeldOut, optional
        The predictions behind it.
    """

    assessment: pd.DataFrame
    verdict: Verdict | None = None
    evidence: tuple[str, ...] = ()
    measures: dict[str, Measured] | None = None
    held_out: HeldOut | None = None


def check_held_out(
    model: str, held_out: HeldOut, beside: Beside, *, classify: bool, only: Sequence[str] | None = None
) -> Check:
    """Measure predictions for rows held out and judge them.

    Parameters
    ----------
    model : str
        "churn" or "potential", for the table.
    held_out : HeldOut
    beside : Beside
    classify : bool
        Probabilities, else amounts.
    only : sequence of str, optional
        Measures to keep in the table; all by default.

    Returns
    -------
    Check
    """
    rng = stream(0, "scoring", "check", model)
    table, leads = measure_table(held_out, beside, classify=classify, rng=rng, resamples=RESAMPLES)
    known = by_name(table)
    better = is_better(known, {name: percentile_interval(d) for name, d in leads.items()}, classify)
    verdict, findings = judge([], better, known)
    kept = table if only is None else table[table["measure"].isin(only)]
    return Check(as_assessment(model, kept), verdict, tuple(f.sentence for f in findings), known, held_out)


def as_assessment(model: str, measures: pd.DataFrame) -> pd.DataFrame:
    """Lay measures out as ASSESSMENT."""
    columns = ["measure", "value", "low", "high", "baseline", "rows"]
    return measures[columns].assign(model=model)[list(ASSESSMENT.columns)].reset_index(drop=True)
