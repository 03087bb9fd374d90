"""The table of measures: each with its interval, its baseline, and how the interval was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.scoring import measures_of_skill as skill
from kamsim.scoring.campaign_profit import CampaignCost, expected_maximum_profit
from kamsim.scoring.held_out import HeldOut
from kamsim.scoring.uncertainty import (
    BOOTSTRAP,
    CLUSTERED,
    DELONG,
    bootstrap,
    delong_interval,
    percentile_interval,
)

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

COVERAGE_OF_TIER = "interval_coverage_tier_"


@dataclass(frozen=True)
class Measured:
    """One measure with its interval and its baseline, NaN where there is none."""

    value: float
    low: float
    high: float
    baseline: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def by_name(table: pd.DataFrame) -> dict[str, Measured]:
    """Look measures up by name in the table that `measure_table` makes."""
    columns = (table[name].astype(float) for name in ("value", "low", "high", "baseline"))
    return dict(zip(table["measure"].astype(str), map(Measured, *columns), strict=True))


@dataclass(frozen=True)
class Beside:
    """What stands beside the predictions, for the held-out rows.

    Parameters
    ----------
    past_spend : array, optional
        The baseline "sort by past spend".
    rfm : array, optional
        The baseline "recency, frequency, monetary value": higher for better accounts.
    tier : array of str, optional
        By which interval coverage is told apart.
    clusters : array of int, optional
        Groups, drawn whole by the bootstrap.
    cost : CampaignCost, optional
        For the expected maximum profit.
    """

    past_spend: Floats | None = None
    rfm: Floats | None = None
    tier: NDArray[np.str_] | None = None
    clusters: Rows | None = None
    cost: CampaignCost | None = None


def classifier_measures(held_out: HeldOut, beside: Beside, rows: Rows) -> dict[str, float]:
    """Measure probabilities on some of the rows; names that begin with "baseline " are of the baseline."""
    y, p, base = (x[rows] for x in (held_out.happened, held_out.predicted, held_out.base))
    brier, plain_brier = skill.brier_score(y, p), skill.brier_score(y, base)
    loss, plain_loss = skill.log_loss(y, p), skill.log_loss(y, base)
    base_auc = max(0.5, skill.area_under_curve(y, base))
    # Rates that differ by segment or time rank rows; those of folds at random only seem to, the wrong way.
    base_rank = base if base_auc > 0.5 else base * 0
    found = {
        "auc": skill.area_under_curve(y, p),
        "brier": brier,
        "brier_skill": 1 - brier / max(plain_brier, skill.TINIEST),
        "log_loss": loss,
        "log_loss_skill": 1 - loss / max(plain_loss, skill.TINIEST),
        "bias_points": skill.bias_in_points(y, p),
        "calibration_slope": skill.calibration_slope(y, p),
        "calibration_error": skill.expected_calibration_error(y, p),
        "captured_top_20": skill.captured_by_top(y, p),
        "baseline auc": base_auc,
        "baseline brier": plain_brier,
        "baseline brier_skill": 0.0,
        "baseline log_loss": plain_loss,
        "baseline log_loss_skill": 0.0,
        "baseline bias_points": skill.bias_in_points(y, base),
        "baseline calibration_error": float(abs(y.mean() - base.mean())),
        "baseline captured_top_20": skill.captured_by_top(y, base_rank),
    }
    found |= {f"lift_decile_{i + 1}": x for i, x in enumerate(skill.lift_by_decile(y, p).tolist())}
    found |= {f"baseline lift_decile_{i + 1}": 1.0 for i in range(skill.DECILES)}
    if beside.past_spend is not None:
        spend = beside.past_spend[rows]
        found["value_captured_top_20"] = skill.captured_by_top(y * spend, p * spend)
        found["baseline value_captured_top_20"] = skill.captured_by_top(y * spend, spend)
    if beside.cost is not None:
        found["expected_maximum_profit"] = expected_maximum_profit(y, p, beside.cost)
        found["baseline expected_maximum_profit"] = expected_maximum_profit(y, base * 0, beside.cost)
    return found


def regressor_measures(held_out: HeldOut, beside: Beside, rows: Rows) -> dict[str, float]:
    """Measure amounts on some of the rows; names that begin with "baseline " are of the baseline."""
    y, guessed, base = (x[rows] for x in (held_out.happened, held_out.predicted, held_out.base))
    spend = beside.past_spend[rows] if beside.past_spend is not None else base * 0
    found = {
        "log_error": skill.log_error(y, guessed),
        "log_r2": skill.log_r_squared(y, guessed, base),
        "rank_correlation": skill.rank_agreement(y, guessed),
        "value_captured_top_20": skill.captured_by_top(np.maximum(y, 0), guessed),
        "total_bias": float(guessed.sum() / y.sum() - 1) if y.sum() else float("nan"),
        "baseline log_error": skill.log_error(y, base),
        "baseline log_r2": 0.0,
        "baseline rank_correlation": skill.rank_agreement(y, spend) if np.ptp(spend) > 0 else 0.0,
        "baseline value_captured_top_20": skill.captured_by_top(np.maximum(y, 0), spend),
        "baseline total_bias": float(base.sum() / y.sum() - 1) if y.sum() else float("nan"),
    }
    low, high = held_out.low[rows], held_out.high[rows]
    if np.isfinite(held_out.low).any():
        inside = (y >= low) & (y <= high)
        found["interval_coverage"] = float(inside.mean())
        for name in np.unique(beside.tier) if beside.tier is not None else ():
            here = beside.tier[rows] == name if beside.tier is not None else inside
            found[f"{COVERAGE_OF_TIER}{name}"] = float(inside[here].mean()) if here.any() else np.nan
    return found


def measure_table(
    held_out: HeldOut, beside: Beside, *, classify: bool, rng: np.random.Generator, resamples: int
) -> pd.DataFrame:
    """Measure the held-out rows, each measure with its interval.

    Parameters
    ----------
    held_out : HeldOut
    beside : Beside
    classify : bool
        Probabilities, else amounts.
    rng : Generator
        Of the bootstrap.
    resamples : int

    Returns
    -------
    DataFrame
        Columns measure, value, low, high, baseline, interval, rows: of the tier for a tier's coverage.
    """
    measures = classifier_measures if classify else regressor_measures

    def measure(rows: Rows) -> Mapping[str, float]:
        return measures(held_out, beside, rows)

    count = len(held_out.rows)
    clusters = (
        np.arange(count) if beside.clusters is None else np.unique(beside.clusters, return_inverse=True)[1]
    )
    value = measure(np.arange(count))
    draws = bootstrap(measure, clusters, rng, resamples)
    names = [name for name in value if not name.startswith("baseline ")]
    how = BOOTSTRAP if beside.clusters is None else CLUSTERED
    found = [_row(name, value, draws, how) for name in names]
    if classify and beside.clusters is None:
        low, high = delong_interval(held_out.happened, held_out.predicted)
        found[names.index("auc")] |= {"low": low, "high": high, "interval": DELONG}
    return pd.DataFrame(found).assign(rows=[_rows_of(name, beside, count) for name in names])


def _rows_of(name: str, beside: Beside, count: int) -> int:
    tier = name.removeprefix(COVERAGE_OF_TIER)
    return count if tier == name or beside.tier is None else int((beside.tier == tier).sum())


def _row(
    name: str, value: Mapping[str, float], draws: Mapping[str, Floats], how: str
) -> dict[str, float | str]:
    low, high = percentile_interval(draws[name])
    baseline = value.get(f"baseline {name}", float("nan"))
    return {
        "measure": name,
        "value": value[name],
        "low": low,
        "high": high,
        "baseline": baseline,
        "interval": how,
    }
