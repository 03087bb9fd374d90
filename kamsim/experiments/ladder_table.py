"""From what the steps of the ladder brought to its table and to euros that have a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from kamsim.allocation import ValueCurves, value_of
from kamsim.dynamics.state import Floats
from kamsim.experiments.intervals import Interval, mean_interval
from kamsim.experiments.ladder_plans import HABITS, NAMES, Rung, status_quo_name
from kamsim.experiments.ladder_rules import LadderRules

EUROS = {
    "heuristic_gap": (5, 4),
    "scoring_error": (6, 5),
    "disruption_cap": (7, 6),
    "travel_and_skills": (8, 7),
    "capacity": (9, 8),
    "luck": (10, 9),
}
"""By name, the step and the one that it is held against."""


def ladder_table(
    rungs: Sequence[Rung],
    values: pd.DataFrame,
    curves: Sequence[tuple[ValueCurves, ValueCurves]],
    reference: str,
    confidence: float,
) -> pd.DataFrame:
    """Lay out the table of the ladder.

    Parameters
    ----------
    rungs : sequence of Rung
        Steps 1 to 9 in order.
    values : DataFrame
        Contribution by cluster, a column a name.
    curves : sequence of pair of ValueCurves
        Of each witness: true curves, and the same on fresh luck.
    reference : str
        The row of step 1 that step 2 is compared with.
    confidence : float

    Returns
    -------
    DataFrame
        LADDER, unchecked.
    """
    believed = next(rung for rung in rungs if rung.step == 5).made[0].problem.curves
    rows, before = [], ""
    for rung in rungs:
        row: dict[str, Any] = {"step": rung.step, "name": rung.name} | _worth(rung, believed, curves)
        rows.append(row | _played(values, rung.name, "" if rung.step == 1 else before, confidence))
        before = reference if rung.step == 1 else rung.name
    unknown = dict.fromkeys(
        ("aes", "accounts_moved", "believed_eur", "true_eur", "fresh_eur", "bound_eur"), np.nan
    )
    rows.append({"step": 10, "name": NAMES[10]} | unknown | _played(values, NAMES[10], before, confidence))
    return pd.DataFrame(rows).astype({"name": "str"})


def _worth(
    rung: Rung, believed: ValueCurves, curves: Sequence[tuple[ValueCurves, ValueCurves]]
) -> dict[str, float]:
    """Value the plan, or the mean of the plans, of a step by all curves."""

    def by(which: ValueCurves, witness: int) -> float:
        made = rung.of(witness)
        return value_of(replace(made.problem, curves=which), made.plan)

    places = range(len(curves))
    all_made = [rung.of(place) for place in places]
    return {
        "aes": float(np.mean([made.aes for made in all_made])),
        "accounts_moved": float(np.mean([made.problem.moved(made.plan.owner).sum() for made in all_made])),
        "believed_eur": float(np.mean([by(believed, place) for place in places])),
        "true_eur": float(np.mean([by(curves[place][0], place) for place in places])),
        "fresh_eur": float(np.mean([by(curves[place][1], place) for place in places])),
        "bound_eur": float(np.mean([made.bound for made in all_made])),
    }


def _played(values: pd.DataFrame, name: str, before: str, confidence: float) -> dict[str, float]:
    """Contribution, its difference from the step before, and the regret to step 6, each with its ends."""
    own = values[name].to_numpy()
    row = _interval("contribution", own, confidence)
    nothing = np.full(own.size, np.nan)
    row |= _interval("difference", own - values[before].to_numpy() if before else nothing, confidence)
    row |= _interval("regret", values[NAMES[6]].to_numpy() - own, confidence)
    return row | {"count": int(np.isfinite(own).sum())}


def _interval(name: str, values: Floats, confidence: float) -> dict[str, float]:
    found = mean_interval(values, confidence)
    ends = {"": found.mean, "_low": found.low, "_high": found.high}
    return {f"{name}{end}_eur": value if np.isfinite(value) else np.nan for end, value in ends.items()}


def _difference(more: Floats, less: Floats, confidence: float) -> dict[str, float]:
    named = _interval("", more - less, confidence)
    return {"eur": named["_eur"], "low_eur": named["_low_eur"], "high_eur": named["_high_eur"]}


def euros_of(values: pd.DataFrame, rules: LadderRules, confidence: float) -> pd.DataFrame:
    """Name the differences between steps.

    Parameters
    ----------
    values : DataFrame
        Contribution by cluster, a column a name.
    rules : LadderRules
    confidence : float

    Returns
    -------
    DataFrame
        name, eur, low_eur, high_eur, count, and remark: "assumed_cap" or "no_limits" where nothing of the
        kind was in force; else missing.
    """
    remarks = {
        "disruption_cap": None if rules.assumed_cap is None else "assumed_cap",
        "travel_and_skills": None if rules.limits_bind else "no_limits",
    }
    rows: list[dict[str, Any]] = []
    for name, (upper, lower) in EUROS.items():
        pair = values[NAMES[upper]].to_numpy(), values[NAMES[lower]].to_numpy()
        known = int(np.isfinite(pair[0] - pair[1]).sum())
        named: dict[str, Any] = {"name": name, **_difference(*pair, confidence)}
        rows.append(named | {"count": known, "remark": remarks.get(name)})
    return pd.DataFrame(rows).astype({"name": "str", "remark": "str"})


def gain_of(values: pd.DataFrame, reference: str, confidence: float) -> dict[str, float]:
    """Hold the best size and allocation against the status quo, as E-OPT-1 does.

    Parameters
    ----------
    values : DataFrame
        Contribution by cluster, a column a name.
    reference : str
        The status quo.
    confidence : float

    Returns
    -------
    dict of str to float
        gain with its ends gain_low and gain_high, step 9 over the status quo as a share of what the status
        quo brings; from_allocation with its ends, the part of it that step 8 brings with the team there is.
        Both are ratios of means, with intervals by linearisation (Cochran 1977, Sampling Techniques, 6.4).
        All NaN where the status quo brings nothing after its team's cost, or there is no gain to take a part
        of.
    """
    now, best, same_team = (values[name].to_numpy() for name in (reference, NAMES[9], NAMES[8]))
    known = np.isfinite(best - now)
    pairs = {"gain": (best - now, now), "from_allocation": (same_team - now, best - now)}
    if not all(float(below[known].mean()) > 0 for _, below in pairs.values()):
        names = [f"{name}{end}" for name in pairs for end in ("", "_low", "_high")]
        return dict.fromkeys(names, float("nan"))
    found: dict[str, float] = {}
    for name, (above, below) in pairs.items():
        ratio = _ratio(above[known], below[known], confidence)
        found |= {name: ratio.mean, f"{name}_low": ratio.low, f"{name}_high": ratio.high}
    return found


def _ratio(above: Floats, below: Floats, confidence: float) -> Interval:
    """Ratio of two means of the same replications, with its interval."""
    ratio, level = float(above.mean() / below.mean()), float(below.mean())
    left = mean_interval((above - ratio * below) / level, confidence)
    return Interval(ratio, ratio + left.low, ratio + left.high)


def habits_of(values: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Hold the guide's ratios against the status quo of each habit.

    Parameters
    ----------
    values : DataFrame
        Contribution by cluster, a column a name.
    confidence : float

    Returns
    -------
    DataFrame
        habit, eur, low_eur, high_eur.
    """
    guide = values[NAMES[2]].to_numpy()
    rows = [
        {"habit": habit} | _difference(guide, values[status_quo_name(habit)].to_numpy(), confidence)
        for habit in HABITS
    ]
    return pd.DataFrame(rows).astype({"habit": "str"})
