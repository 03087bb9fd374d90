"""`ChurnHazard`: how long customers stay, from recorded revenue, with no shape imposed on time.

A discrete-time hazard (Allison 1982, "Discrete-Time Methods for the Analysis of Event Histories"): the
monthly probability of leaving, given that one has not left, by months already stayed. Customers who are
still there at the end of the record count for the months they were seen, and no more. Months that look
alike are counted, not listed: the fit reads one row a kind of customer and time span, whatever the number
of accounts and months.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted

from kamsim.errors import ConfigError, FeatureError
from kamsim.scoring.candidates import linear_preparation
from kamsim.scoring.horizon import HORIZON_MONTHS
from kamsim.scoring.labels import ACTIVE_MONTHS, find_rhythm
from kamsim.scoring.panel import Panel, record_panel
from kamsim.scoring.plain_state import PlainState
from kamsim.scoring.preparation import FramePreparation
from kamsim.scoring.selection import threads_for

Floats = NDArray[np.float64]

TENURE, ESTABLISHED = "tenure_months", "established"
SPAN_STARTS = (1, 2, 4, 7, 13, 25, 49)
"""Months stayed at which a new hazard begins: fine where customers are new and hazards fall fast."""

PENALTY = 1.0
"""Inverse strength of the ridge that draws a span's hazard to that of the span before it."""


