"""A measure over the parameter that moves it most, a line an item."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import MARKERS, PALETTE, finish, new_axes, say_absent, write_ticks
from kamsim.reporting.sweep import (
    headline_measure,
    measure_label,
    measure_rows,
    varied_parameters,
    write_value,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ITEMS = 6
"""Items that are told apart by colour; the others are left out, lowest first."""

MOST_TICKS = 8
"""Levels of a parameter that are written one by one."""


def leading_parameter(rows: pd.DataFrame, names: list[str]) -> str:
    """Return the parameter whose levels are farthest apart in the mean of the measure.

    Examples
    --------
    >>> rows = pd.DataFrame({"a": [1, 1, 2, 2], "b": [1, 2, 1, 2], "value": [0.0, 5.0, 1.0, 6.0]})
    >>> leading_parameter(rows, ["a", "b"])
    'b'
    """
    means = {name: rows.groupby(name, dropna=False)["value"].mean() for name in names}
    return max(names, key=lambda name: float(means[name].max() - means[name].min()))


def plot_sweep(
    table: pd.DataFrame, ax: Axes | None = None, *, measure: str | None = None, locale: Locale = ENGLISH
) -> Axes:
    r"""Plot one measure of a sweep over the parameter that moves it most.

    Parameters
    ----------
    table : DataFrame
        A sweep's table (`kamsim.schemas.sweep_table`).
    ax : Axes, optional
        Where to draw; a new figure if absent.
    measure : str, optional
        The headline measure unless told otherwise.
    locale : Locale

    Returns
    -------
    Axes
        Every point is drawn with its interval; a line joins the means over the other parameters. Items beyond
        six are left out, those with the lowest means first.

    Examples
    --------
    >>> from kamsim.schemas import SWEEP_COLUMNS
    >>> one = pd.DataFrame({name: [None, None] for name in SWEEP_COLUMNS}).assign(point=[1, 2], seed=[7, 8])
    >>> two = one.assign(measure="nrr", value=[1.0, 1.1], low=[0.9, 1.0], high=[1.1, 1.2])
    >>> plot_sweep(two).get_title(loc="left").replace("\n", " ")
    'NRR a year: highest at seed = 8 (1.10), lowest at 7 (1)'
    """
    rows = measure_rows(table, measure)
    if rows.empty:
        return say_absent(ax, locale.text("plot.sweep.title_empty"))
    axis = leading_parameter(rows, varied_parameters(table))
    rows = rows.assign(item=rows["item"].astype(object).where(rows["item"].notna(), ""))
    items = rows.groupby("item")["value"].mean().sort_values(ascending=False).index[:MOST_ITEMS].tolist()
    ax = ax or new_axes()
    places = _places(rows[axis], ax, locale)
    for number, item in enumerate(items):
        _draw_item(ax, rows[rows["item"] == item], axis, places, number, len(items), locale.policy(str(item)))
    if len(items) > 1:
        ax.legend(frameon=False, fontsize=10, loc="best")
    ax.yaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10]))  # 12.5 would be written as 12
    digits = max(0, math.ceil(1 - math.log10(max(float(np.ptp(ax.get_ylim())), 1e-6))))
    write_ticks(ax.yaxis, lambda y: locale.number(y, digits))
    label = measure_label(measure or headline_measure(table) or "", locale)
    return finish(ax, title=sweep_title(rows, axis, label, locale), x_label=axis, y_label=label)


def sweep_title(rows: pd.DataFrame, axis: str, label: str, locale: Locale) -> str:
    """Say which item leads at how many points; or, with one item, where the measure is highest and lowest."""
    if len(rows["item"].unique()) > 1:
        first = rows.loc[rows.groupby("point")["value"].idxmax(), "item"].value_counts()
        text = {"item": locale.policy(str(first.index[0])), "count": locale.number(int(first.iloc[0]))}
        return locale.text(
            "plot.sweep.title_items", measure=label, of=locale.number(rows["point"].nunique()), **text
        )
    means = rows.groupby(axis, dropna=False)["value"].mean()
    ends: dict[str, Any] = {"high": means.idxmax(), "low": means.idxmin()}
    text = {name: write_value(level, locale) for name, level in ends.items()}
    text |= {f"{name}_value": write_value(float(means[level]), locale) for name, level in ends.items()}
    return locale.text("plot.sweep.title", measure=label, parameter=axis, **text)


def _places(levels: pd.Series, ax: Axes, locale: Locale) -> dict[object, float]:
    """Give each level of the parameter a place: numbers their own, other things one beside the other."""
    known = sorted(levels.unique().tolist(), key=lambda v: (isinstance(v, str), v))
    if all(isinstance(v, int | float) and not isinstance(v, bool) for v in known):
        if len(known) <= MOST_TICKS:
            ax.set_xticks(known, [write_value(v, locale) for v in known])
        else:
            write_ticks(ax.xaxis, lambda x: write_value(x, locale))
        return {v: float(v) for v in known}
    ax.set_xticks(range(len(known)), [write_value(v, locale) for v in known])
    return {v: float(place) for place, v in enumerate(known)}


def _draw_item(
    ax: Axes, rows: pd.DataFrame, axis: str, places: dict[object, float], number: int, of: int, name: str
) -> None:
    """Draw the points of one item, a little aside from those of the others."""
    gaps = sorted(places.values())
    width = min((b - a for a, b in pairwise(gaps)), default=1.0)
    x = rows[axis].map(places).astype(float) + 0.3 * width * ((number + 0.5) / of - 0.5)
    colour = PALETTE[number % len(PALETTE)]
    reach = [(rows["value"] - rows["low"]).fillna(0.0), (rows["high"] - rows["value"]).fillna(0.0)]
    marker = MARKERS[number % len(MARKERS)]
    ax.errorbar(x, rows["value"], yerr=reach, fmt=marker, color=colour, capsize=3, alpha=0.7, label=name)
    means = rows.assign(x=x).groupby("x")["value"].mean()
    ax.plot(means.index, means, color=colour, linewidth=1.5)
