"""How even books are: each territory's deviation from the mean by attribute, today and under a new plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import (
    BASELINE_COLOUR,
    GRID_COLOUR,
    PALETTE,
    finish,
    new_axes,
    write_percent_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOOKS = {"today": (BASELINE_COLOUR, "s"), "design": (PALETTE[0], "o")}


def balance_by_plan(today: pd.DataFrame, design: pd.DataFrame | None = None) -> pd.DataFrame:
    """Set today's balance beside a new plan's.

    Parameters
    ----------
    today, design : DataFrame
        TERRITORY_BALANCE; no `design` where there is none.

    Returns
    -------
    DataFrame
        plan ("today", "design"), attribute, territory_id, deviation, tolerance.

    Examples
    --------
    >>> today = pd.DataFrame({"attribute": ["clients"], "territory_id": ["r"], "deviation": [0.5],
    ...     "tolerance": [0.2]})
    >>> balance_by_plan(today)["plan"].tolist()
    ['today']
    """
    frames = [today.assign(plan="today")] + ([] if design is None else [design.assign(plan="design")])
    columns = ["plan", "attribute", "territory_id", "deviation", "tolerance"]
    return pd.concat(frames, ignore_index=True)[columns]


def balance_title(frame: pd.DataFrame, least: pd.DataFrame, locale: Locale) -> str:
    """Say how far apart books are, before and after; without a new plan, how much must move."""
    largest = frame["deviation"].abs().groupby(frame["plan"]).max()
    today = locale.percent(largest["today"], 0)
    if "design" in largest:
        return locale.text("plot.balance.title", today=today, design=locale.percent(largest["design"], 0))
    worst = frame.iloc[int(np.argmax(frame["deviation"].abs()))]
    share = least.set_index("attribute")["least_share"]
    return locale.text(
        "plot.balance.title_today",
        today=today,
        attribute=locale.label("attribute", str(worst["attribute"])),
        least=locale.percent(share[str(worst["attribute"])], 0),
        tolerance=locale.percent(worst["tolerance"], 0),
    )


def plot_balance(
    frame: pd.DataFrame, least: pd.DataFrame, ax: Axes | None = None, *, locale: Locale = ENGLISH
) -> Axes:
    """Plot each territory's deviation from the mean as a dot, a row an attribute and plan.

    Parameters
    ----------
    frame : DataFrame
        From `balance_by_plan`.
    least : DataFrame
        `least_moved` of a `TerritoryReview`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale

    Returns
    -------
    Axes

    Examples
    --------
    >>> frame = pd.DataFrame({"plan": ["today", "today", "design", "design"], "attribute": "clients",
    ...     "deviation": [0.5, -0.5, 0.1, -0.1], "tolerance": 0.2})
    >>> least = pd.DataFrame({"attribute": ["clients"], "least_share": [0.15]})
    >>> plot_balance(frame, least).get_title(loc="left").split(",")[0]
    'Largest deviation from the mean: 50% today'
    """
    rows = [
        (attribute, plan)
        for attribute in sorted(frame["attribute"].unique())
        for plan in LOOKS
        if ((frame["attribute"] == attribute) & (frame["plan"] == plan)).any()
    ]
    ax = ax or new_axes(height=1.9 + 0.36 * len(rows))
    tolerance = float(frame["tolerance"].iloc[0])
    ax.axvspan(-tolerance, tolerance, color=GRID_COLOUR, alpha=0.6, zorder=0)
    for place, (attribute, plan) in enumerate(rows):
        mine = (frame["attribute"] == attribute) & (frame["plan"] == plan)
        deviation = np.sort(frame.loc[mine, "deviation"].to_numpy())
        colour, marker = LOOKS[plan]
        # Marks step through three lanes, so that equal ones stay visible.
        lanes = place + 0.14 * (np.arange(deviation.size) % 3 - 1)
        ax.plot(deviation, lanes, marker, color=colour, markersize=6, alpha=0.6, markeredgewidth=0)
    names = [
        locale.text(
            "plot.balance.row",
            attribute=locale.label("attribute", attribute),
            plan=locale.text(f"plot.balance.{plan}"),
        )
        for attribute, plan in rows
    ]
    ax.set_yticks(range(len(rows)), names)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    write_percent_ticks(ax.xaxis, locale)
    label = locale.text("plot.balance.axis", tolerance=locale.percent(tolerance, 0))
    return finish(ax, title=balance_title(frame, least, locale), x_label=label, grid="x")
