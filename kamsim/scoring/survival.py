"""How many of today's customers are expected to stay, month by month and segment by segment."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student

from kamsim.errors import FeatureError
from kamsim.schemas import SEGMENTS
from kamsim.scoring.churn_hazard import ChurnHazard
from kamsim.scoring.horizon import HORIZON_MONTHS
from kamsim.scoring.quiet import quietly

Floats = NDArray[np.float64]

COLUMNS = ["segment", "month", "customers", "share", "low", "high"]
PARTS = 20
"""Parts that the jackknife leaves out in turn, families of accounts whole."""

SHARPEST = 1e-9


def survival_curves(
    history: pd.DataFrame,
    accounts: pd.DataFrame,
    *,
    cutoff: pd.Timestamp,
    months: int = HORIZON_MONTHS,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Predict by `ChurnHazard` what share of today's customers will not have left, segment by segment.

    Parameters
    ----------
    history, accounts : DataFrame
        HISTORY and ACCOUNTS.
    cutoff : Timestamp
        First day after the record; later rows are not read.
    months : int, default 36
    confidence : float, default 0.95
        Of the intervals: delete-a-group jackknife (20 parts, Student's t) on the complementary log-log
        scale. They tell how well the record knows the hazard, and leave out the luck of who leaves.

    Returns
    -------
    DataFrame
        One row a segment and month from 0 on: segment, month, customers (today), share still there with
        low and high. Segments without customers are left out; empty where nobody left in the record.

    Examples
    --------
    >>> months = pd.date_range("2024-01-01", periods=24, freq="MS")
    >>> stayed = {f"A{i:02d}": 2 + i for i in range(40)}
    >>> rows = [(a, m, 10.0) for a, n in stayed.items() for m in months[1 : 1 + n]]
    >>> history = pd.DataFrame(rows, columns=["account_id", "month", "revenue_eur"])
    >>> accounts = pd.DataFrame({"account_id": list(stayed), "segment": "smb"})
    >>> curves = survival_curves(history, accounts, cutoff=pd.Timestamp("2026-01-01"))
    >>> len(curves), float(curves["share"].iloc[0]), bool(curves["share"].is_monotonic_decreasing)
    (37, 1.0, True)
    """
    own = history[history["month"] < cutoff]
    kin = _families(accounts)
    whole = _predict(own, accounts, cutoff, months)
    if whole is None:
        return pd.DataFrame(columns=COLUMNS)
    segments, customers, share = whole
    parts = [
        _predict(own[~own["account_id"].isin(kin.index[kin == part])], accounts[(kin != part).to_numpy()],
                 cutoff, months, segments)
        for part in np.unique(kin)
    ]  # fmt: skip
    low, high = _interval(share, np.array([found[2] for found in parts if found is not None]), confidence)
    count, length = share.shape
    return pd.DataFrame(
        {
            "segment": np.repeat(segments, length),
            "month": np.tile(np.arange(length), count),
            "customers": np.repeat(customers, length),
            "share": share.ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
        }
    )


def _families(accounts: pd.DataFrame) -> pd.Series:
    """Give each account the part of its family."""
    own = accounts["account_id"]
    family = accounts["parent_id"].fillna(own) if "parent_id" in accounts else own
    part = np.unique(family.to_numpy(dtype=np.str_), return_inverse=True)[1] % PARTS
    return pd.Series(part, index=own)


def _predict(
    history: pd.DataFrame,
    accounts: pd.DataFrame,
    cutoff: pd.Timestamp,
    months: int,
    wanted: list[str] | None = None,
) -> tuple[list[str], list[int], Floats] | None:
    """Fit and predict; None where there is nothing to learn, or a wanted segment has no customers."""
    kinds = accounts.set_index("account_id")[["segment"]]
    try:
        with quietly():
            model = ChurnHazard().fit(history, kinds, cutoff=cutoff)
    except FeatureError:
        return None
    today = model.customers(history, cutoff=cutoff).join(kinds)
    found = set(today["segment"])
    segments = [name for name in SEGMENTS if name in found] if wanted is None else wanted
    if not segments or not found.issuperset(segments):
        return None
    survival = np.hstack([np.ones((len(today), 1)), model.predict_survival(today, months)])
    here = [(today["segment"] == name).to_numpy() for name in segments]
    return segments, [int(rows.sum()) for rows in here], np.array([survival[r].mean(axis=0) for r in here])


def _interval(share: Floats, left_out: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Return the jackknife's interval, shaped as `share`; missing with fewer than two parts."""
    if len(left_out) < 2:
        missing = np.full_like(share, np.nan)
        return missing, missing.copy()
    inner = [np.log(-np.log(np.clip(x, SHARPEST, 1 - SHARPEST))) for x in (share, left_out)]
    error = np.sqrt((len(left_out) - 1) * inner[1].var(axis=0))
    reach = student.ppf((1 + confidence) / 2, len(left_out) - 1) * error
    return np.exp(-np.exp(inner[0] + reach)), np.exp(-np.exp(inner[0] - reach))
