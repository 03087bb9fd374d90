"""The moments that are matched: figures of a portfolio's past, on scales on which they vary evenly.

Rates are logarithms of events over account-months, shares are log odds, times are logarithms of quantiles.
Every moment is a function of weights of the accounts, so that a bootstrap of families costs little.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from kamsim.dynamics.state import Floats
from kamsim.experiments.calibration.traces import LOST, WON, Traces
from kamsim.schemas import SEGMENTS

Need = Literal["contracts", "history", "deals", "dates", "revenue", "hours"]
"""What the tables must hold: who left, recorded months, closed deals, their dates, revenue, hours spent."""

Measure = Callable[[Traces, Floats, int], Floats]
"""Turns traces, weights of shape (resamples, accounts) and the fewest that count into (resamples,) values."""

HALF = 0.5
"""Added to counts, so that none has the logarithm of nothing."""
TOP = 0.2
MOST_OPENINGS = 0.9
"""The model opens at most one opportunity a month on an account (docs/model.md, 6.9): near that, nothing
is matched."""
CONTRACTED = 0.9
"""A customer whose revenue falls below this share of the month before has contracted."""
YEAR = 12


@dataclass(frozen=True)
class Moment:
    """One figure that is matched.

    Attributes
    ----------
    name : str
        Unique; that of a segment starts with it.
    segment : str
        "" where it speaks of all accounts.
    need : str
        What the tables must hold.
    unit : {"rate", "share", "months", "ratio"}
        How `plain` reads.
    measure : callable
    reach : float
        The model cannot bring more, in the unit that can be read.
    """

    name: str
    segment: str
    need: Need
    unit: Literal["rate", "share", "months", "ratio"]
    measure: Measure
    reach: float = np.inf

    def plain(self, value: float) -> float:
        """Turn the matched number into one that can be read: a share, or events or months."""
        return float(special.expit(value) if self.unit == "share" else np.exp(value))


def measure_all(moments: Sequence[Moment], traces: Traces, fewest: int) -> Floats:
    """Measure the moments of a portfolio; NaN where it shows nothing."""
    weights = np.ones((1, traces.accounts))
    return np.array([m.measure(traces, weights, fewest)[0] for m in moments])


def resample(
    moments: Sequence[Moment], traces: Traces, fewest: int, draws: int, rng: np.random.Generator
) -> Floats:
    """Measure the moments of portfolios whose families were drawn with replacement, (draws, moments)."""
    families = int(traces.family.max(initial=-1)) + 1
    counts = rng.multinomial(families, np.full(families, 1 / families), size=draws).astype(float)
    weights = counts[:, traces.family]
    return np.stack([m.measure(traces, weights, fewest) for m in moments], axis=1)


def _of(segment: str, traces: Traces) -> Floats:
    """1 for the accounts of a segment, or of any."""
    own: Floats = (
        (traces.segment == SEGMENTS.index(segment)).astype(float) if segment else np.ones(traces.accounts)
    )
    return own


def _rate(events: Floats, exposure: Floats, weights: Floats, fewest: int) -> Floats:
    """Logarithm of events over exposure; nothing where the exposure is shorter than a year of an account."""
    seen, time = weights @ events, weights @ exposure
    enough = time >= YEAR * HALF * np.sqrt(fewest)
    return np.where(enough, np.log((seen + HALF) / np.maximum(time, 1e-9)), np.nan)


def _customers(traces: Traces, *, seasoned: bool) -> Floats:
    """Tell for each month but the last who was a customer, of those who never left or of newcomers."""
    pays = traces.revenue > 0
    always = np.logical_and.accumulate(pays, axis=1)
    return (always if seasoned else pays & ~always)[:, :-1].astype(float)


def _leaving(segment: str, seasoned: bool) -> Measure:
    def measure(traces: Traces, weights: Floats, fewest: int) -> Floats:
        there, own = _customers(traces, seasoned=seasoned), _of(segment, traces)
        left = there * (traces.revenue[:, 1:] <= 0)
        return _rate(own * left.sum(axis=1), own * there.sum(axis=1), weights, fewest)

    return measure


def _contracting(segment: str) -> Measure:
    def measure(traces: Traces, weights: Floats, fewest: int) -> Floats:
        before, after, own = traces.revenue[:, :-1], traces.revenue[:, 1:], _of(segment, traces)
        fell = (after > 0) & (after < CONTRACTED * before)
        return _rate(own * fell.sum(axis=1), own * (before > 0).sum(axis=1), weights, fewest)

    return measure


def _opened(traces: Traces) -> tuple[Floats, Floats]:
    """Openings and account-months, each shaped (accounts, months)."""
    opened = np.zeros(traces.revenue.shape)
    dated = traces.deal_opened >= 0
    np.add.at(opened, (traces.deal_account[dated], traces.deal_opened[dated]), 1.0)
    return opened, np.ones(traces.revenue.shape)


def _opening(segment: str, group: Literal["customers", "prospects", "all"]) -> Measure:
    def measure(traces: Traces, weights: Floats, fewest: int) -> Floats:
        opened, time = _opened(traces)
        pays = traces.revenue > 0
        began = np.concatenate([pays[:, :1], pays[:, :-1]], axis=1)
        chosen = {"customers": began, "prospects": ~began, "all": np.ones_like(began)}[group]
        own = _of(segment, traces)
        return _rate(own * (opened * chosen).sum(1), own * (time * chosen).sum(1), weights, fewest)

    return measure


def _closed(traces: Traces, status: int, segment: str) -> NDArray[np.bool_]:
    """Tell which deals of a segment closed so within the recorded months."""
    own = _of(segment, traces)[traces.deal_account] > 0
    return np.asarray((traces.deal_status == status) & (traces.deal_closed >= 0) & own)


def _won_share(segment: str) -> Measure:
    def measure(traces: Traces, weights: Floats, fewest: int) -> Floats:
        counts = [
            weights @ np.bincount(traces.deal_account[_closed(traces, s, segment)], minlength=traces.accounts)
            for s in (WON, LOST)
        ]
        odds = np.log((counts[0] + HALF) / (counts[1] + HALF))
        return np.where(counts[0] + counts[1] >= fewest, odds, np.nan)

    return measure


def _age(segment: str, status: int, quantile: float) -> Measure:
    def measure(traces: Traces, weights: Floats, fewest: int) -> Floats:
        deals = _closed(traces, status, segment) & ~np.isnan(traces.deal_age)
        order = np.flatnonzero(deals)[np.argsort(traces.deal_age[deals], kind="stable")]
        # A day is the shortest time that dates can tell.
        ages = np.log(np.maximum(traces.deal_age[order], 1 / 30))
        return _weighted_quantile(ages, weights[:, traces.deal_account[order]], quantile, fewest)

    return measure


def _weighted_quantile(sorted_values: Floats, weights: Floats, quantile: float, fewest: int) -> Floats:
    """Quantile of sorted values, one for each row of weights, between the middles of their weights."""
    found = np.full(weights.shape[0], np.nan)
    if sorted_values.size == 0:
        return found
    ends = np.cumsum(weights, axis=1)
    for row in np.flatnonzero(ends[:, -1] >= fewest):
        middle = (ends[row] - 0.5 * weights[row]) / ends[row, -1]
        found[row] = np.interp(quantile, middle, sorted_values)
    return found


def _top_share(worth: Callable[[Traces], Floats]) -> Measure:
    def measure(traces: Traces, weights: Floats, fewest: int) -> Floats:
        money = worth(traces)
        order = np.argsort(-money, kind="stable")
        order = order[money[order] > 0]
        found = np.full(weights.shape[0], np.nan)
        if order.size < fewest:
            return found
        own = weights[:, order]
        rank, earned = np.cumsum(own, axis=1), np.cumsum(own * money[order], axis=1)
        for row in range(len(own)):
            if rank[row, -1] > 0:
                top = np.interp(TOP * rank[row, -1], np.r_[0.0, rank[row]], np.r_[0.0, earned[row]])
                found[row] = special.logit(np.clip(top / earned[row, -1], 1e-6, 1 - 1e-6))
        return found

    return measure


def _revenue_of(part: slice) -> Callable[[Traces], Floats]:
    return lambda traces: np.asarray(traces.revenue[:, part].sum(axis=1))


def _revenue_now(traces: Traces) -> Floats:
    return traces.revenue_now


def _won_value(traces: Traces) -> Floats:
    won = (traces.deal_status == WON) & (traces.deal_closed >= 0)
    value = np.bincount(traces.deal_account[won], traces.deal_amount[won], minlength=traces.accounts)
    return value.astype(float)


def _openings_by_effort(traces: Traces, weights: Floats, fewest: int) -> Floats:
    """Log ratio of openings on accounts with more hours than their segment's median to those with less."""
    opened, _ = _opened(traces)
    known = ~np.isnan(traces.hours)
    hours = np.where(known, traces.hours, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    covered = known.any(axis=1) & (hours > 0)
    more, less = np.zeros(traces.accounts), np.zeros(traces.accounts)
    for code in range(len(SEGMENTS)):
        own = covered & (traces.segment == code)
        if own.any():
            middle = np.median(hours[own])
            more[own & (hours > middle)] = 1.0
            less[own & (hours <= middle)] = 1.0
    found = [_rate(side * opened.sum(axis=1), side * traces.months, weights, fewest) for side in (more, less)]
    return np.asarray(found[0] - found[1])


def _moments_of(segment: str) -> list[Moment]:
    def moment(name: str, need: Need, unit: Literal["rate", "share", "months"], measure: Measure) -> Moment:
        reach = MOST_OPENINGS if name.startswith("openings") else np.inf
        return Moment(f"{segment}.{name}", segment, need, unit, measure, reach)

    return [
        moment("leaving", "contracts", "rate", _leaving(segment, True)),
        moment("leaving_newcomers", "contracts", "rate", _leaving(segment, False)),
        moment("contracting", "contracts", "rate", _contracting(segment)),
        moment("openings_customers", "contracts", "rate", _opening(segment, "customers")),
        moment("openings_prospects", "contracts", "rate", _opening(segment, "prospects")),
        moment("openings", "dates", "rate", _opening(segment, "all")),
        moment("won_share", "deals", "share", _won_share(segment)),
        moment("cycle_p50", "dates", "months", _age(segment, WON, 0.5)),
        moment("cycle_p90", "dates", "months", _age(segment, WON, 0.9)),
        moment("lost_age_p50", "dates", "months", _age(segment, LOST, 0.5)),
    ]


MOMENTS: dict[str, Moment] = {
    moment.name: moment
    for moment in [
        *(m for s in SEGMENTS for m in _moments_of(s)),
        Moment("top_share_first_year", "", "contracts", "share", _top_share(_revenue_of(slice(0, YEAR)))),
        Moment("top_share_last_year", "", "contracts", "share", _top_share(_revenue_of(slice(-YEAR, None)))),
        Moment("top_share_won", "", "deals", "share", _top_share(_won_value)),
        Moment("top_share_now", "", "revenue", "share", _top_share(_revenue_now)),
        Moment("openings_by_effort", "", "hours", "ratio", _openings_by_effort),
    ]
}
"""Every moment by name, in the order they are printed."""
