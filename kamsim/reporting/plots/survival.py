"""Who is expected to stay: survival of today's customers, beside yearly retention held for ever (D-RET-1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.ticker import MultipleLocator

from kamsim.locale import ENGLISH, Locale
from kamsim.measures.record import MONTHS_A_YEAR
from kamsim.reporting.style import (
    BASELINE_COLOUR,
    SEGMENT_COLOURS,
    finish,
    new_axes,
    say_absent,
    segment_name,
    write_percent_ticks,
    write_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DASHES = (0, (4, 2))


def beside_retention(curves: pd.DataFrame, yearly: Mapping[str, float]) -> pd.DataFrame:
    """Lay beside survival what a yearly retention that never changes would leave.

    Parameters
    ----------
    curves : DataFrame
        From `kamsim.scoring.survival_curves`.
    yearly : mapping of str to float
        Retention by segment; a segment without one has no reference.

    Returns
    -------
    DataFrame
        `curves` with the columns yearly (the rate) and constant (share left at that rate), missing where
        there is no rate.

    Examples
    --------
    >>> curves = pd.DataFrame({"segment": "smb", "month": [0, 12, 24], "share": 1.0})
    >>> beside_retention(curves, {"smb": 0.7})["constant"].round(2).tolist()
    [1.0, 0.7, 0.49]
    """
    rate = curves["segment"].map(dict(yearly)).astype("float64")
    return curves.assign(yearly=rate, constant=rate ** (curves["month"].astype("float64") / MONTHS_A_YEAR))


def survival_title(curves: pd.DataFrame, locale: Locale) -> str:
    """Say where the reference misses the last month by most; without one, where fewest stay."""
    last = curves[curves["month"] == curves["month"].max()]
    known = last.dropna(subset=["constant"])
    if known.empty:
        worst, key = last.loc[last["share"].idxmin()], "plot.survival.title_short"
    else:
        worst = known.loc[np.log(known["share"] / known["constant"]).abs().idxmax()]
        key = "plot.survival.title"
    return locale.text(
        key,
        segment=segment_name(worst["segment"], locale),
        share=locale.percent(worst["share"], 0),
        months=locale.number(worst["month"]),
        yearly=locale.percent(worst["yearly"], 0),
        constant=locale.percent(worst["constant"], 0),
    )


def plot_survival(
    curves: pd.DataFrame,
    ax: Axes | None = None,
    *,
    yearly: Mapping[str, float] | None = None,
    locale: Locale = ENGLISH,
) -> Axes:
    """Plot the expected share of today's customers that stays, a line per segment with its interval.

    Parameters
    ----------
    curves : DataFrame
        From `kamsim.scoring.survival_curves`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    yearly : mapping of str to float, optional
        Yearly retention by segment, held for ever: drawn as a broken line.
    locale : Locale

    Returns
    -------
    Axes
        Without curves, one line that says so.

    Examples
    --------
    >>> curves = pd.DataFrame({"segment": "smb", "month": [0, 12, 24], "customers": 10,
    ...     "share": [1.0, 0.7, 0.6], "low": 0.4, "high": 1.0})
    >>> " ".join(plot_survival(curves, yearly={"smb": 0.68}).get_title(loc="left").split())
    "SMB: 60% of today's customers are expected to be there after 24 months; at 68% a year it would be 46%"
    """
    if curves.empty:
        return say_absent(ax, locale.text("plot.survival.title_empty"))
    ax = ax or new_axes(height=4.6)
    told = beside_retention(curves, yearly or {})
    for segment, rows in told.groupby("segment", sort=False):
        colour = SEGMENT_COLOURS[str(segment)]
        label = f"{segment_name(str(segment), locale)} ({locale.number(rows['customers'].iloc[0])})"
        ax.fill_between(rows["month"], rows["low"], rows["high"], color=colour, alpha=0.15, linewidth=0)
        ax.plot(rows["month"], rows["share"], color=colour, linewidth=2.5, label=label)
        if rows["constant"].notna().all():
            ax.plot(rows["month"], rows["constant"], color=colour, linewidth=1.4, linestyle=DASHES)
    if told["yearly"].notna().any():
        rates = [locale.percent(rate, 0) for rate in told["yearly"].dropna().unique()]
        text = locale.text("plot.survival.constant", rates=locale.text("plot.survival.or").join(rates))
        ax.plot([], [], color=BASELINE_COLOUR, linewidth=1.4, linestyle=DASHES, label=text)
    ax.set_xlim(0, max(1, curves["month"].max()))
    ax.set_ylim(0, 1.02)
    ax.xaxis.set_major_locator(MultipleLocator(6))
    write_ticks(ax.xaxis, lambda month: locale.number(month))
    write_percent_ticks(ax.yaxis, locale)
    ax.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.16), frameon=False, fontsize=10, ncols=2)
    return finish(
        ax,
        title=survival_title(told, locale),
        x_label=locale.text("plot.survival.x_axis"),
        y_label=locale.text("plot.survival.y_axis"),
    )
