"""When the difference comes: revenue against the baseline, year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kamsim.experiments.paired import paired_interval
from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.finding import clusters_of
from kamsim.reporting.style import TEXT_COLOUR, finish, new_axes, policy_looks, write_money_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DODGE = 0.07
"""Sideways shift between policies, in years, so that their bars do not cover each other."""


def yearly_differences(periods: pd.DataFrame, baseline: str, confidence: float = 0.95) -> pd.DataFrame:
    """Pair each policy's yearly revenue with the baseline's.

    Parameters
    ----------
    periods : DataFrame
        `PERIODS`.
    baseline : str
        The policy that the others are compared with.
    confidence : float
        Confidence of the intervals.

    Returns
    -------
    DataFrame
        One row a policy and year, baseline left out: policy, year, difference_eur, low_eur, high_eur.
        Intervals as in `kamsim.experiments`: pairs count once a draw where there are several draws.

    Examples
    --------
    >>> periods = pd.DataFrame({"policy": ["a", "b"] * 2, "replication": [0, 0, 1, 1]})
    >>> periods = periods.assign(draw=0, tier=0, year=1, revenue_eur=[10.0, 13.0, 20.0, 23.0])
    >>> yearly_differences(periods, "a").to_numpy().tolist()
    [['b', 1, 3.0, 3.0, 3.0]]
    """
    yearly = periods[(periods["tier"] == 0) & (periods["year"] > 0)]
    lanes = yearly.pivot_table(index=["draw", "replication", "year"], columns="policy", values="revenue_eur")
    rows = []
    for year, lane in lanes.groupby("year"):
        cluster = clusters_of(lane.index.to_frame())
        for policy in lane.columns.drop(baseline):
            pair = paired_interval(lane[policy].to_numpy(), lane[baseline].to_numpy(), cluster, confidence)
            rows.append((policy, year, pair.mean, pair.low, pair.high))
    names = ["policy", "year", "difference_eur", "low_eur", "high_eur"]
    return pd.DataFrame(rows, columns=names).sort_values(["policy", "year"], ignore_index=True)


def yearly_title(frame: pd.DataFrame, baseline: str, locale: Locale, currency: str) -> str:
    """Say which policy leads in the last year and how its lead grew, or that none is clearly ahead."""
    final = int(frame["year"].max())
    last = frame[frame["year"] == final].sort_values("difference_eur", ascending=False)
    best = last.iloc[0]
    name, year = locale.policy(baseline), locale.number(final)
    if best["low_eur"] <= 0:
        return locale.text("plot.yearly.title_flat", baseline=name, year=year)
    first = frame[(frame["policy"] == best["policy"]) & (frame["year"] == frame["year"].min())].iloc[0]
    return locale.text(
        "plot.yearly.title_grows",
        policy=locale.policy(best["policy"]),
        baseline=name,
        first=locale.money(first["difference_eur"], currency, compact=True, signed=True),
        last=locale.money(best["difference_eur"], currency, compact=True, signed=True),
        year=year,
    )


def plot_yearly_revenue(
    frame: pd.DataFrame,
    baseline: str,
    ax: Axes | None = None,
    *,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
) -> Axes:
    """Plot revenue against the baseline by year, a line per policy with its intervals.

    Parameters
    ----------
    frame : DataFrame
        From `yearly_differences`; at least one policy beside the baseline.
    baseline : str
        The policy that the others are compared with.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    Axes

    Examples
    --------
    >>> frame = pd.DataFrame({"policy": ["b"], "year": [1], "difference_eur": [3e6]})
    >>> ax = plot_yearly_revenue(frame.assign(low_eur=2e6, high_eur=4e6), "status_quo")
    >>> ax.get_ylabel()
    'Revenue minus that of Status quo'
    """
    ax = ax or new_axes(height=4.6)
    looks = policy_looks(frame["policy"].tolist(), baseline)
    final = frame["year"].max()
    order = frame[frame["year"] == final].sort_values("difference_eur", ascending=False)["policy"].tolist()
    ax.axhline(0, color=TEXT_COLOUR, linewidth=1.2, zorder=1)
    for place, policy in enumerate(order):
        rows = frame[frame["policy"] == policy].sort_values("year")
        colour, marker = looks[policy]
        ax.errorbar(
            rows["year"] + DODGE * (place - (len(order) - 1) / 2),
            rows["difference_eur"],
            yerr=[rows["difference_eur"] - rows["low_eur"], rows["high_eur"] - rows["difference_eur"]],
            color=colour,
            marker=marker,
            markersize=6,
            linewidth=1.8,
            elinewidth=1.4,
            label=locale.policy(policy),
        )
    years = sorted(frame["year"].unique())
    ax.set_xticks(years, [locale.text("year.label", year=locale.number(y)) for y in years])
    write_money_ticks(ax.yaxis, locale, currency, frame["difference_eur"].abs().max())
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=10)
    return finish(
        ax,
        title=yearly_title(frame, baseline, locale, currency),
        y_label=locale.text("plot.yearly.axis", baseline=locale.policy(baseline)),
        grid="y",
    )
