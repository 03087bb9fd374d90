"""Whether probabilities mean what they say, and how far up the risky accounts stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import beta

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import (
    BASELINE_COLOUR,
    PALETTE,
    TEXT_COLOUR,
    finish,
    new_axes,
    say_absent,
    write_percent_ticks,
    write_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 10
LEVEL = 0.95
LIFT = "lift_decile_"


def reliability_curve(predictions: pd.DataFrame, bins: int = BINS) -> pd.DataFrame:
    """Group predictions into bins of equal size and count what happened in each.

    Parameters
    ----------
    predictions : DataFrame
        ``Assessment.predictions`` of a classifier: columns predicted and happened.
    bins : int
        At most; equal predictions stay together.

    Returns
    -------
    DataFrame
        predicted and happened (means), low and high (95 %, Clopper & Pearson 1934), rows.

    Examples
    --------
    >>> table = pd.DataFrame({"predicted": [0.1] * 10 + [0.6] * 10, "happened": [0, 1] * 10})
    >>> reliability_curve(table, bins=2)[["happened", "rows"]].values.tolist()
    [[0.5, 10.0], [0.5, 10.0]]
    """
    share = (predictions["predicted"].rank().to_numpy() - 0.5) / len(predictions)
    place = np.minimum(share * bins, bins - 1).astype(int)
    grouped = predictions.groupby(place)
    curve = grouped[["predicted", "happened"]].mean().assign(rows=grouped.size())
    hits = curve["happened"] * curve["rows"]
    low = beta.ppf((1 - LEVEL) / 2, hits, curve["rows"] - hits + 1)
    high = beta.ppf((1 + LEVEL) / 2, hits + 1, curve["rows"] - hits)
    curve["low"] = np.where(hits > 0, low, 0.0)
    curve["high"] = np.where(hits < curve["rows"], high, 1.0)
    return curve.reset_index(drop=True)


def reliability_title(curve: pd.DataFrame, locale: Locale) -> str:
    """Say by how much probabilities are off on the whole."""
    weight = curve["rows"] / curve["rows"].sum()
    predicted, happened = (float((weight * curve[name]).sum()) for name in ("predicted", "happened"))
    return locale.text(
        "plot.reliability.title",
        predicted=locale.percent(predicted, 1),
        happened=locale.percent(happened, 1),
    )


def plot_reliability(curve: pd.DataFrame, ax: Axes | None = None, *, locale: Locale = ENGLISH) -> Axes:
    """Plot what happened against what was predicted, with intervals, beside the line where both agree.

    Parameters
    ----------
    curve : DataFrame
        From `reliability_curve`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale

    Returns
    -------
    Axes

    Examples
    --------
    >>> table = pd.DataFrame({"predicted": [0.1] * 10 + [0.6] * 10, "happened": [0, 1] * 10})
    >>> plot_reliability(reliability_curve(table)).get_title(loc="left")
    'Predicted 35.0%, happened 50.0%'
    """
    if curve.empty:
        return say_absent(ax, locale.text("plot.reliability.title_empty"))
    ax = ax or new_axes(5.6, 4.6)
    reach = float(max(curve["predicted"].max(), curve["high"].max()))
    ax.plot([0, reach], [0, reach], color=BASELINE_COLOUR, linestyle="--", linewidth=1.2, zorder=2)
    errors = [curve["happened"] - curve["low"], curve["high"] - curve["happened"]]
    ax.errorbar(
        curve["predicted"], curve["happened"], yerr=errors, color=PALETTE[0], marker="o", markersize=5,
        elinewidth=1.1, capsize=2.5, zorder=3,
    )  # fmt: skip
    write_percent_ticks(ax.xaxis, locale)
    write_percent_ticks(ax.yaxis, locale)
    return finish(
        ax,
        title=reliability_title(curve, locale),
        x_label=locale.text("plot.reliability.x_axis"),
        y_label=locale.text("plot.reliability.y_axis"),
    )


def plot_lift(measures: pd.DataFrame, ax: Axes | None = None, *, locale: Locale = ENGLISH) -> Axes:
    """Plot how often it happened in each tenth of the accounts, from the highest score down.

    Parameters
    ----------
    measures : DataFrame
        ``Assessment.frame()`` of a classifier.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale

    Returns
    -------
    Axes
        Without a lift, one line that says so.

    Examples
    --------
    >>> lift = pd.DataFrame({"measure": ["lift_decile_1", "lift_decile_2"], "value": [3.0, 1.5]})
    >>> plot_lift(lift.assign(low=1.0, high=4.0)).get_title(loc="left")
    'The tenth with the highest scores: 3.0 times the mean'
    """
    rows = measures[measures["measure"].str.startswith(LIFT)].dropna(subset=["value"])
    if rows.empty:
        return say_absent(ax, locale.text("plot.lift.title_empty"))
    ax = ax or new_axes(height=3.8)
    tenth = rows["measure"].str.removeprefix(LIFT).astype(int)
    ax.bar(tenth, rows["value"], width=0.7, color=PALETTE[0], zorder=2)
    errors = [(rows["value"] - rows["low"]).clip(lower=0), (rows["high"] - rows["value"]).clip(lower=0)]
    ax.errorbar(
        tenth,
        rows["value"],
        yerr=errors,
        fmt="none",
        ecolor=TEXT_COLOUR,
        elinewidth=1.1,
        capsize=2.5,
        zorder=3,
    )
    ax.axhline(1, color=TEXT_COLOUR, linewidth=1.2, linestyle="--", zorder=4)
    ax.set_xticks(tenth)
    write_ticks(ax.yaxis, lambda x: locale.number(x, 1))
    title = locale.text("plot.lift.title", lift=locale.number(float(rows["value"].iloc[0]), 1))
    x_label, y_label = locale.text("plot.lift.x_axis"), locale.text("plot.lift.y_axis")
    return finish(ax, title=title, x_label=x_label, y_label=y_label, grid="y")
