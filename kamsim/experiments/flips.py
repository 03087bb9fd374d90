"""The decision-flip map: for each recommendation and assumption, the nearest value that would flip it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamsim.errors import ConfigError
from kamsim.experiments.paired import Interval
from kamsim.experiments.recommendations import Recommendation
from kamsim.experiments.sensitivity import Input, Model
from kamsim.schemas import FLIPS, check

Progress = Callable[[int, int], None]
"""Called with the assumptions looked at and those there are."""

_STEPS, _HALVINGS = 6, 6
"""Values between base and an end at which a flip is looked for, and halvings once there is one."""


@dataclass(frozen=True, eq=False)
class FlipResult:
    """What would flip each recommendation.

    Attributes
    ----------
    table : DataFrame
        FLIPS.
    """

    table: pd.DataFrame

    def frame(self) -> pd.DataFrame:
        """Return FLIPS."""
        return self.table

    def summary(self) -> str:
        """Name the nearest flip of each recommendation in one line."""
        parts = []
        for name, rows in self.table.groupby("recommendation", sort=True):
            known = rows.dropna(subset="flip")
            if known.empty:
                parts.append(f"{name}: nothing flips it")
                continue
            near = known.nsmallest(1, "distance").to_dict("records")[0]
            parts.append(f"{name}: {near['assumption']} at {near['flip']:.3g} (preset {near['base']:.3g})")
        return "; ".join(parts)


def decision_flips(
    recommendations: Sequence[Recommendation],
    *,
    replications: int | None = None,
    progress: Progress | None = None,
) -> FlipResult:
    """Find the nearest value of each assumption at which each recommendation flips, the others as preset.

    The lead is walked from the preset to both ends of the plausible range in a few steps, even in the
    logarithm, and halved in where its sign changes. All leads are played under the same luck, so that the
    lead is a smooth function of the assumption but for that one draw of luck. Two flips between neighbouring
    steps are not seen.

    Parameters
    ----------
    recommendations : sequence of Recommendation
    replications : int, optional
        Paired runs behind each lead; `breakeven.flip_replications` if not given.
    progress : callable, optional

    Returns
    -------
    FlipResult

    Raises
    ------
    ConfigError
        Without a recommendation.
    """
    if not recommendations:
        raise ConfigError("a decision-flip map wants a recommendation, got none")
    wanted = sum(len(r.assumptions) for r in recommendations)
    rows: list[dict[str, object]] = []
    for each in recommendations:
        runs = replications or each.population.scenario.breakeven.flip_replications
        base = each.lead({}, runs)
        for name in each.assumptions:
            rows.append(_row(each, name, base, runs))
            if progress is not None:
                progress(len(rows), wanted)
    texts = dict.fromkeys(("recommendation", "assumption"), "str")
    return FlipResult(check(pd.DataFrame(rows).astype(texts), FLIPS))


def lead_model(recommendation: Recommendation, replications: int | None = None) -> tuple[Model, list[Input]]:
    """Make a recommendation's mean lead a model for `screen` and `decompose`, with its inputs.

    Parameters
    ----------
    recommendation : Recommendation
    replications : int, optional
        Paired runs behind each lead; `breakeven.flip_replications` if not given.
    """
    people = recommendation.population
    runs = replications or people.scenario.breakeven.flip_replications
    inputs = [Input(name, *people.range_of(name), logarithmic=True) for name in recommendation.assumptions]
    return lambda values: recommendation.lead(values, runs).mean, inputs


def _row(each: Recommendation, name: str, base: Interval, replications: int) -> dict[str, object]:
    people = each.population
    start, (low, high) = people.preset[name], people.range_of(name)

    def lead(value: float) -> float:
        return base.mean if value == start else each.lead({name: value}, replications).mean

    found, ends = [], {}
    for end in (low, high):
        flip, ends[end] = _walk(lead, start, end)
        if flip is not None:
            found.append(flip)
    width = np.log(high / low)
    flip = min(found, key=lambda value: abs(np.log(value / start)), default=float("nan"))
    known = np.isfinite(base.low)
    return {
        "recommendation": each.name,
        "assumption": name,
        "base": start,
        "low": low,
        "high": high,
        "flip": flip,
        "distance": min(1.0, float(abs(np.log(flip / start)) / width)) if found else float("nan"),
        "lead_eur": base.mean,
        "lead_low_eur": base.low if known else np.nan,
        "lead_high_eur": base.high if known else np.nan,
        "at_low_eur": ends[low],
        "at_high_eur": ends[high],
        "replications": people.lanes(replications)[0].size,
    }


def _walk(lead: Callable[[float], float], start: float, end: float) -> tuple[float | None, float]:
    """Walk from the preset to an end: the nearest value of a flip, or None, and the lead at the end."""
    if start == end:
        return None, lead(start)
    path = np.geomspace(start, end, _STEPS + 1)
    path[[0, -1]] = start, end
    leads = [lead(float(value)) for value in path]
    signs = np.sign(leads)
    changed = np.flatnonzero(signs != signs[0])
    if not changed.size:
        return None, leads[-1]
    near, far = path[changed[0] - 1], path[changed[0]]
    for _ in range(_HALVINGS):
        middle = float(np.sqrt(near * far))
        if np.sign(lead(middle)) == signs[0]:
            near = middle
        else:
            far = middle
    return float(np.clip(np.sqrt(near * far), min(start, end), max(start, end))), leads[-1]
