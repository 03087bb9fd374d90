"""What must be true for a coverage ratio of the guide to be right: the map of the best ratio.

A ratio sets the hours on each account (an AE's hours over the ratio) and the number of AEs (accounts over the
ratio, in fractions) with their cost. The guide's advice counts as **best** where no ratio a step or more
outside of its range (a quarter, E-FLAT-1) brings more contribution than the best one within.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from kamsim.config import Scenario
from kamsim.coverage import TIER_SEGMENTS
from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError, unknown_name
from kamsim.experiments.assumptions import Values
from kamsim.experiments.curves import MAPPED, RevenueCurves, sample_curves
from kamsim.experiments.population import Population, complete_values
from kamsim.schemas import ADVICE, BREAKEVEN, BREAKEVEN_FRONTIER, check

SIDES = ("below", "above")
_TOLD = (
    "best_ratio", "flat_low", "flat_high", "guide_ratio", "rival_ratio", "best_eur", "guide_eur", "lead_eur",
    "loss_eur", "loss_share", "elasticity", "guide_is_best", "guide_is_as_good",
)  # fmt: skip
_RATIOS = 96
_SCAN = 33


@dataclass(frozen=True)
class Advice:
    """What a population should be covered with, at one point of the assumptions.

    Attributes
    ----------
    best_ratio, flat_low, flat_high : float
        Accounts per AE: the best, and the region within a flat share of its contribution.
    guide_ratio, rival_ratio : float
        The best within the guide's range, and the best at least a step outside of it.
    best_eur, guide_eur, rival_eur : float
        Contribution of the population over the horizon.
    guide_is_as_good : bool
        The guide's range holds a ratio within a flat share of the best contribution.
    elasticity : float
        Of revenue to AE hours at the guide's ratio.
    """

    best_ratio: float
    flat_low: float
    flat_high: float
    guide_ratio: float
    rival_ratio: float
    best_eur: float
    guide_eur: float
    rival_eur: float
    guide_is_as_good: bool
    elasticity: float

    @property
    def lead_eur(self) -> float:
        """The guide's contribution less the rival's."""
        return self.guide_eur - self.rival_eur

    @property
    def loss_eur(self) -> float:
        """What following the guide costs against the best ratio."""
        return self.best_eur - self.guide_eur

    @property
    def loss_share(self) -> float:
        """The same as a share of the best contribution; NaN unless that is above 0."""
        return self.loss_eur / self.best_eur if self.best_eur > 0 else float("nan")

    @property
    def guide_is_best(self) -> bool:
        """No ratio a step or more outside of the guide's range brings more."""
        return self.lead_eur >= 0


