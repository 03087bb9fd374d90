"""Key figures by policy, tier and year with their intervals, from policies that met the same luck.

A rate of a replication is a ratio of sums over its accounts: what that year's report would say. Its mean over
replications is a mean of ratios: the rate to be expected of a year. A ratio of means would weigh rich
futures more, and answer no question of a single year (docs/statistics.md states both, measured).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamsim.dynamics.state import Counts, Floats
from kamsim.experiments.intervals import cluster_means, mean_intervals
from kamsim.experiments.periods import ALL_TIERS, WHOLE_HORIZON

FIGURES = (
    "revenue_eur", "contribution_eur", "nrr", "grr", "logo_retention", "share_of_wallet", "business_units",
    "workload_hours", "utilisation", "utilisation_cv",
)  # fmt: skip
"""Columns of PERIODS that are figures."""


def clusters(periods: pd.DataFrame) -> Counts:
    """Number what counts as one witness: a draw of the latent state, or a replication.

    Where the truth is known there is draw 0 alone, and every replication is a witness.
    """
    drawn = bool((periods["draw"] > 0).any())
    numbers: Counts = periods["draw" if drawn else "replication"].to_numpy(np.int64)
    return numbers


def contributions(periods: pd.DataFrame, policies: list[str]) -> Floats:
    """Contribution over the horizon by cluster, a column a policy.

    Parameters
    ----------
    periods : DataFrame
        PERIODS, in any order.
    policies : list of str
        The order of the columns.

    Returns
    -------
    array of float, shape (clusters, policies)
    """
    whole = periods[(periods["tier"] == ALL_TIERS) & (periods["year"] == WHOLE_HORIZON)]
    table = whole.assign(cluster=clusters(whole)).pivot_table(
        index="cluster", columns="policy", values="contribution_eur"
    )
    return table[policies].to_numpy(float)


def key_figures(periods: pd.DataFrame, baseline: str, confidence: float) -> pd.DataFrame:
    """State each figure of each policy, tier and year with its interval and its difference from the baseline.

    Parameters
    ----------
    periods : DataFrame
        PERIODS, sorted by its key: every policy with the same lanes, tiers and years.
    baseline : str
        Policy that the others are compared with; one policy alone may be its own.
    confidence : float
        Of each interval by itself.

    Returns
    -------
    DataFrame
        KEY_FIGURES, unchecked. A figure that no replication has is missing; so are the ends of one that a
        single replication has.

    Examples
    --------
    >>> lanes = pd.DataFrame({"policy": ["a"] * 3 + ["b"] * 3, "replication": [0, 1, 2] * 2})
    >>> lanes = lanes.assign(draw=0, tier=0, year=0)
    >>> lanes = lanes.assign(**{figure: [1.0, 2.0, 3.0, 3.0, 4.0, 5.0] for figure in FIGURES})
    >>> made = key_figures(lanes, "a", 0.95)
    >>> row = made[made["policy"] == "b"].iloc[0]
    >>> row["figure"], float(row["value"]), float(row["difference"]), float(row["difference_low"])
    ('revenue_eur', 4.0, 2.0, 2.0)
    """
    policies = periods["policy"].unique().tolist()
    first = periods[periods["policy"] == policies[0]]
    cells = first[["tier", "year"]].drop_duplicates()
    lanes = len(first) // len(cells)
    values = periods[list(FIGURES)].to_numpy(float).reshape(len(policies), lanes, len(cells) * len(FIGURES))
    cluster = clusters(first)[:: len(cells)]
    reference = values[policies.index(baseline)]
    parts = []
    for place, policy in enumerate(policies):
        own = mean_intervals(cluster_means(values[place], cluster), confidence)
        pair = mean_intervals(cluster_means(values[place] - reference, cluster), confidence)
        columns = {
            "value": own.mean, "low": own.low, "high": own.high,
            "difference": pair.mean, "difference_low": pair.low, "difference_high": pair.high,
        }  # fmt: skip
        known = {name: np.where(np.isfinite(column), column, np.nan) for name, column in columns.items()}
        parts.append(
            pd.DataFrame(
                {
                    "policy": policy,
                    "tier": np.repeat(cells["tier"].to_numpy(), len(FIGURES)),
                    "year": np.repeat(cells["year"].to_numpy(), len(FIGURES)),
                    "figure": list(FIGURES) * len(cells),
                    **known,
                    "count": own.count,
                }
            )
        )
    return pd.concat(parts, ignore_index=True).astype({"policy": "str", "figure": "str"})
