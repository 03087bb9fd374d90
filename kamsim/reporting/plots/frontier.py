"""What moving buys: the largest deviation of a plan against the share of units that leave their AE."""

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


def frontier_title(found: pd.DataFrame, locale: Locale) -> str:
    """Say which plan moves least and which is the most even."""
    values: dict[str, str] = {}
    for name, key in (("least", "moved_share"), ("best", "largest_deviation")):
        row = found.sort_values([key, "moved_share"], kind="stable").iloc[0]
        values[name] = locale.percent(row["moved_share"], 0)
        values[f"{name}_deviation"] = locale.percent(row["largest_deviation"], 0)
    return locale.text("plot.frontier.title", **values)


def plot_frontier(
    frame: pd.DataFrame, tolerance: float, ax: Axes | None = None, *, locale: Locale = ENGLISH
) -> Axes:
    """Plot each plan of a frontier: units moved, and the largest deviation from the mean.

    Parameters
    ----------
    frame : DataFrame
        The frontier of a `TerritoryReview`; caps without a plan are left out.
    tolerance : float
        Drawn as a line.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale

    Returns
    -------
    Axes

    Examples
    --------
    >>> frame = pd.DataFrame({"moved_share": [0.2, 0.4], "largest_deviation": [0.5, 0.2]})
    >>> plot_frontier(frame, 0.2).get_xlabel()
    'Units that leave their AE'
    """
    found = frame.dropna(subset="largest_deviation").sort_values("moved_share")
    if found.empty:
        return say_absent(ax, locale.text("plot.frontier.title_empty"))
    ax = ax or new_axes(height=3.8)
    ax.axhline(tolerance, color=BASELINE_COLOUR, linestyle=":", label=locale.text("plot.frontier.tolerance"))
    ax.plot(found["moved_share"], found["largest_deviation"], "o", color=PALETTE[0], markersize=8, alpha=0.7)
    ax.set_xlim(0, max(1.1 * float(found["moved_share"].max()), 0.1))
    ax.set_ylim(0, 1.15 * max(float(found["largest_deviation"].max()), tolerance))
    write_percent_ticks(ax.xaxis, locale)
    write_percent_ticks(ax.yaxis, locale)
    ax.legend(frameon=False, fontsize=10, loc="upper left")
    return finish(
        ax,
        title=frontier_title(found, locale),
        x_label=locale.text("plot.frontier.axis"),
        y_label=locale.text("plot.frontier.y_axis"),
    )
