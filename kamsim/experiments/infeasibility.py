"""Searches the knobs for targets that are out of band: what cannot be reached is shown, not asserted.

First the box of knobs is filled evenly (a Latin hypercube), then ever smaller boxes around the best point
so far. A target that stays out was "not reached inside these ranges in N tries": no proof, but a statement
that anybody can repeat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import annotated_types
import numpy as np
import pandas as pd
from scipy.stats import qmc

from kamsim.config import Scenario, figures
from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError, unknown_name
from kamsim.experiments.targets import TARGETS
from kamsim.experiments.validation import collect, distances
from kamsim.settings import Settings
from kamsim.streams import stream

Probe = Callable[[Scenario], Mapping[str, float]]
"""Measures targets at one point."""
Progress = Callable[[int, int], None]

EVENLY = 0.5
"""Share of the budget that fills the box before the search closes in."""
ROUND = 8
"""Points of one round of closing in; each round halves the box."""
BEYOND_ANY = 10.0
"""Distance, in widths of a band, that is counted for a target that cannot be measured at a point."""


@dataclass(frozen=True)
class Reached:
    """How near one target came to its band.

    Attributes
    ----------
    target : str
    band : tuple of float
    start, nearest : float
        Value at the scenario as it stands, and the nearest to the band in all tries.
    inside : bool
        Some try was in band.
    lost : tuple of str
        Targets in band as the scenario stands that were out of band at the nearest try.
    """

    target: str
    band: tuple[float, float]
    start: float
    nearest: float
    inside: bool
    lost: tuple[str, ...]

    @property
    def was_inside(self) -> bool:
        """In band as the scenario stands."""
        return self.band[0] <= self.start <= self.band[1]


@dataclass(frozen=True, eq=False)
class SearchResult:
    """What a search found.

    Attributes
    ----------
    points : DataFrame
        A row a try, the scenario as it stands first: knobs, then targets.
    knobs : dict of str to tuple
        The ranges searched.
    targets : tuple of Reached
    best : dict of str to float
        Knobs of the try with the smallest total distance to all bands.
    still_out : tuple of str
        Targets out of band at that try.
    """

    points: pd.DataFrame
    knobs: dict[str, tuple[float, float]]
    targets: tuple[Reached, ...]
    best: dict[str, float]
    still_out: tuple[str, ...]

    @property
    def tries(self) -> int:
        """Points measured."""
        return len(self.points)

    def frame(self) -> pd.DataFrame:
        """Return a copy of the points."""
        return self.points.copy()

    def summary(self) -> str:
        """Say in one line what was not reached."""
        never = [r.target for r in self.targets if not r.inside]
        text = f"not reached inside these ranges in {self.tries} tries: {', '.join(never)}"
        return (
            text
            if never
            else f"each of {len(self.targets)} targets was in band in some of {self.tries} tries"
        )


def search(
    scenario: Scenario,
    targets: Sequence[str],
    knobs: Mapping[str, tuple[float, float]] | None = None,
    budget: int = 48,
    *,
    probe: Probe | None = None,
    progress: Progress | None = None,
) -> SearchResult:
    """Search the knobs for a point at which the targets are in band.

    Parameters
    ----------
    scenario : Scenario
    targets : sequence of str
        Names of `TARGETS` with a band. Targets that should not be lost on the way belong in the list.
    knobs : mapping of str to tuple, optional
        Range of each knob, `scenario.validation.knobs` if not given; narrowed to what the setting allows.
    budget : int
        Points to measure, the scenario as it stands included.
    probe : callable, optional
        Measures the targets of a scenario; by default over `scenario.validation.search_accounts` accounts,
        the same seeds at every point.
    progress : callable, optional

    Returns
    -------
    SearchResult

    Raises
    ------
    ConfigError
        For an unknown knob or target, a target without a band, an empty range, or a budget below 1.
    """
    ranges = _ranges(dict(scenario.validation.knobs if knobs is None else knobs))
    bands = _bands(scenario, targets)
    if budget < 1:
        raise ConfigError(f"budget of a search must be 1 or more, got {budget}")
    probe = probe or probe_of(tuple(bands))
    walk = _Walk(scenario, ranges, tuple(bands), probe)
    walk.measure(walk.start)
    while len(walk.points) < budget:
        for point in walk.propose(budget):
            walk.measure(point)
            if progress is not None:
                progress(len(walk.points), budget)
    return walk.result(bands)


def probe_of(targets: Sequence[str]) -> Probe:
    """Measure targets over the accounts that a search pools for each point."""

    def probe(scenario: Scenario) -> dict[str, float]:
        evidence, _ = collect(scenario, None, None, scenario.validation.search_accounts)
        builds = {name: TARGETS[name].build for name in targets}
        return {name: build(scenario)(evidence) for name, build in builds.items() if build is not None}

    return probe


class _Walk:
    """The tries so far, and where to try next."""

    def __init__(
        self,
        scenario: Scenario,
        ranges: dict[str, tuple[float, float]],
        targets: tuple[str, ...],
        probe: Probe,
    ) -> None:
        self.scenario, self.ranges, self.targets, self.probe = scenario, ranges, targets, probe
        self.low, self.high = np.array(list(ranges.values())).T
        self.start = np.array([_value(scenario, key) for key in ranges])
        self.points: list[Floats] = []
        self.values: list[dict[str, float]] = []
        self.losses: list[float] = []
        self.rounds = 0

    def measure(self, point: Floats) -> None:
        knobs = {key: _as_declared(self.scenario, key, x) for key, x in zip(self.ranges, point, strict=True)}
        there = self.scenario if not self.points else self.scenario.override(knobs)
        found = self.probe(there)
        values = {name: float(found.get(name, np.nan)) for name in self.targets}
        away = np.minimum(list(distances(values, self.scenario).values()), BEYOND_ANY)
        self.points.append(point)
        self.values.append(values)
        self.losses.append(float((away**2).sum()))

    def propose(self, budget: int) -> Floats:
        """Even points first; then a smaller box around the best point, halved from round to round."""
        left = budget - len(self.points)
        evenly = round(EVENLY * (budget - 1)) - (len(self.points) - 1)
        count = min(left, evenly if evenly > 0 else ROUND)
        rng = stream(self.scenario.seed, "search", self.rounds)
        numbers = qmc.LatinHypercube(len(self.ranges), rng=rng).random(count)
        low, high = self.low, self.high
        if evenly <= 0:
            half = (high - low) / 2 ** (1 + self.rounds)
            best = np.clip(self.points[int(np.argmin(self.losses))], low, high)
            low, high = np.maximum(low, best - half), np.minimum(high, best + half)
        self.rounds += 1
        return np.asarray(low + numbers * (high - low))

    def result(self, bands: dict[str, tuple[float, float]]) -> SearchResult:
        """Put together what was found."""
        names = list(bands)
        away = np.array([[distances(v, self.scenario)[name] for name in names] for v in self.values])
        reached = []
        for place, name in enumerate(names):
            near = int(away[:, place].argmin())
            lost = tuple(o for k, o in enumerate(names) if away[0, k] == 0 < away[near, k])
            start, nearest = self.values[0][name], self.values[near][name]
            reached.append(Reached(name, bands[name], start, nearest, bool(away[near, place] == 0), lost))
        best = int(np.argmin(self.losses))
        still_out = tuple(name for k, name in enumerate(names) if away[best, k] > 0)
        knobs = dict(zip(self.ranges, self.points[best].tolist(), strict=True))
        columns = [pd.DataFrame(self.points, columns=list(self.ranges)), pd.DataFrame(self.values)]
        return SearchResult(pd.concat(columns, axis=1), self.ranges, tuple(reached), knobs, still_out)


def _bands(scenario: Scenario, targets: Sequence[str]) -> dict[str, tuple[float, float]]:
    bands = {}
    for name in targets:
        if name not in TARGETS:
            raise ConfigError(unknown_name("target", name, TARGETS))
        band = TARGETS[name].bounds(scenario)
        if band is None:
            raise ConfigError(f"target {name!r} has no band to search for")
        bands[name] = band
    return bands


def _ranges(knobs: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Narrow each range to what the setting declares."""
    known = [key for key, _, _ in figures()]
    ranges = {}
    for key, (low, high) in knobs.items():
        if key not in known:
            raise ConfigError(unknown_name("knob", key, known))
        least, most = declared_range(key)
        ranges[key] = (max(low, least), min(high, most))
        if ranges[key][0] > ranges[key][1]:
            raise ConfigError(f"knob {key} must lie in {least:g} to {most:g}, got {low:g} to {high:g}")
    return ranges