class ChurnHazard(PlainState, BaseEstimator):  # type: ignore[misc]
    """Survival of customers over the months ahead, by how long they have stayed and by what they are.

    Parameters
    ----------
    span_starts : sequence of int, default (1, 2, 4, 7, 13, 25, 49)
        Months stayed at which a new hazard begins; from the last on it is constant.
    silence : int, optional
        Months without revenue that count as leaving. Where not given, 1 if revenue recurs and 12 if it
        comes deal by deal, as the amounts tell.

    Attributes
    ----------
    silence_ : int
    leavers_ : int
        Departures that were seen.
    counts_ : DataFrame
        What the fit rests on: customer-months and departures by span and by whether the customer was
        already there when the record began.

    Notes
    -----
    A customer already there in the first month of the record is *established*: how long it has been one,
    nothing says. Its months count from the beginning of the record and have hazards of their own.
    Departures are followed by a new spell if the account returns.

    Examples
    --------
    >>> months = pd.date_range("2024-01-01", periods=24, freq="MS")
    >>> stayed = {f"A{i}": 2 + 3 * i for i in range(8)}
    >>> rows = [(a, m, 10.0) for a, n in stayed.items() for m in months[1 : 1 + n]]
    >>> history = pd.DataFrame(rows, columns=["account_id", "month", "revenue_eur"])
    >>> model = ChurnHazard().fit(history, cutoff=pd.Timestamp("2026-01-01"))
    >>> customers = model.customers(history, cutoff=pd.Timestamp("2026-01-01"))
    >>> customers["tenure_months"].to_dict()
    {'A7': 23}
    >>> model.predict_survival(customers, months=36).shape
    (1, 36)
    """

    def __init__(self, span_starts: Sequence[int] = SPAN_STARTS, silence: int | None = None) -> None:
        self.span_starts = span_starts
        self.silence = silence

    def fit(
        self, history: pd.DataFrame, features: pd.DataFrame | None = None, *, cutoff: pd.Timestamp
    ) -> Self:
        """Learn the hazard.

        Parameters
        ----------
        history : DataFrame
            Columns ``account_id``, ``month`` (first day) and ``revenue_eur``, as HISTORY; a month that is
            not named had no revenue.
        features : DataFrame, optional
            Indexed by ``account_id``: what lasts of each account, in any columns.
        cutoff : Timestamp
            First day after the record; later rows are not read.

        Returns
        -------
        ChurnHazard

        Raises
        ------
        FeatureError
            When nobody left or nobody stayed, `features` lacks an account, or `history` holds an account
            twice in a month or what is no account, month or revenue.
        ConfigError
            When the spans do not rise from 1.
        """
        starts = list(self.span_starts)
        if not starts or starts[0] != 1 or starts != sorted(set(starts)):
            raise ConfigError(f"span_starts must rise from 1, got {starts}")
        panel = _panel(history, cutoff)
        if not panel.months:
            raise FeatureError(f"history holds no month before the cut-off {cutoff:%Y-%m-%d}")
        rule = self.silence
        self.silence_ = (1 if find_rhythm(panel).recurring else ACTIVE_MONTHS) if rule is None else rule
        stays = _stays(panel, self.silence_)
        kinds, table = self._kinds(panel.account_ids, features)
        counts = self._count(stays, kinds)
        self.leavers_ = int(counts["left"].sum())
        if not 0 < self.leavers_ < counts["at_risk"].sum():
            who = "nobody left" if not self.leavers_ else "nobody stayed a month"
            raise FeatureError(f"{who} in the record of {panel.months} months: a hazard cannot be learned")
        self.counts_ = counts.groupby(["established", "span"])[["at_risk", "left"]].sum()
        design = self._design(counts["span"].to_numpy(), counts["established"].to_numpy())
        if table is not None:
            design = np.hstack([design, self.encoder_.fit_transform(table)[counts["kind"].to_numpy()]])
        left, stayed = counts["left"].to_numpy(), (counts["at_risk"] - counts["left"]).to_numpy()
        with threads_for(2 * len(counts)):
            self.model_ = LogisticRegression(C=PENALTY, max_iter=2000).fit(
                np.vstack([design, design]),
                np.repeat([True, False], len(counts)),
                sample_weight=np.concatenate([left, stayed]),
            )
        return self

    def customers(self, history: pd.DataFrame, *, cutoff: pd.Timestamp) -> pd.DataFrame:
        """List who is a customer at a cut-off, by account: months stayed, and whether established."""
        check_is_fitted(self)
        panel = _panel(history, cutoff)
        stays = _stays(panel, self.silence_)
        there = stays.tenure_now > 0
        columns = {TENURE: stays.tenure_now[there], ESTABLISHED: stays.established_now[there]}
        index = pd.Index(np.asarray(panel.account_ids)[there], name="account_id")
        return pd.DataFrame(columns, index=index)

    def predict_hazard(self, X: pd.DataFrame, months: int = HORIZON_MONTHS) -> Floats:
        """Return the probability of leaving in each month ahead, given one is still there.

        Parameters
        ----------
        X : DataFrame
            ``tenure_months`` (0 for one that begins now), ``established`` if any is, and the features of
            the fit.
        months : int, default 36

        Returns
        -------
        array, shape (rows, months)

        Raises
        ------
        FeatureError
            When a column is missing.
        """
        check_is_fitted(self)
        if TENURE not in X:
            raise FeatureError(f"column {TENURE!r} is missing: a hazard depends on months already stayed")
        tenure = np.maximum(X[TENURE].to_numpy(), 1)
        established = X[ESTABLISHED].to_numpy(bool) if ESTABLISHED in X else np.zeros(len(X), dtype=bool)
        starts = np.asarray(self.span_starts)
        spans = np.arange(len(starts))
        by_span = np.empty((len(X), len(starts)))
        extra = self._encode(X)
        for span in spans:
            design = self._design(np.full(len(X), span), established)
            by_span[:, span] = self.model_.predict_proba(np.hstack([design, *extra]))[:, 1]
        ahead = np.searchsorted(starts, tenure[:, None] + np.arange(months), side="right") - 1
        return np.take_along_axis(by_span, ahead, axis=1)

    def predict_survival(self, X: pd.DataFrame, months: int = HORIZON_MONTHS) -> Floats:
        """Return the probability to be there still after 1, 2, ... months, shape (rows, months).

        Parameters as in `predict_hazard`. A customer whose first month of revenue is the first month ahead
        has tenure 0: its survival counts from the end of that month.
        """
        return np.asarray(np.cumprod(1 - self.predict_hazard(X, months), axis=1))

    def _kinds(
        self, account_ids: list[str], features: pd.DataFrame | None
    ) -> tuple[NDArray[np.intp], Floats | None]:
        """Number the distinct rows of features; without features all accounts are of one kind."""
        self.preparation_ = None
        if features is None:
            return np.zeros(len(account_ids), dtype=np.intp), None
        unknown = pd.Index(account_ids).difference(features.index)
        if len(unknown):
            raise FeatureError(f"features lack account_id {unknown[0]!r}, which history names")
        self.preparation_ = FramePreparation().fit(features.loc[account_ids])
        table = self.preparation_.transform(features.loc[account_ids])
        distinct, kinds = np.unique(table, axis=0, return_inverse=True, equal_nan=True)
        self.encoder_ = linear_preparation(self.preparation_.is_category)
        return kinds.ravel(), distinct

    def _count(self, stays: _Stays, kinds: NDArray[np.intp]) -> pd.DataFrame:
        spans = np.searchsorted(self.span_starts, stays.tenure, side="right") - 1
        rows = pd.DataFrame(
            {
                "kind": kinds[stays.account],
                "established": stays.established,
                "span": spans,
                "left": stays.left,
            }
        )
        grouped = rows.groupby(["kind", "established", "span"])["left"]
        return grouped.agg(at_risk="size", left="sum").reset_index()

    def _design(self, span: NDArray[Any], established: NDArray[np.bool_]) -> Floats:
        """Lay spans out as steps: each column is what changes from one span to the next."""
        steps = (span[:, None] >= np.arange(1, len(self.span_starts))).astype("float64")
        flag = established[:, None].astype("float64")
        return np.hstack([steps, flag, steps * flag])

    def _encode(self, X: pd.DataFrame) -> list[Floats]:
        if self.preparation_ is None:
            return []
        missing = [name for name in self.preparation_.feature_names_in_ if name not in X]
        if missing:
            raise FeatureError(f"column {missing[0]!r} of the fit is missing")
        table = self.preparation_.transform(X[list(self.preparation_.feature_names_in_)])
        return [np.asarray(self.encoder_.transform(table))]


