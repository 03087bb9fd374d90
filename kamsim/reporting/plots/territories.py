"""A map of territories: départements filled, or accounts as marks; each territory bears its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import (
    GRID_COLOUR,
    MARKERS,
    PALETTE,
    TEXT_COLOUR,
    finish,
    new_axes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Ring = NDArray[np.float64]
WHITENESS = 0.25
APART = (0.018, 0.03)
"""Least distance of two names, as shares of the map's width (a letter) and height."""
LEAST_LETTERS = 3
NEAR = 5
"""Territories near by that are to have other colours: with six colours, no more can be promised."""


def territory_marks(territories: pd.DataFrame) -> pd.DataFrame:
    """Give each unit the look of its territory: near territories differ.

    Parameters
    ----------
    territories : DataFrame
        `TERRITORIES`.

    Returns
    -------
    DataFrame
        `unit_id`, `territory_id`, `latitude`, `longitude`, `look` (0 to 5), and where the name is written:
        `label_latitude`, `label_longitude`, the place of the unit nearest to the middle.

    Examples
    --------
    >>> units = pd.DataFrame({"unit_id": ["a", "b"], "territory_id": ["T1", "T2"], "latitude": [45.0, 46.0],
    ...     "longitude": [4.0, 5.0]})
    >>> territory_marks(units)["look"].tolist()
    [0, 1]
    """
    middles = territories.groupby("territory_id")[["latitude", "longitude"]].mean()
    stretch = np.cos(np.radians(middles["latitude"].mean()))
    x = middles.to_numpy() * [1.0, stretch]
    apart = ((x[:, None, :] - x[None, :, :]) ** 2).sum(axis=2)
    looks: list[int] = []
    for t in range(len(x)):
        near = [s for s in np.argsort(apart[t], kind="stable") if s != t and s < t][:NEAR]
        used = Counter(looks)
        free = [c for c in range(len(PALETTE)) if c not in {looks[s] for s in near}]
        looks.append(min(free, key=lambda c: (used[c], c)))
    kept = territories[["unit_id", "territory_id", "latitude", "longitude"]].sort_values("unit_id")
    middle = middles.loc[kept["territory_id"]].to_numpy()
    away = (((kept[["latitude", "longitude"]].to_numpy() - middle) * [1.0, stretch]) ** 2).sum(axis=1)
    nearest = kept.assign(away=away.round(9)).sort_values(["away", "unit_id"]).drop_duplicates("territory_id")
    label = nearest.set_index("territory_id")[["latitude", "longitude"]].add_prefix("label_")
    known = label.assign(look=pd.Series(looks, index=middles.index)).reset_index()
    return kept.merge(known, on="territory_id").sort_values("unit_id", ignore_index=True)


def territory_title(balance: pd.DataFrame, shapes: pd.DataFrame, locale: Locale = ENGLISH) -> str:
    """Say how far the territories are from alike, and whether all are contiguous."""
    kind = "title" if shapes["contiguous"].all() else "title_torn"
    worst = balance.iloc[int(np.argmax(balance["deviation"].abs()))]
    return locale.text(
        f"plot.territories.{kind}",
        territories=locale.number(len(shapes)),
        deviation=locale.percent(abs(worst["deviation"])),
        attribute=locale.label("attribute", str(worst["attribute"])),
        torn=locale.number((~shapes["contiguous"]).sum()),
    )


