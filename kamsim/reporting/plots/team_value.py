"""Contribution less the AEs' cost by number of AEs: where it is largest, and how flat it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import (
    BASELINE_COLOUR,
    GRID_COLOUR,
    PALETTE,
    TEXT_COLOUR,
    finish,
    new_axes,
    write_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def team_value_title(best: tuple[float, float, float], there: float, locale: Locale) -> str:
    """Say how many AEs leave most, the range within 1 % of that, and how many there are."""
    names = dict(zip(("best", "low", "high"), (locale.number(n) for n in best), strict=True))
    return locale.text(
        "plot.team_value.title", **names, there=locale.number(there, 0 if there % 1 == 0 else 1)
    )


def plot_team_value(
    frame: pd.DataFrame,
    best: tuple[float, float, float],
    there: float,
    ax: Axes | None = None,
    *,
    months: int,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
) -> Axes:
    """Plot net contribution by number of AEs, for hours where they bring most and as the tiers ask.

    Parameters
    ----------
    frame : DataFrame
        TEAM_VALUE.
    best : tuple of float
        From `kamsim.coverage.best_team`: best, least and most AEs.
    there : float
        AEs at their speed today.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    months : int
        The horizon.
    locale : Locale
    currency : str

    Returns
    -------
    Axes

    Examples
    --------
    >>> frame = pd.DataFrame({"aes": [1.0, 2.0], "best_eur": [5e6, 6e6], "spread_eur": [4e6, 4.5e6],
    ...     "cost_eur": [4e5, 8e5]})
    >>> plot_team_value(frame, (2.0, 2.0, 2.0), 1.0, months=36).get_title(loc="left")
    'Most is left with 2 AEs, and 2 to 2 come within 1%; there are 1'
    """
    ax = ax or new_axes()
    _, low, high = best
    ax.axvspan(low, high, color=GRID_COLOUR, alpha=0.6, label=locale.text("plot.team_value.near"), zorder=0)
    for name, colour, style in (("best", PALETTE[0], "-"), ("spread", PALETTE[1], "--")):
        net = frame[f"{name}_eur"] - frame["cost_eur"]
        ax.plot(
            frame["aes"],
            net,
            style,
            color=colour,
            linewidth=2.2,
            label=locale.text(f"plot.team_value.{name}"),
        )
        top = int(net.to_numpy().argmax())
        ax.plot(frame["aes"].iloc[top], net.iloc[top], "o", color=colour, markersize=7)
    ax.axvline(
        there, color=BASELINE_COLOUR, linewidth=1.4, linestyle=":", label=locale.text("plot.team_value.there")
    )
    ax.legend(frameon=False, fontsize=10, loc="best", labelcolor=TEXT_COLOUR)
    largest = float(frame["best_eur"].max())
    write_ticks(ax.yaxis, lambda x: locale.money(x, currency, compact=True, like=largest))
    return finish(
        ax,
        title=team_value_title(best, there, locale),
        x_label=locale.text("plot.team_value.axis"),
        y_label=locale.text("plot.team_value.y_axis", months=locale.number(months)),
    )
