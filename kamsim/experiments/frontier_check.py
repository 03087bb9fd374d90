"""Checks a frontier: its two ratios are played on both sides of it, in pairs, and the sign must change.

The map's curves are interpolated, scaled by arithmetic and share their luck. Here nothing is: each assumption
is turned in the accounts or the model themselves, the two ratios are played for themselves, and the luck is
another.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from kamsim.experiments.assumptions import Values
from kamsim.experiments.breakeven import BreakEven
from kamsim.experiments.paired import Interval, paired_interval
from kamsim.experiments.population import CHECKING, Population
from kamsim.schemas import BREAKEVEN_CHECK, check

_PLACES = 9
"""Values between a frontier and the end of the distance."""


def check_frontier(result: BreakEven, replications: int | None = None) -> pd.DataFrame:
    """Play both sides of every frontier that was found.

    Parameters
    ----------
    result : BreakEven
    replications : int, optional
        Paired runs; `scenario.experiment.replications` if not given. Where the truth is not known they are
        spread over the draws, and the interval is over draws.

    Returns
    -------
    DataFrame
        BREAKEVEN_CHECK, two rows a frontier, before it and beyond it: at most a share
        `breakeven.check_distance` of its value away, not past the preset and not out of the range.
    """
    population = result.population
    wanted = population.scenario.experiment.replications if replications is None else replications
    rows = [
        row
        for frontier in result.edges.dropna(subset="value").to_dict("records")
        for row in _both_sides(result, frontier, wanted)
    ]
    if not rows:
        return BREAKEVEN_CHECK.empty()
    texts = dict.fromkeys(("segment", "assumption", "side", "at"), "str")
    return check(pd.DataFrame(rows).astype(texts), BREAKEVEN_CHECK)


def lead_of(
    population: Population,
    guide_ratio: float,
    rival_ratio: float,
    values: Values,
    replications: int,
    luck: str = CHECKING,
) -> Interval:
    """Play two ratios under the same luck and return the first's lead in contribution, EUR.

    Parameters
    ----------
    population : Population
    guide_ratio, rival_ratio : float
        Accounts per AE.
    values : mapping of str to float
        Of every assumption.
    replications : int
    luck : str
        Name of the stream.
    """
    ratios = np.array([guide_ratio, rival_ratio])
    own, other = population.contributions(ratios, values, replications, luck)
    confidence = population.scenario.experiment.confidence
    return paired_interval(own, other, population.clusters(replications), confidence)


def _both_sides(result: BreakEven, frontier: dict[Any, Any], replications: int) -> Iterator[dict[str, Any]]:
    population, name = result.population, frontier["assumption"]
    ratios = frontier["guide_ratio"], frontier["rival_ratio"]
    sides = []
    for at, value in _places(result, frontier).items():
        values = population.preset | {name: value}
        foreseen = result.curves.contribution(np.array(ratios), values)
        sides.append((at, value, foreseen, lead_of(population, *ratios, values, replications)))
    changes = sides[0][3].mean * sides[1][3].mean < 0
    for at, value, foreseen, lead in sides:
        known = np.isfinite(lead.low)
        yield {
            "segment": population.segment,
            "assumption": name,
            "side": frontier["side"],
            "at": at,
            "value": value,
            "guide_ratio": ratios[0],
            "rival_ratio": ratios[1],
            "foreseen_eur": float(foreseen[0] - foreseen[1]),
            "lead_eur": lead.mean,
            "lead_low_eur": lead.low if known else np.nan,
            "lead_high_eur": lead.high if known else np.nan,
            "replications": population.lanes(replications)[0].size,
            "sign_changes": bool(changes),
            "is_sure": bool(known and lead.low * lead.high > 0),
        }


def _places(result: BreakEven, frontier: dict[Any, Any]) -> dict[str, float]:
    """Choose where a frontier is checked: not past the preset, and not out of the range.

    Within the distance, each side is looked at where the map foresees the clearest lead of its sign: where
    the guide is best in a thin band only, the far side of the band would have the sign of the near one.
    """
    population, edge, preset = result.population, frontier["value"], frontier["preset_value"]
    distance = population.scenario.breakeven.check_distance
    ends = {"before": preset, "beyond": frontier["high" if frontier["side"] == "above" else "low"]}
    ratios = np.array([frontier["guide_ratio"], frontier["rival_ratio"]])
    sign = 1.0 if frontier["best_at_preset"] else -1.0
    places = {}
    for at, end in ends.items():
        last = float(np.clip(end, edge * (1 - distance), edge * (1 + distance)))
        values = np.linspace(edge, last, _PLACES)[1:]
        leads = []
        for value in values:
            own, other = result.curves.contribution(
                ratios, population.preset | {frontier["assumption"]: float(value)}
            )
            leads.append(own - other)
        clearest = np.argmax(sign * np.array(leads) * (1 if at == "before" else -1))
        places[at] = float(values[clearest])
    return places
