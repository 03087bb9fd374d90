"""When decisions fall: signatures by month of the year (D-CYC-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import (
    PALETTE,
    TEXT_COLOUR,
    UNCLEAR,
    WORSE,
    finish,
    new_axes,
    say_absent,
    write_percent_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def season_title(season: pd.DataFrame, locale: Locale) -> str:
    """Name the slowest month, if one is clearly slower than the mean."""
    slow = season[season["high"] < 1].sort_values("pace")
    if slow.empty:
        return locale.text("plot.season.title_even")
    return locale.text(
        "plot.season.title",
        month=locale.calendar_month(int(slow["calendar_month"].iloc[0])),
        share=locale.percent(1 - slow["pace"].iloc[0], 0),
    )


def plot_season(season: pd.DataFrame, ax: Axes | None = None, *, locale: Locale = ENGLISH) -> Axes:
    """Plot the pace of signatures by month of the year, with intervals and a line at the mean.

    Parameters
    ----------
    season : DataFrame
        From `kamsim.measures.signatures_by_month`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale

    Returns
    -------
    Axes
        Without signatures in a whole year, one line that says so.

    Examples
    --------
    >>> season = pd.DataFrame({"calendar_month": [1, 2], "pace": [1.5, 0.5], "low": [1.3, 0.3]})
    >>> plot_season(season.assign(high=season["low"] + 0.4)).get_title(loc="left")
    'Feb: 50% fewer signatures than in the mean month'
    """
    if season.empty:
        return say_absent(ax, locale.text("plot.season.title_empty"))
    ax = ax or new_axes(height=3.8)
    colours = [
        WORSE if high < 1 else PALETTE[0] if low > 1 else UNCLEAR
        for low, high in zip(season["low"], season["high"], strict=True)
    ]
    months, pace = season["calendar_month"], season["pace"]
    ax.bar(months, pace, width=0.7, color=colours, zorder=2)
    ax.errorbar(
        months, pace, yerr=[pace - season["low"], season["high"] - pace], fmt="none", ecolor=TEXT_COLOUR,
        elinewidth=1.1, capsize=2.5, zorder=3,
    )  # fmt: skip
    ax.axhline(1, color=TEXT_COLOUR, linewidth=1.2, linestyle="--", zorder=4)
    ax.set_xticks(months, [locale.calendar_month(int(month)) for month in months])
    write_percent_ticks(ax.yaxis, locale)
    return finish(ax, title=season_title(season, locale), y_label=locale.text("plot.season.axis"), grid="y")