@dataclass(frozen=True)
class _Stays:
    """Every month in which a customer might have left, and where each account stands at the end."""

    account: NDArray[np.intp]
    tenure: NDArray[np.int64]
    established: NDArray[np.bool_]
    left: NDArray[np.bool_]
    tenure_now: NDArray[np.int64]
    established_now: NDArray[np.bool_]


def _panel(history: pd.DataFrame, cutoff: pd.Timestamp) -> Panel:
    missing = [name for name in ("account_id", "month", "revenue_eur") if name not in history]
    if missing:
        raise FeatureError(f"history lacks column {missing[0]!r}")
    _check_record(history)
    return record_panel(sorted(history["account_id"].unique()), history, cutoff, ["revenue_eur"])


def _check_record(history: pd.DataFrame) -> None:
    """Refuse what would be read as silence, or would hide another row."""
    if not pd.api.types.is_datetime64_any_dtype(history["month"]):
        raise FeatureError(f"history: month must hold dates, not {history['month'].dtype}")
    if not pd.api.types.is_numeric_dtype(history["revenue_eur"]):
        raise FeatureError(f"history: revenue_eur must hold numbers, not {history['revenue_eur'].dtype}")
    for name in ("account_id", "month", "revenue_eur"):
        if history[name].isna().any():
            raise FeatureError(f"history: {name} is missing in {int(history[name].isna().sum())} row(s)")
    months = history["month"].dt.year * 12 + history["month"].dt.month
    again = pd.DataFrame({"account": history["account_id"], "month": months}).duplicated()
    if again.any():
        account_id, month = history.loc[again.to_numpy(), ["account_id", "month"]].iloc[0]
        raise FeatureError(
            f"history holds account {account_id!r} twice in {month:%Y-%m}: add its rows up first"
        )


def _stays(panel: Panel, silence: int) -> _Stays:
    """Walk through the months; a customer is who had revenue in the last `silence` of them."""
    paid = panel.revenue > 0
    count = len(panel.account_ids)
    tenure, quiet = np.zeros(count, dtype=np.int64), np.full(count, silence)
    established = paid[:, 0].copy() if panel.months else np.zeros(count, dtype=bool)
    rows: list[tuple[Any, ...]] = []
    for month in range(panel.months):
        quiet = np.where(paid[:, month], 0, quiet + 1)
        there = quiet < silence
        at_risk = np.flatnonzero(tenure > 0)
        rows.append((at_risk, tenure[at_risk], established[at_risk], ~there[at_risk]))
        tenure = np.where(there, tenure + 1, 0)
        established &= there
    account, months, old, left = (np.concatenate(column) for column in zip(*rows, strict=True))
    return _Stays(account, months, old, left, tenure, established)
