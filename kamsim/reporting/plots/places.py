"""Where the accounts are, and the homes of the team (D-ALL-1); a plain map without background."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.ticker import MaxNLocator

from kamsim.locale import ENGLISH, Locale
from kamsim.measures.places import ACCOUNT, CITY, HOME
from kamsim.reporting.style import (
    SEGMENT_COLOURS,
    TEXT_COLOUR,
    finish,
    new_axes,
    say_absent,
    segment_name,
    write_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLE_CITIES = 5
"""Cities whose share of the revenue the title states."""

LABELS = 10
"""Cities that get a name, those with most revenue first."""

APART = (0.14, 0.045)
"""Least distance of two names, as shares of the map's width and height."""

SMALLEST_DOT, LARGEST_DOT = 9.0, 420.0
"""Area in square points of an account without revenue, and what the one with most has more."""


def map_title(marks: pd.DataFrame, locale: Locale) -> str:
    """Say how much of the revenue the first cities hold."""
    revenue = marks.loc[marks["mark"] == CITY, "revenue_eur_per_year"]
    total = marks.loc[marks["mark"] == ACCOUNT, "revenue_eur_per_year"].sum()
    if revenue.empty or not total:
        count = (marks["mark"] == ACCOUNT).sum()
        return locale.text("plot.map.title_plain", accounts=locale.number(count))
    return locale.text(
        "plot.map.title",
        cities=locale.number(min(TITLE_CITIES, len(revenue))),
        all=locale.number(len(revenue)),
        share=locale.percent(revenue.head(TITLE_CITIES).sum() / total, 0),
    )


def plot_map(marks: pd.DataFrame, ax: Axes | None = None, *, locale: Locale = ENGLISH) -> Axes:
    """Plot accounts as dots, larger with more revenue, and the homes of the team as crosses.

    Parameters
    ----------
    marks : DataFrame
        From `kamsim.measures.map_marks`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale

    Returns
    -------
    Axes
        Degrees, so stretched that distances look alike in both directions in the middle of the map. Without
        coordinates, one line that says so.

    Examples
    --------
    >>> marks = pd.DataFrame({"mark": ["account", "account"], "segment": "smb", "latitude": [45.0, 46.0],
    ...     "longitude": [4.0, 5.0], "revenue_eur_per_year": [1.0, 0.0]})
    >>> plot_map(marks).get_title(loc="left")
    '2 accounts where their decision makers are'
    """
    accounts, homes = marks[marks["mark"] == ACCOUNT], marks[marks["mark"] == HOME]
    if accounts.empty:
        return say_absent(ax, locale.text("plot.map.title_empty"))
    ax = ax or new_axes(height=6.6)
    largest = max(accounts["revenue_eur_per_year"].max(), 1e-9)
    for order, segment in enumerate(SEGMENT_COLOURS):
        mine = accounts[accounts["segment"] == segment]
        if len(mine):
            _draw_accounts(ax, mine, SEGMENT_COLOURS[segment], largest, 4 - order)
            name = segment_name(segment, locale)
            ax.plot([], [], "o", color=SEGMENT_COLOURS[segment], alpha=0.7, label=name)
    if len(homes):
        ax.scatter(
            homes["longitude"], homes["latitude"], s=85, zorder=5, marker="P", color=TEXT_COLOUR,
            edgecolors="white", linewidths=0.9, label=locale.text("plot.map.home"),
        )  # fmt: skip
    ax.set_aspect(1 / np.cos(np.radians(accounts["latitude"].mean())), adjustable="box")
    _name_cities(ax, marks[marks["mark"] == CITY])
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
        write_ticks(axis, lambda x: f"{locale.number(x, 0 if float(x).is_integer() else 1)}°")
    if (accounts["revenue_eur_per_year"] <= 0).any():
        ring = {"markerfacecolor": "none", "markeredgecolor": TEXT_COLOUR, "markersize": 4}
        ax.plot([], [], "o", **ring, label=locale.text("plot.map.prospect"))  # type: ignore[arg-type]
    ax.legend(
        loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=10, alignment="left",
        title=locale.text("plot.map.size"), title_fontsize=10,
    )  # fmt: skip
    return finish(
        ax,
        title=map_title(marks, locale),
        x_label=locale.text("plot.map.x_axis"),
        y_label=locale.text("plot.map.y_axis"),
    )


def _draw_accounts(ax: Axes, accounts: pd.DataFrame, colour: str, largest: float, order: int) -> None:
    """Draw customers as dots by yearly revenue, prospects as small rings."""
    customers = accounts[accounts["revenue_eur_per_year"] > 0]
    prospects = accounts[accounts["revenue_eur_per_year"] <= 0]
    area = SMALLEST_DOT + LARGEST_DOT * customers["revenue_eur_per_year"] / largest
    ax.scatter(
        customers["longitude"], customers["latitude"], s=area, color=colour, linewidths=0, alpha=0.6,
        zorder=order,
    )  # fmt: skip
    ax.scatter(
        prospects["longitude"], prospects["latitude"], s=SMALLEST_DOT, facecolors="none", edgecolors=colour,
        linewidths=0.6, alpha=0.6, zorder=order,
    )  # fmt: skip


def _name_cities(ax: Axes, cities: pd.DataFrame) -> None:
    """Write the names of the first cities, one that would touch another left out."""
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    apart = APART[0] * (right - left), APART[1] * (high - low)
    named: list[tuple[float, float]] = []
    for row in cities.to_dict("records"):
        place = row["longitude"], row["latitude"]
        near = any(abs(place[0] - x) < apart[0] and abs(place[1] - y) < apart[1] for x, y in named)
        if near or len(named) == LABELS:
            continue
        named.append(place)
        ax.annotate(
            row["name"], place, xytext=(0, 8), textcoords="offset points", ha="center", fontsize=10, zorder=6,
            color=TEXT_COLOUR, fontweight="bold",
            path_effects=[patheffects.withStroke(linewidth=3, foreground="white")],
        )  # fmt: skip
