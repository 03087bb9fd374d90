"""The comparison of policies, and the assessment of the scores, as tables of texts."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.finding import baseline_of


def comparison_order(comparison: pd.DataFrame) -> list[str]:
    """Order the policies by their difference in contribution from the baseline, highest first."""
    order = comparison.sort_values(["contribution_difference_eur", "policy"], ascending=[False, True])
    return [str(policy) for policy in order["policy"]]


def comparison_table(
    comparison: pd.DataFrame,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
    *,
    months: int = 36,
    confidence: float = 0.95,
) -> pd.DataFrame:
    r"""Write a comparison as texts for readers, highest contribution first.

    Parameters
    ----------
    comparison : DataFrame
        `COMPARISON`.
    locale : Locale
    currency : str
        ISO code.
    months : int
        Horizon.
    confidence : float
        Confidence of the intervals in `comparison`.

    Returns
    -------
    DataFrame
        One row a policy; policy, revenue, NRR, logo retention, load spread, differences of revenue (with
        interval) and of contribution from the baseline, accounts moved, proven gap. Columns carry their
        heading. The baseline's differences are a dash.

    Examples
    --------
    >>> from kamsim.schemas import COMPARISON
    >>> two = pd.DataFrame({c: [0.0, 2e6] for c in COMPARISON.columns})
    >>> two = two.assign(policy=["status_quo", "balanced"], is_baseline=[True, False])
    >>> table = comparison_table(two, Locale("fr"))
    >>> table["Politique"].tolist(), table["Contribution, écart"].tolist()
    (['Charge équilibrée', 'Statu quo'], ['+2,0\xa0M€', '–'])
    """
    heading = {
        name: locale.text(
            f"comparison.{name}",
            months=locale.number(months),
            baseline=locale.policy(baseline_of(comparison)),
            confidence=locale.confidence(confidence),
        )
        for name in (
            "policy", "revenue", "nrr", "logo_retention", "workload", "difference",
            "contribution_difference", "moved", "gap",
        )
    }  # fmt: skip
    rows = comparison.set_index("policy").loc[comparison_order(comparison)].reset_index()
    largest = _largest(rows)
    texts = [_row_texts(row, locale, currency, largest) for row in rows.to_dict("records")]
    return pd.DataFrame(texts, columns=list(heading)).rename(columns=heading).astype("str")


def _largest(rows: pd.DataFrame) -> float:
    """Return the largest difference of a comparison: its unit is the unit of them all."""
    return float(rows[["difference_eur", "contribution_difference_eur"]].abs().to_numpy().max())


def _row_texts(row: dict[Hashable, Any], locale: Locale, currency: str, largest: float) -> dict[str, str]:
    difference = contribution = locale.text("format.missing")
    if not row["is_baseline"]:
        interval = row["difference_eur"], row["difference_low_eur"], row["difference_high_eur"]
        difference = locale.money_interval(*interval, currency, like=largest)
        contribution = locale.money(
            row["contribution_difference_eur"], currency, compact=True, signed=True, like=largest
        )
    return {
        "policy": locale.policy(row["policy"]),
        "revenue": locale.money(row["revenue_eur"], currency, compact=True),
        "nrr": locale.percent(row["nrr"]),
        "logo_retention": locale.percent(row["logo_retention"]),
        "workload": locale.percent(row["workload_cv"], 0),
        "difference": difference,
        "contribution_difference": contribution,
        "moved": locale.number(row["accounts_moved"]),
        "gap": locale.percent(row["gap"], 2),
    }


HEADLINES = {
    "churn": ("auc", "brier_skill", "bias_points", "calibration_slope", "value_captured_top_20"),
    "potential": (
        "log_error", "rank_correlation", "value_captured_top_20", "total_bias", "interval_coverage",
        "pinball_loss", "share_above",
    ),
}  # fmt: skip
"""Measures that a reader meets first; the others stand in ASSESSMENT."""


def assessment_table(assessment: pd.DataFrame, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write how good the scores are as texts for readers, each measure beside its baseline.

    Parameters
    ----------
    assessment : DataFrame
        `ASSESSMENT`.
    locale : Locale

    Returns
    -------
    DataFrame
        One row a model and headline measure: model, measure, the model's value with its 95 % interval, the
        baseline's, held-out rows.

    Examples
    --------
    >>> one = pd.DataFrame({"model": ["churn"], "measure": ["auc"], "value": [0.7], "baseline": [0.5]})
    >>> assessment_table(one.assign(low=0.6, high=0.8, rows=900)).iloc[0].tolist()[1:]
    ['AUC (0.5 = by chance, 1 = perfect)', '0.700 (0.600 to 0.800)', '0.500', '900']
    """
    heads = [locale.text(f"scores.{name}") for name in ("model", "measure", "value", "baseline", "rows")]
    wanted = [row for row in assessment.to_dict("records") if row["measure"] in HEADLINES[row["model"]]]
    rows = [
        (
            locale.label("model", row["model"]),
            locale.label("measure", row["measure"]),
            _with_interval(row, locale),
            locale.number(row["baseline"], 3),
            locale.number(row["rows"]),
        )
        for row in sorted(wanted, key=_place)
    ]
    return pd.DataFrame(rows, columns=heads).astype("str")


def verdict_texts(verdicts: Mapping[str, str], locale: Locale = ENGLISH) -> list[str]:
    """Say what the checks of the scores came to, a sentence a model.

    Parameters
    ----------
    verdicts : mapping of str to str
        By model, "churn" or "potential": "useful", "no signal" or "suspected leak".
    locale : Locale

    Returns
    -------
    list of str

    Examples
    --------
    >>> verdict_texts({"churn": "useful"})
    ['Churn within 12 months: useful. It beats the baselines beside it beyond noise.']
    """
    return [
        locale.text(f"score_verdict.{verdict.replace(' ', '_')}", model=locale.label("model", model))
        for model, verdict in verdicts.items()
    ]


def _place(row: dict[Hashable, Any]) -> tuple[str, int]:
    return row["model"], HEADLINES[row["model"]].index(row["measure"])


def _with_interval(row: dict[Hashable, Any], locale: Locale) -> str:
    if np.isnan(row["low"]):
        return locale.number(row["value"], 3)
    middle, low, high = (locale.number(row[name], 3) for name in ("value", "low", "high"))
    return locale.text("format.interval", middle=middle, low=low, high=high)
