"""What a target measures: pure functions of the evidence, one number each; NaN where it shows nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from kamsim import kpis
from kamsim.config import SegmentationSettings
from kamsim.coverage import TIER_SEGMENTS, tier_of
from kamsim.dynamics import MONTHS_A_YEAR
from kamsim.dynamics.state import Floats
from kamsim.experiments.evidence import Evidence, Flags
from kamsim.schemas import SEGMENTS

Measure = Callable[[Evidence], float]
NOTHING = float("nan")
ENOUGH_DECIDERS = 5
"""D-CYC-1: a key account has five deciders or more."""


@dataclass(frozen=True)
class Estimate:
    """A value with the ends of its confidence interval; all NaN where nothing can be measured."""

    value: float
    low: float
    high: float


def estimate(evidence: Evidence, measures: Mapping[str, Measure], confidence: float) -> dict[str, Estimate]:
    """Measure everything, with intervals by a delete-a-group jackknife.

    Each part of the evidence (books where there are enough, else groups of accounts) is left out in turn;
    accounts stay whole, so that several years or deals of one count as what they are. An interval is
    Student's, with as many degrees of freedom as there are parts, less one (Kott 2001, Journal of
    Official Statistics 17).

    Parameters
    ----------
    evidence : Evidence
    measures : mapping of str to Measure
    confidence : float
        Such as 0.95.

    Returns
    -------
    dict of str to Estimate
    """
    whole = {name: measure(evidence) for name, measure in measures.items()}
    groups = np.unique(evidence.group)
    less: dict[str, list[float]] = {name: [] for name in measures}
    for group in groups if groups.size > 1 else []:
        rest = evidence.without(int(group))
        for name, measure in measures.items():
            less[name].append(measure(rest))
    return {name: _interval(whole[name], np.array(less[name]), confidence) for name in measures}


def _interval(value: float, less: Floats, confidence: float) -> Estimate:
    less = less[~np.isnan(less)]
    if np.isnan(value) or less.size < 2:
        return Estimate(value, NOTHING, NOTHING)
    n = less.size
    error = np.sqrt((n - 1) / n * ((less - less.mean()) ** 2).sum())
    half = float(stats.t.ppf(0.5 + confidence / 2, n - 1) * error)
    return Estimate(value, value - half, value + half)


def _years(evidence: Evidence) -> list[tuple[Flags, Flags]]:
    """For each recorded year: who was a customer when it began, and who of them never left during it."""
    pays = evidence.revenue > 0
    years = []
    for first in range(0, pays.shape[1] - MONTHS_A_YEAR + 1, MONTHS_A_YEAR):
        began = pays[:, first - 1] if first else pays[:, 0] | evidence.left_at_once
        years.append((began, began & pays[:, first : first + MONTHS_A_YEAR].all(axis=1)))
    return years


def own_tier(segment: str, settings: SegmentationSettings) -> Measure:
    """Accounts whose true potential lies in the tier that takes their segment's ratio (D-TIER-1 to 3).

    Strategic accounts belong in tier 1, mid-market ones in tier 2, small ones in tier 3.
    """
    own = next(tier for tier, name in TIER_SEGMENTS.items() if name == segment)

    def measure(evidence: Evidence) -> float:
        tier = tier_of(evidence.potential[evidence.segment == SEGMENTS.index(segment)], settings)
        known = tier[tier > 0]
        return float((known == own).mean()) if known.size else NOTHING

    return measure


def logo_retention(segment: str) -> Measure:
    """Customers at the start of a year that never left during it, over all recorded years (D-RET-1)."""

    def measure(evidence: Evidence) -> float:
        own = evidence.segment == SEGMENTS.index(segment)
        years = _years(evidence)
        began = sum(int(start[own].sum()) for start, _ in years)
        return sum(int(stayed[own].sum()) for _, stayed in years) / began if began else NOTHING

    return measure


def revenue_retention(segment: str, *, gross: bool) -> Measure:
    """NRR, or GRR, from the last month of a year to the last month of the next (D-KPI-2).

    Months and not yearly sums: an account won in autumn would else seem to grow.
    """

    def measure(evidence: Evidence) -> float:
        own = evidence.revenue[evidence.segment == SEGMENTS.index(segment)]
        ends = own[:, ::-1][:, ::MONTHS_A_YEAR][:, ::-1]  # the last month, and every twelfth before it
        before, after = ends[:, :-1], ends[:, 1:]
        figure = kpis.grr if gross else kpis.nrr
        return float(figure(before.ravel(), after.ravel()))

    return measure


def survival_missed(segment: str, years: int) -> Measure:
    """Part of the long-run survivors that one constant rate, that of all recorded years, does not foresee.

    Customers of the first recorded month are followed through the history, and on from the cut-off in the
    dynamics. Where hazards differ between accounts, those who stay are the stickier ones, and a constant
    rate foresees too few of them.
    """
    rate = logo_retention(segment)

    def measure(evidence: Evidence) -> float:
        own = evidence.segment == SEGMENTS.index(segment)
        recorded = _years(evidence)
        alive = np.ones(evidence.accounts, bool)
        curve = []
        for _, stayed in recorded[:years]:
            alive = alive & stayed
            curve.append(alive[own].mean() if own.any() else 0.0)
        if not curve or curve[0] == 0:
            return NOTHING
        start = recorded[0][0][own].mean()
        left = years - len(recorded)
        if left > 0:
            if evidence.outlook is None or evidence.outlook.stays.shape[1] < left:
                return NOTHING
            curve.append((alive * evidence.outlook.stays[:, left - 1])[own].mean())
        survivors = curve[-1] / start
        return float(1 - rate(evidence) ** years / survivors) if survivors > 0 else NOTHING

    return measure


def cycle(segment: str, percentile: float) -> Measure:
    """Months from opening to signature of won opportunities, renewals apart (D-CYC-1)."""

    def measure(evidence: Evidence) -> float:
        own = evidence.sale_won & (evidence.sale_segment == SEGMENTS.index(segment))
        months = evidence.sale_months[own & ~np.isnan(evidence.sale_months)]
        return float(np.percentile(months, percentile)) if months.size else NOTHING

    return measure


def won_share(segment: str) -> Measure:
    """Closed opportunities that were won, renewals apart."""

    def measure(evidence: Evidence) -> float:
        won = evidence.sale_won[evidence.sale_segment == SEGMENTS.index(segment)]
        return float(won.mean()) if won.size else NOTHING

    return measure


def _last_year(evidence: Evidence) -> Floats:
    return np.asarray(evidence.revenue[:, -MONTHS_A_YEAR:].sum(axis=1))


def top_20_share(evidence: Evidence) -> float:
    """Revenue that the largest fifth of the last year's customers bring (D-CON-1, E-CON-1)."""
    revenue = _last_year(evidence)
    return kpis.top_share(revenue[revenue > 0], 0.2)