def plot_territories(
    marks: pd.DataFrame,
    ax: Axes | None = None,
    *,
    title: str = "",
    outlines: Mapping[str, Sequence[Ring]] | None = None,
    locale: Locale = ENGLISH,
) -> Axes:
    """Plot territories on a map.

    Parameters
    ----------
    marks : DataFrame
        From `territory_marks`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    title : str
        The finding, from `territory_title`.
    outlines : mapping of str to rings, optional
        Longitude and latitude by unit, shape (corners, 2). Units with an outline are filled, and lines are
        drawn where territories meet; outlines of what is no unit stand in the background.
    locale : Locale

    Returns
    -------
    Axes
        Degrees, stretched so that distances look alike in both directions in the middle of the map.

    Examples
    --------
    >>> marks = pd.DataFrame({"unit_id": ["a"], "territory_id": ["T1"], "latitude": [45.0],
    ...     "longitude": [4.0], "look": [0], "label_latitude": [45.0], "label_longitude": [4.0]})
    >>> [text.get_text() for text in plot_territories(marks, title="One territory").texts[:1]]
    ['T1']
    """
    ax = ax or new_axes(width=8.6, height=7.6)
    outlines = outlines or {}
    filled = marks[marks["unit_id"].isin(list(outlines))]
    if len(filled):
        _fill(ax, filled, outlines)
    elif outlines:
        rings = [ring for each in outlines.values() for ring in each]
        ax.add_collection(LineCollection(rings, colors=GRID_COLOUR, linewidths=0.6, zorder=1))
    _dot(ax, marks.drop(filled.index))
    ax.autoscale_view()
    _name(ax, marks.drop_duplicates("territory_id"))
    ax.set_aspect(1 / np.cos(np.radians(marks["latitude"].mean())), adjustable="box")
    finish(ax, title=title)
    ax.set_axis_off()
    reading = locale.text("plot.territories.reading" if len(filled) else "plot.territories.reading_dots")
    ax.text(0.0, -0.02, reading, transform=ax.transAxes, fontsize=9, va="top", color=TEXT_COLOUR)
    return ax


def _fill(ax: Axes, marks: pd.DataFrame, outlines: Mapping[str, Sequence[Ring]]) -> None:
    """Fill units with the colour of their territory, thin white lines between them, dark ones around all."""
    rings, colours = [], []
    sides: dict[tuple[tuple[float, float], tuple[float, float]], set[str]] = {}
    for row in marks.to_dict("records"):
        for ring in outlines[row["unit_id"]]:
            rings.append(ring)
            colours.append(_lighten(PALETTE[row["look"]]))
            corners = [(float(x), float(y)) for x, y in ring]
            for a, b in zip(corners, [*corners[1:], corners[0]], strict=True):
                key = (a, b) if a < b else (b, a)
                sides.setdefault(key, set()).add(row["territory_id"])
    ax.add_collection(PolyCollection(rings, facecolors=colours, edgecolors="white", linewidths=0.5, zorder=2))
    meeting = [side for side, owners in sides.items() if len(owners) > 1]
    ax.add_collection(LineCollection(meeting, colors=TEXT_COLOUR, linewidths=1.6, zorder=3))


def _lighten(colour: str) -> tuple[float, float, float]:
    """Mix a colour with a little white, so that names stand out."""
    red, green, blue = (WHITENESS + (1 - WHITENESS) * part for part in to_rgb(colour))
    return red, green, blue


def _dot(ax: Axes, marks: pd.DataFrame) -> None:
    """Draw units without an outline, one colour and one sign a look."""
    size = float(np.clip(9000 / max(len(marks), 1), 6, 40))
    for look, mine in marks.groupby("look"):
        index = int(str(look))
        ax.scatter(
            mine["longitude"], mine["latitude"], s=size, color=PALETTE[index], marker=MARKERS[index],
            linewidths=0, alpha=0.75, zorder=4,
        )  # fmt: skip


def _name(ax: Axes, first: pd.DataFrame) -> None:
    """Write the name of each territory near its middle; one that would cover another moves down."""
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    tall = APART[1] * (high - low)
    named: list[tuple[float, float]] = []
    for row in first.sort_values("territory_id").to_dict("records"):
        x, y = row["label_longitude"], row["label_latitude"]
        wide = APART[0] * (right - left) * max(len(row["territory_id"]), LEAST_LETTERS)
        while any(abs(x - a) < wide and abs(y - b) < tall for a, b in named) and y > low:
            y -= tall / 2
        named.append((x, y))
        ax.text(
            x, y, row["territory_id"], ha="center", va="center",
            fontsize=10, fontweight="bold", color=TEXT_COLOUR, zorder=6,
            path_effects=[patheffects.withStroke(linewidth=3, foreground="white")],
        )  # fmt: skip
