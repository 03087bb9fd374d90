"""The finding: which policy comes first, by how much, and whether that is more than noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.errors import SchemaError
from kamsim.experiments.paired import paired_interval
from kamsim.locale import ENGLISH, Locale


@dataclass(frozen=True)
class Finding:
    """The best policy beside the baseline, and its paired difference in contribution.

    Parameters
    ----------
    policy : str
        The policy with the highest contribution; the baseline itself where it was alone.
    baseline : str
        The policy it is compared with.
    verdict : {"better", "unclear", "worse", "alone"}
        "better" when the interval lies above zero, "worse" when it lies below, "unclear" when it covers
        zero, "alone" when there was nothing to compare.
    difference_eur, low_eur, high_eur : float
        Difference and its interval, in the scenario's currency over the horizon.
    """

    policy: str
    baseline: str
    verdict: str
    difference_eur: float = 0.0
    low_eur: float = 0.0
    high_eur: float = 0.0

    def text(self, locale: Locale, currency: str, months: int, confidence: float) -> str:
        """State the finding in a sentence without a full stop."""
        return locale.text(
            f"finding.{self.verdict}",
            policy=locale.policy(self.policy),
            baseline=locale.policy(self.baseline),
            months=locale.number(months),
            interval=locale.money_interval(
                self.difference_eur, self.low_eur, self.high_eur, currency, confidence=confidence
            ),
        )


def baseline_of(comparison: pd.DataFrame) -> str:
    """Return the policy that the others are compared with.

    Raises
    ------
    SchemaError
        When a comparison names no baseline, or several.
    """
    names = comparison.loc[comparison["is_baseline"], "policy"].tolist()
    if len(names) != 1:
        raise SchemaError(f"table comparison: one policy must be the baseline, got {len(names)}")
    return str(names[0])


def find_best(comparison: pd.DataFrame) -> Finding:
    """Find the policy with the highest contribution beside the baseline.

    Parameters
    ----------
    comparison : DataFrame
        `COMPARISON`.

    Returns
    -------
    Finding
        Ties go to the first name.

    Examples
    --------
    >>> from kamsim.schemas import COMPARISON
    >>> two = pd.DataFrame({c: [0.0, 2e6] for c in COMPARISON.columns})
    >>> two = two.assign(policy=["status_quo", "balanced"], is_baseline=[True, False])
    >>> find_best(two).policy, find_best(two).verdict
    ('balanced', 'better')
    """
    baseline = baseline_of(comparison)
    others = comparison[~comparison["is_baseline"]].sort_values(
        ["contribution_difference_eur", "policy"], ascending=[False, True]
    )
    if others.empty:
        return Finding(baseline, baseline, "alone")
    best = others.iloc[0]
    low = float(best["contribution_difference_low_eur"])
    high = float(best["contribution_difference_high_eur"])
    verdict = "better" if low > 0 else "worse" if high < 0 else "unclear"
    return Finding(
        str(best["policy"]), baseline, verdict, float(best["contribution_difference_eur"]), low, high
    )


def state_finding(
    comparison: pd.DataFrame,
    locale: Locale = ENGLISH,
    *,
    currency: str = "EUR",
    months: int = 36,
    confidence: float = 0.95,
) -> str:
    """State what a comparison found, in a sentence without a full stop.

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
    str
        That a policy brings more, or that none is clearly better.

    Examples
    --------
    >>> from kamsim.schemas import COMPARISON
    >>> two = pd.DataFrame({c: [0.0, 2e6] for c in COMPARISON.columns})
    >>> two = two.assign(policy=["status_quo", "balanced"], is_baseline=[True, False])
    >>> state_finding(two.assign(contribution_difference_low_eur=1e6))
    'Balanced brings +€2.0M (95%: +1.0 to +2.0) of contribution over 36 months'
    """
    return find_best(comparison).text(locale, currency, months, confidence)


def share_leading(periods: pd.DataFrame) -> pd.Series:
    """Count how often each policy has the highest contribution over the horizon.

    Parameters
    ----------
    periods : DataFrame
        `PERIODS`.

    Returns
    -------
    Series
        Share of the draws in which a policy's mean contribution is the highest, by policy; where there is
        one draw only (the truth is known), share of its replications.

    Examples
    --------
    >>> periods = pd.DataFrame(
    ...     {"policy": ["a", "b"], "contribution_eur": [1.0, 2.0]}
    ... ).assign(draw=0, replication=0, tier=0, year=0)
    >>> share_leading(periods).to_dict()
    {'a': 0.0, 'b': 1.0}
    """
    lanes = _contribution(periods)
    leaders = lanes.groupby(clusters_of(lanes.index.to_frame())).mean().idxmax(axis="columns")
    return leaders.value_counts(normalize=True).reindex(lanes.columns, fill_value=0.0).rename("share")


def compare_with_next(comparison: pd.DataFrame, periods: pd.DataFrame, confidence: float) -> Finding | None:
    """Compare the policy with the highest contribution with the one that comes next, in pairs.

    Parameters
    ----------
    comparison, periods : DataFrame
        `COMPARISON` and `PERIODS`.
    confidence : float
        Such as 0.95.

    Returns
    -------
    Finding or None
        Its `baseline` is the policy that comes next; None with fewer than two policies.
    """
    order = comparison.sort_values(["contribution_difference_eur", "policy"], ascending=[False, True])
    if len(order) < 2:
        return None
    best, following = (str(policy) for policy in order["policy"].iloc[:2])
    lanes = _contribution(periods)
    pair = paired_interval(
        lanes[best].to_numpy(), lanes[following].to_numpy(), clusters_of(lanes.index.to_frame()), confidence
    )
    verdict = "better" if pair.low > 0 else "unclear"
    return Finding(best, following, verdict, pair.mean, pair.low, pair.high)


def clusters_of(lanes: pd.DataFrame) -> NDArray[np.int64]:
    """Say which lanes belong together: those of one draw, or each alone where there is one draw only.

    Parameters
    ----------
    lanes : DataFrame
        Columns draw and replication.
    """
    luck = "draw" if len(lanes["draw"].unique()) > 1 else "replication"
    return lanes[luck].to_numpy(np.int64)


def _contribution(periods: pd.DataFrame) -> pd.DataFrame:
    """Return the contribution over the horizon by draw and replication, a column per policy."""
    whole = periods[(periods["tier"] == 0) & (periods["year"] == 0)]
    return whole.pivot_table(index=["draw", "replication"], columns="policy", values="contribution_eur")
