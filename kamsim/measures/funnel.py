"""What became of the opportunities: milestones reached, and the time between them (D-CYC-1, D-CYC-2)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.schemas import SEGMENTS

MILESTONES = {"proof": "proof_on", "endorsed": "endorsed_on", "approved": "approved_on"}
"""The steps between opening and signature, in order, with the column of their date."""

ALL = ""
"""Name of the rows that count all segments."""

DAYS_A_MONTH = 365.25 / 12
COLUMNS = ["segment", "step", "count", "share", "months"]


def pipeline_funnel(opportunities: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """Count how far opportunities came, and how long each step took.

    Only those that were won or lost count: what is open has not had its time yet. Renewals are no part of
    the pipeline. Who reached a later step has passed those before it, dated or not.

    Parameters
    ----------
    opportunities, accounts : DataFrame
        `OPPORTUNITIES`, `ACCOUNTS`.

    Returns
    -------
    DataFrame
        One row a segment ("" for all) and step (opened, proof, endorsed, approved, signed): segment, step,
        count, share of those opened, months (median since the step before, of those with both dates). Steps
        whose date nobody recorded, and segments without a closed opportunity, are left out.

    Examples
    --------
    >>> day = pd.Timestamp("2025-01-01")
    >>> deals = pd.DataFrame({"account_id": ["a", "a"], "kind": "new", "status": ["won", "lost"],
    ...     "opened_on": day, "proof_on": pd.NaT, "endorsed_on": pd.NaT, "approved_on": pd.NaT,
    ...     "closed_on": pd.Timestamp("2025-07-02")})
    >>> accounts = pd.DataFrame({"account_id": ["a"], "segment": ["smb"]})
    >>> pipeline_funnel(deals, accounts).query("segment == 'smb'")[["step", "share", "months"]]
    ...     # doctest: +NORMALIZE_WHITESPACE
         step  share    months
    2  opened    1.0       NaN
    3  signed    0.5  5.979466
    """
    closed = opportunities[(opportunities["status"] != "open") & (opportunities["kind"] != "renewal")]
    if closed.empty:
        return pd.DataFrame(columns=COLUMNS)
    segment = accounts.set_index("account_id")["segment"].reindex(closed["account_id"]).to_numpy()
    dates = _dates(closed)
    reached = _reached(dates)
    frames = []
    for name in (ALL, *SEGMENTS):
        mine = np.ones(len(closed), bool) if name == ALL else segment == name
        if mine.any():
            frames.append(_steps(dates[mine], reached[mine]).assign(segment=name))
    return pd.concat(frames, ignore_index=True)[COLUMNS]


def _dates(closed: pd.DataFrame) -> pd.DataFrame:
    """Put the date of each step in its own column, in order; a loss is no signature."""
    known = {step: closed[column] for step, column in MILESTONES.items() if closed[column].notna().any()}
    signed = closed["closed_on"].where(closed["status"] == "won")
    return pd.DataFrame({"opened": closed["opened_on"], **known, "signed": signed}).assign(
        won=closed["status"] == "won"
    )


def _reached(dates: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which steps each opportunity came to: all up to the last one that is dated, or won."""
    steps = dates.drop(columns="won").notna().assign(opened=True, signed=dates["won"]).to_numpy()
    return np.logical_or.accumulate(steps[:, ::-1], axis=1)[:, ::-1]


def _steps(dates: pd.DataFrame, reached: NDArray[np.bool_]) -> pd.DataFrame:
    steps = dates.drop(columns="won")
    count = reached.sum(axis=0)
    days = steps.diff(axis="columns").apply(lambda each: each.dt.total_seconds() / 86_400)
    return pd.DataFrame(
        {
            "step": steps.columns.to_numpy(),
            "count": count,
            "share": count / len(dates),
            "months": (days.median() / DAYS_A_MONTH).to_numpy(),
        }
    )
