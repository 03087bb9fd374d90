"""The model beside simple rules, on the same rows: past spend; RFM; everybody contacted, or nobody."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

from kamsim.scoring import measures_of_skill as skill
from kamsim.scoring.campaign_profit import expected_maximum_profit
from kamsim.scoring.held_out import HeldOut
from kamsim.scoring.measured import Beside
from kamsim.scoring.uncertainty import (
    BOOTSTRAP,
    CLUSTERED,
    DELONG,
    LEVEL,
    bootstrap,
    delong_error,
    percentile_interval,
)

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

PAST_SPEND, RFM, ALL_OR_NONE = "past spend", "rfm", "everybody or nobody"
CAPTURED, PROFIT = "value_captured_top_20", "expected_maximum_profit"
COLUMNS = ["measure", "baseline", "value", "lead", "low", "high", "interval"]


def compare_baselines(
    held_out: HeldOut, beside: Beside, *, classify: bool, rng: np.random.Generator, resamples: int
) -> pd.DataFrame:
    """Measure what past spend and RFM rank, and how far the model is ahead of them on the same rows.

    Parameters
    ----------
    held_out : HeldOut
    beside : Beside
        With `past_spend`, `rfm`, `cost`, or none of them.
    classify : bool
        Whether an event is ranked, else amounts.
    rng : Generator
        Of the bootstrap.
    resamples : int

    Returns
    -------
    DataFrame
        Columns measure, baseline, value (the baseline's), lead (the model's less the baseline's), low, high
        (of the lead), interval. Empty where no baseline is given.

    Notes
    -----
    An event may be of the best accounts (they buy again) or of the worst (they leave): a baseline ranks it
    the way round that tells more of these rows, which is in the baseline's favour. For captured value, past
    spend alone ranks by amount, as "sort by past spend" does; RFM's rank multiplies it, as a model's
    probability does.
    """
    rankings = _rankings(held_out, beside, classify)
    if not rankings and (beside.cost is None or not classify):
        return pd.DataFrame(columns=COLUMNS)

    def measure(rows: Rows) -> Mapping[str, float]:
        return _measure(held_out, beside, rankings, rows, classify)

    count = len(held_out.rows)
    clusters = (
        np.arange(count) if beside.clusters is None else np.unique(beside.clusters, return_inverse=True)[1]
    )
    value = measure(np.arange(count))
    draws = bootstrap(measure, clusters, rng, resamples)
    found = []
    for key in (key for key in value if " of " in key):
        name, baseline = key.split(" of ")
        low, high = percentile_interval(draws[name] - draws[key])
        lead, how = value[name] - value[key], BOOTSTRAP if beside.clusters is None else CLUSTERED
        if name == "auc" and beside.clusters is None:
            reach = float(norm.ppf((1 + LEVEL) / 2)) * delong_error(
                held_out.happened, held_out.predicted, rankings[baseline]
            )
            low, high, how = lead - reach, lead + reach, DELONG
        found.append((name, baseline, value[key], lead, low, high, how))
    return pd.DataFrame(found, columns=COLUMNS)


def _rankings(held_out: HeldOut, beside: Beside, classify: bool) -> dict[str, Floats]:
    given = {PAST_SPEND: beside.past_spend, RFM: beside.rfm}
    rankings = {name: scores for name, scores in given.items() if scores is not None}
    if not classify:
        return rankings
    told = {name: skill.area_under_curve(held_out.happened, scores) for name, scores in rankings.items()}
    return {name: -scores if told[name] < 0.5 else scores for name, scores in rankings.items()}


def _measure(
    held_out: HeldOut, beside: Beside, rankings: Mapping[str, Floats], rows: Rows, classify: bool
) -> dict[str, float]:
    """Measure model and baselines on some of the rows; names with " of " are of a baseline."""
    y, guessed = held_out.happened[rows], held_out.predicted[rows]
    scores = {name: ranking[rows] for name, ranking in rankings.items()}
    rank = skill.area_under_curve if classify else skill.rank_agreement
    name = "auc" if classify else "rank_correlation"
    found = {name: rank(y, guessed)} | {f"{name} of {b}": rank(y, score) for b, score in scores.items()}
    if not classify:
        value, ranked = np.maximum(y, 0), {"": guessed, **scores}
        return found | _captured(value, ranked)
    if beside.cost is not None:
        found[PROFIT] = expected_maximum_profit(y, guessed, beside.cost)
        found[f"{PROFIT} of {ALL_OR_NONE}"] = expected_maximum_profit(y, 0 * y, beside.cost)
    if beside.past_spend is not None:
        spend = beside.past_spend[rows]
        value, ranked = y * spend, {"": guessed * spend, PAST_SPEND: spend}
        if RFM in scores:
            ranked[RFM] = rankdata(scores[RFM]) * spend
        found |= _captured(value, ranked)
    return found


def _captured(value: Floats, ranked: Mapping[str, Floats]) -> dict[str, float]:
    captured = {b: skill.captured_by_top(value, score) for b, score in ranked.items()}
    return {f"{CAPTURED} of {b}" if b else CAPTURED: x for b, x in captured.items()}