def key_account_share(evidence: Evidence) -> float:
    """Revenue of the last year that the strategic segment brings (D-CON-2)."""
    revenue = _last_year(evidence)
    total = revenue.sum()
    return float(revenue[evidence.segment == 0].sum() / total) if total > 0 else NOTHING


def elasticity(span: int) -> Measure:
    """Elasticity of revenue to total effort around the status quo (E-ELA-1), under common luck.

    Parameters
    ----------
    span : int
        0: 36 months cumulative; 1: month 36; 2: month 60.
    """

    def measure(evidence: Evidence) -> float:
        if evidence.outlook is None:
            return NOTHING
        less, more = evidence.outlook.around[:, span].sum(axis=0)
        c = evidence.outlook.change
        return float(np.log(more / less) / np.log((1 + c) / (1 - c))) if less > 0 else NOTHING

    return measure


def flat_maximum(factor: float, margin: float, months: int = 36) -> Measure:
    """Part of the best contribution that is lost with `factor` times the best total effort (E-FLAT-1).

    The team's cost grows with effort; log revenue between the levels played is a polynomial in log effort.
    Where the best effort, or `factor` times it, lies outside of these levels, nothing is shown.
    """

    def measure(evidence: Evidence) -> float:
        if evidence.outlook is None:
            return NOTHING
        sales = evidence.outlook.revenue.sum(axis=0)
        if not (sales > 0).all():
            return NOTHING
        grid = np.log(evidence.outlook.efforts)
        fine = np.linspace(grid[0], grid[-1], 2001)
        revenue = np.exp(np.polyval(np.polyfit(grid, np.log(sales), 4), fine))
        contribution = margin * revenue - np.exp(fine) * evidence.team_cost.sum() * months
        best = int(np.argmax(contribution))
        moved = fine[best] + np.log(factor)
        if best in (0, fine.size - 1) or not fine[0] <= moved <= fine[-1] or contribution[best] <= 0:
            return NOTHING
        return float(1 - np.interp(moved, fine, contribution) / contribution[best])

    return measure


def out_of_balance(tolerance: float) -> Measure:
    """Share of AEs whose book lies further than `tolerance` from the mean workload (E-BAL-1)."""

    def measure(evidence: Evidence) -> float:
        load = evidence.territory_load
        return float((np.abs(load - 1) > tolerance).mean()) if load.size else NOTHING

    return measure


def effort_follows_potential(evidence: Evidence) -> float:
    """Rank correlation of AE hours and true potential, taken within segments: the confounding of the past."""
    ranks = []
    for code in range(len(SEGMENTS)):
        own = (evidence.segment == code) & ~np.isnan(evidence.ae_hours) & ~np.isnan(evidence.potential)
        if own.sum() > 2:
            pair = np.stack([evidence.ae_hours[own], evidence.potential[own]])
            ranks.append(stats.rankdata(pair, axis=1) / (own.sum() + 1) - 0.5)
    if not ranks:
        return NOTHING
    effort, potential = np.concatenate(ranks, axis=1)
    spread = np.sqrt((effort**2).sum() * (potential**2).sum())
    return float((effort * potential).sum() / spread) if spread > 0 else NOTHING


def slow_months_pace(slow: tuple[int, ...]) -> Measure:
    """Signatures in a slow calendar month over those in any other month, renewals apart (D-CYC-3)."""

    def measure(evidence: Evidence) -> float:
        months = np.bincount(evidence.calendar_months, minlength=13)[1:]
        signed = np.bincount(evidence.sale_calendar_month[evidence.sale_won], minlength=13)[1:13]
        is_slow = np.isin(np.arange(1, 13), slow)
        if not months[is_slow].sum() or not signed[~is_slow].sum():
            return NOTHING
        pace = [signed[which].sum() / months[which].sum() for which in (is_slow, ~is_slow)]
        return float(pace[0] / pace[1])

    return measure


def five_deciders(evidence: Evidence) -> float:
    """Share of key accounts with five deciders or more (D-CYC-1, D-STK-1)."""
    known = evidence.deciders[(evidence.segment == 0) & ~np.isnan(evidence.deciders)]
    return float((known >= ENOUGH_DECIDERS).mean()) if known.size else NOTHING