@dataclass(frozen=True, eq=False)
class BreakEven:
    """The map of one ratio of the guide.

    Attributes
    ----------
    curves : RevenueCurves
    at_preset : Advice
        With every assumption as the scenario has it.
    table : DataFrame
        BREAKEVEN.
    edges : DataFrame
        BREAKEVEN_FRONTIER.
    """

    curves: RevenueCurves
    at_preset: Advice
    table: pd.DataFrame
    edges: pd.DataFrame

    @property
    def population(self) -> Population:
        """The accounts the map is of."""
        return self.curves.population

    def preset_frame(self) -> pd.DataFrame:
        """Return ADVICE: what is best with every assumption as preset."""
        own = {f: getattr(self.at_preset, f) for f in _TOLD}
        people = self.population
        whole = {"segment": people.segment, "accounts": people.accounts, "truth_known": people.truth_known}
        return check(pd.DataFrame([whole | own]).astype({"segment": "str"}), ADVICE)

    def frame(self) -> pd.DataFrame:
        """Return BREAKEVEN."""
        return self.table

    def frontier(self) -> pd.DataFrame:
        """Return BREAKEVEN_FRONTIER: where the verdict changes on either side of the preset."""
        return self.edges

    def tables(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Return BREAKEVEN, BREAKEVEN_FRONTIER and ADVICE, as a picture of the map takes them."""
        return self.table, self.edges, self.preset_frame()

    def advice(self, values: Mapping[str, float]) -> Advice:
        """Give the advice at other values of the assumptions of `MAPPED`; the others are as preset."""
        for name in values:
            if name not in MAPPED:
                raise ConfigError(unknown_name("assumption of a map", name, MAPPED))
        return advise(self.curves, complete_values(self.population, values))

    def summary(self) -> str:
        """Say in one line whether the guide's range is right as preset, and what it costs where it is not."""
        own, (low, high) = self.at_preset, guide_range(self.population)
        verdict = (
            "best" if own.guide_is_best else "as good as the best" if own.guide_is_as_good else "not best"
        )
        return (
            f"{self.population.segment}: {low:g} to {high:g} accounts per AE is {verdict};"
            f" the best ratio is {own.best_ratio:.3g} (as good: {own.flat_low:.3g} to {own.flat_high:.3g}),"
            f" and following the guide costs {own.loss_eur:,.0f} EUR ({own.loss_share:.1%})"
        )


def break_even(population: Population, assumptions: Sequence[str] = MAPPED) -> BreakEven:
    """Draw the maps of the best ratio over every pair of assumptions, and find the frontiers.

    Parameters
    ----------
    population : Population
    assumptions : sequence of str
        Of `MAPPED`; two or more.

    Returns
    -------
    BreakEven

    Raises
    ------
    ConfigError
        For an unknown assumption, one whose range has no width, or fewer than two, or when no ratio outside
        of the guide's is searched.
    """
    names = list(dict.fromkeys(assumptions))
    for name in names:
        if name not in MAPPED:
            raise ConfigError(unknown_name("assumption of a map", name, MAPPED))
    if len(names) < 2:
        raise ConfigError(f"a map wants two assumptions or more, got {len(names)}")
    for name in names:
        low, high = population.range_of(name)
        if not low < high:
            raise ConfigError(f"breakeven.ranges.{name} must be a range for a map, got {low:g} to {high:g}")
    rival_ratios(population)  # refuses before anything is played
    curves = sample_curves(population)
    rows = [row for pair in combinations(names, 2) for row in _map_rows(curves, *pair)]
    edges = [find_frontier(curves, name, side) for name in names for side in SIDES]
    texts = dict.fromkeys(("segment", "first", "second"), "str")
    table = check(pd.DataFrame(rows).astype(texts), BREAKEVEN)
    frontier = pd.DataFrame(edges).astype(dict.fromkeys(("segment", "assumption", "side"), "str"))
    return BreakEven(curves, advise(curves, population.preset), table, check(frontier, BREAKEVEN_FRONTIER))


def guide_range(population: Population) -> tuple[float, float]:
    """Return the guide's range of accounts per AE for a population (D-COV-1)."""
    low, high = getattr(population.scenario.breakeven, population.segment).accounts_per_ae
    return float(low), float(high)


def rival_ratios(population: Population) -> Floats:
    """Return the searched ratios that are at least a step outside of the guide's range.

    Raises
    ------
    ConfigError
        When there are none: nothing could be better than the guide.
    """
    ratios = _ratios(population)
    (low, high), step = guide_range(population), population.scenario.breakeven.step
    outside = ratios[(ratios <= low / step * (1 + 1e-12)) | (ratios >= high * step * (1 - 1e-12))]
    if not outside.size:
        raise ConfigError(
            f"breakeven.{population.segment}.searched must reach a step beyond the guide's range"
        )
    return outside


def advise(curves: RevenueCurves, values: Values) -> Advice:
    """Find the best ratio, the guide's best and the best rival at one point of the assumptions."""
    population = curves.population
    (low, high), settings = guide_range(population), population.scenario.breakeven
    ratios = _ratios(population)
    every = curves.contribution(ratios, values)
    inside, rivals = (ratios >= low) & (ratios <= high), np.isin(ratios, rival_ratios(population))
    own, other = np.where(inside, every, -np.inf), np.where(rivals, every, -np.inf)
    best = int(every.argmax())
    flat = every >= every[best] - settings.flat_share * abs(every[best])
    first, last = _around(flat, best)
    guide_ratio = float(ratios[own.argmax()])
    return Advice(
        best_ratio=float(ratios[best]),
        flat_low=float(ratios[first]),
        flat_high=float(ratios[last]),
        guide_ratio=guide_ratio,
        rival_ratio=float(ratios[other.argmax()]),
        best_eur=float(every[best]),
        guide_eur=float(own.max()),
        rival_eur=float(other.max()),
        guide_is_as_good=bool(flat[inside].any()),
        elasticity=curves.elasticity(guide_ratio, values),
    )


def find_frontier(curves: RevenueCurves, assumption: str, side: str) -> dict[str, object]:
    """Find the value nearest to the preset, on one side of it, at which the verdict on the guide changes.

    Returns
    -------
    dict
        A row of BREAKEVEN_FRONTIER.
    """
    population = curves.population
    preset, (low, high) = population.preset, population.range_of(assumption)
    start, end = preset[assumption], low if side == "below" else high

    def lead(log: float) -> float:
        return advise(curves, preset | {assumption: float(np.exp(log))}).lead_eur

    edge = None
    if start != end:
        path = np.linspace(np.log(start), np.log(end), _SCAN)
        path[[0, -1]] = np.log(start), np.log(end)
        leads = np.array([lead(x) for x in path])
        changed = np.flatnonzero((leads >= 0) != (leads[0] >= 0))
        if changed.size:
            # exp(log(x)) may leave the range by a rounding error.
            edge = float(np.clip(np.exp(brentq(lead, *path[changed[0] - 1 : changed[0] + 1])), low, high))
    there = None if edge is None else advise(curves, preset | {assumption: edge})
    return {
        "segment": population.segment,
        "assumption": assumption,
        "side": side,
        "preset_value": start,
        "low": low,
        "high": high,
        "value": np.nan if edge is None else edge,
        "best_at_preset": advise(curves, preset).guide_is_best,
        "guide_ratio": np.nan if there is None else there.guide_ratio,
        "rival_ratio": np.nan if there is None else there.rival_ratio,
    }


def guide_arithmetic(scenario: Scenario) -> pd.DataFrame:
    """Work out what a book of the guide's own figures carries: tier bounds times accounts per AE.

    With 4 strategic accounts at the threshold of 500 k€ over 3 years (D-TIER-1) an AE carries 2.0 M€ of
    potential; with 35 mid-market accounts of 100 to 500 k€ (D-TIER-2, D-COV-1), 3.5 to 17.5 M€. So by the
    guide's own figures a strategic book carries more only if its accounts are far above the threshold:
    `needed_eur` says how far.

    Parameters
    ----------
    scenario : Scenario
        Tier bounds; accounts per AE are the middle of the guide's range, where it has an upper end.

    Returns
    -------
    DataFrame
        A row a segment: ``accounts`` per AE, ``potential_low_eur`` and ``potential_high_eur`` of an account
        (NaN: no bound), ``book_low_eur`` and ``book_high_eur`` of an AE's book, ``needed_eur``: mean
        potential of an account at which the book carries as much as the richest mid-market one.

    Examples
    --------
    >>> table = guide_arithmetic(Scenario.load("base")).set_index("segment")
    >>> (table[["book_low_eur", "book_high_eur"]] / 1e6).round(1).loc["mid_market"].tolist()
    [3.5, 17.5]
    >>> (table.loc["strategic", ["book_low_eur", "needed_eur"]] / 1e6).tolist()
    [2.0, 4.375]
    """
    bounds = scenario.segmentation
    potential = {
        "strategic": (bounds.tier_1_above_eur, np.nan),
        "mid_market": (bounds.tier_2_from_eur, bounds.tier_1_above_eur),
        "smb": (0.0, bounds.tier_2_from_eur),
    }
    rows = []
    for name in TIER_SEGMENTS.values():
        low, high = getattr(scenario.breakeven, name).accounts_per_ae
        # "More than 100" has no middle.
        accounts = low if name == "smb" else (low + high) / 2
        least, most = potential[name]
        rows.append((name, accounts, least, most, accounts * least, accounts * most))
    columns = [
        "segment",
        "accounts",
        "potential_low_eur",
        "potential_high_eur",
        "book_low_eur",
        "book_high_eur",
    ]
    table = pd.DataFrame(rows, columns=columns).astype({"segment": "str"})
    richest = float(table.loc[table["segment"] == "mid_market", "book_high_eur"].iloc[0])
    return table.assign(needed_eur=richest / table["accounts"])


def _map_rows(curves: RevenueCurves, first: str, second: str) -> list[dict[str, object]]:
    population = curves.population
    points = population.scenario.breakeven.points
    axes = []
    for name in (first, second):
        low, high = population.range_of(name)
        axis = np.geomspace(low, high, points)
        axis[[0, -1]] = low, high
        axes.append(axis)
    rows = []
    for x in axes[0]:
        for y in axes[1]:
            own = advise(curves, population.preset | {first: float(x), second: float(y)})
            where = {"segment": population.segment, "first": first, "second": second}
            rows.append(where | {"first_value": x, "second_value": y} | {f: getattr(own, f) for f in _TOLD})
    return rows


def _ratios(population: Population) -> Floats:
    """Searched ratios, rising, with the ends of the guide's range and what lies a step outside."""
    settings = population.scenario.breakeven
    least, most = getattr(settings, population.segment).searched
    low, high = guide_range(population)
    grid = np.geomspace(least, most, _RATIOS)
    grid[[0, -1]] = least, most
    grid = np.concatenate([grid, [low, high, low / settings.step, high * settings.step]])
    return np.unique(grid[(grid >= least) & (grid <= most)])


def _around(flat: np.ndarray, best: int) -> tuple[int, int]:
    """First and last place of the unbroken run of True around `best`."""
    first = last = best
    while first > 0 and flat[first - 1]:
        first -= 1
    while last < flat.size - 1 and flat[last + 1]:
        last += 1
    return first, last