def declared_range(key: str) -> tuple[float, float]:
    """Lowest and highest value that a setting declares; infinite where it has no bound.

    Examples
    --------
    >>> declared_range("dynamics.strategic.churn_mean")
    (0.0, 1.0)
    """
    settings: type[Settings] = Scenario
    *path, last = key.split(".")
    for part in path:
        settings = settings.model_fields[part].annotation  # type: ignore[assignment]
    low, high = -np.inf, np.inf
    for rule in settings.model_fields[last].metadata:
        if isinstance(rule, annotated_types.Ge | annotated_types.Gt):
            low = float(rule.ge if isinstance(rule, annotated_types.Ge) else rule.gt)  # type: ignore[arg-type]
        if isinstance(rule, annotated_types.Le | annotated_types.Lt):
            high = float(rule.le if isinstance(rule, annotated_types.Le) else rule.lt)  # type: ignore[arg-type]
    return low, high


def _value(scenario: Scenario, key: str) -> float:
    value: object = scenario
    for part in key.split("."):
        value = getattr(value, part)
    return float(value)  # type: ignore[arg-type]


def _as_declared(scenario: Scenario, key: str, x: float) -> float | int:
    """A whole number where the setting is one."""
    value: object = scenario
    for part in key.split("."):
        value = getattr(value, part)
    return round(float(x)) if isinstance(value, int) else float(x)
