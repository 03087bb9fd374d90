"""Profit around the best effort: how much of it a wrong effort loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import (
    BASELINE_COLOUR,
    PALETTE,
    finish,
    new_axes,
    say_absent,
    write_percent_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = (0.75, 1.25)
"""Efforts named in the title: a quarter off, as in E-FLAT-1."""


def plot_flat_maximum(frame: pd.DataFrame, ax: Axes | None = None, *, locale: Locale = ENGLISH) -> Axes:
    """Plot the share of the largest profit that is lost, by effort against the best.

    Parameters
    ----------
    frame : DataFrame
        FLAT_MAXIMUM, a quarter less and a quarter more than the best effort among its rows.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale

    Returns
    -------
    Axes

    Examples
    --------
    >>> frame = pd.DataFrame({"effort_factor": [0.75, 1.0, 1.25], "lost_share": [0.012, 0.0, 0.009]})
    >>> plot_flat_maximum(frame).get_title(loc="left")[:56]
    'A quarter less than the best effort loses 1.2% of profit'
    """
    if frame.empty:
        return say_absent(ax, locale.text("plot.flat_maximum.title_empty"))
    ax = ax or new_axes(height=3.8)
    rows = frame.sort_values("effort_factor")
    lost = rows.set_index("effort_factor")["lost_share"]
    ax.axvspan(*SHOWN, color=PALETTE[5], alpha=0.2, zorder=0)
    ax.axvline(1, color=BASELINE_COLOUR, linewidth=1.2, linestyle=":")
    ax.plot(lost.index, lost, "-", color=PALETTE[0], linewidth=2.2)
    near = [float(lost[factor]) for factor in SHOWN]
    ax.plot(SHOWN, near, "o", color=PALETTE[0], markersize=7)
    ax.set_ylim(bottom=min(0.0, float(lost.min())))
    write_percent_ticks(ax.xaxis, locale)
    write_percent_ticks(ax.yaxis, locale)
    less, more = (locale.percent(share) for share in near)
    return finish(
        ax,
        title=locale.text("plot.flat_maximum.title", less=less, more=more),
        x_label=locale.text("plot.flat_maximum.axis"),
        y_label=locale.text("plot.flat_maximum.y_axis"),
    )
