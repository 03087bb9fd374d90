"""Who stays: a cohort followed month by month, beside one constant rate (D-RET-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from kamsim.validation_settings import ValidationSettings

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def retention_title(curves: pd.DataFrame, locale: Locale) -> str:
    """Say where the rate of the first year misses the last month by most."""
    last = curves[curves["month"] == curves["month"].max()]
    if last["month"].iloc[0] <= MONTHS_A_YEAR:
        worst = last.loc[last["share"].idxmin()]
        key = "plot.retention.title_short"
    else:
        worst = last.loc[(last["share"] / last["constant"] - 1).abs().idxmax()]
        key = "plot.retention.title"
    return locale.text(
        key,
        segment=segment_name(worst["segment"], locale),
        share=locale.percent(worst["share"], 0),
        constant=locale.percent(worst["constant"], 0),
        months=locale.number(worst["month"]),
    )


def plot_retention(
    curves: pd.DataFrame,
    ax: Axes | None = None,
    *,
    validation: ValidationSettings | None = None,
    locale: Locale = ENGLISH,
) -> Axes:
    """Plot the share of a cohort that is still there, a line per segment with its interval.

    Parameters
    ----------
    curves : DataFrame
        From `kamsim.measures.retention_curves`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    validation : ValidationSettings, optional
        The scenario's; its bands of yearly retention stand at month 12.
    locale : Locale

    Returns
    -------
    Axes
        Without customers to follow, one line that says so.

    Examples
    --------
    >>> curves = pd.DataFrame({"segment": "smb", "month": [0, 12, 24], "customers": 10,
    ...     "share": [1.0, 0.7, 0.6], "low": 0.4, "high": 1.0, "constant": [1.0, 0.7, 0.49]})
    >>> " ".join(plot_retention(curves).get_title(loc="left").split())
    "SMB: 60% of the customers are still there after 24 months; at the first year's rate it would be 49%"
    """
    if curves.empty:
        return say_absent(ax, locale.text("plot.retention.title_empty"))
    ax = ax or new_axes(height=5.0)
    for shift, (segment, rows) in enumerate(curves.groupby("segment", sort=False)):
        colour = SEGMENT_COLOURS[str(segment)]
        label = f"{segment_name(str(segment), locale)} ({locale.number(rows['customers'].iloc[0])})"
        ax.fill_between(rows["month"], rows["low"], rows["high"], color=colour, alpha=0.12, linewidth=0)
        ax.plot(rows["month"], rows["share"], color=colour, linewidth=2.5, label=label)
        ax.plot(rows["month"], rows["constant"], color=colour, linewidth=1.4, linestyle=(0, (4, 2)))
        if validation is not None:
            band = getattr(validation, str(segment)).logo_retention
            ax.plot([MONTHS_A_YEAR + 0.35 * (shift - 1)] * 2, band, color=colour, linewidth=5, alpha=0.45)
    dashed = {"color": BASELINE_COLOUR, "linewidth": 1.4, "linestyle": (0, (4, 2))}
    ax.plot([], [], **dashed, label=locale.text("plot.retention.constant"))  # type: ignore[arg-type]
    if validation is not None:
        text = locale.text("plot.retention.band")
        ax.plot([], [], color=BASELINE_COLOUR, linewidth=5, alpha=0.45, label=text)
    ax.set_xlim(0, max(1, curves["month"].max()))
    ax.set_ylim(0, 1.02)
    ax.xaxis.set_major_locator(MultipleLocator(6))
    write_ticks(ax.xaxis, lambda month: locale.number(month))
    write_percent_ticks(ax.yaxis, locale)
    ax.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.14), frameon=False, fontsize=10, ncols=2)
    return finish(
        ax,
        title=retention_title(curves, locale),
        x_label=locale.text("plot.retention.x_axis"),
        y_label=locale.text("plot.retention.y_axis"),
    )
