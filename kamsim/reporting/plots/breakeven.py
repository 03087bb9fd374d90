"""The break-even map: over two assumptions, where the guide's ratio is best and what it costs elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Patch

from kamsim.config import Scenario
from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.assumptions import write_assumption, write_ratio
from kamsim.reporting.style import TEXT_COLOUR, finish, new_axes, say_absent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOSSES = (0.05, 0.2)
"""Shares of the contribution between which the cost of following the guide is told apart."""
_COLOURS = ("#0072B2", "#9CCBE8", "#FBE6D4", "#F0AE7C", "#D55E00", "#DADCE0")
_BEST, _AS_GOOD, _UP_TO, _UP_TO_MORE, _MORE, _NOTHING = range(6)
_WHITE_ON = (_BEST, _MORE)


def breakeven_cells(table: pd.DataFrame, segment: str, first: str, second: str) -> pd.DataFrame:
    """Take the cells of one map, each with its class of cost.

    Parameters
    ----------
    table : DataFrame
        `BREAKEVEN`.
    segment, first, second : str
        As in the table; `first` and `second` may be swapped.

    Returns
    -------
    DataFrame
        By cell: first_value, second_value, best_ratio, guide_is_best and ``cost``: 0 (the guide is best),
        1 (as good), 2 to 4 (costs up to each of `LOSSES`, or more) or 5 (no ratio pays).

    Examples
    --------
    >>> from kamsim.schemas import BREAKEVEN
    >>> breakeven_cells(BREAKEVEN.empty(), "strategic", "response", "potential").empty
    True
    """
    both = table[table["segment"] == segment]
    cells = both[(both["first"] == first) & (both["second"] == second)]
    if cells.empty:
        swapped = {"first_value": "second_value", "second_value": "first_value"}
        cells = both[(both["first"] == second) & (both["second"] == first)].rename(columns=swapped)
    lost = cells["loss_share"].to_numpy(float)
    cost = np.select(
        [
            cells["guide_is_best"],
            cells["guide_is_as_good"],
            np.isnan(lost),
            lost <= LOSSES[0],
            lost <= LOSSES[1],
        ],
        [_BEST, _AS_GOOD, _NOTHING, _UP_TO, _UP_TO_MORE],
        default=_MORE,
    )
    names = ["first_value", "second_value", "best_ratio", "guide_is_best"]
    return cells[names].assign(cost=cost).sort_values(names[:2], ignore_index=True)


def plot_breakeven(
    table: pd.DataFrame,
    frontier: pd.DataFrame,
    advice: pd.DataFrame,
    scenario: Scenario,
    ax: Axes | None = None,
    *,
    segment: str,
    first: str = "potential",
    second: str = "response",
    locale: Locale = ENGLISH,
) -> Axes:
    """Plot the map of two assumptions: the colour is what the guide costs, the number is the best ratio.

    Parameters
    ----------
    table, frontier, advice : DataFrame
        `BREAKEVEN`, `BREAKEVEN_FRONTIER` and `ADVICE`.
    scenario : Scenario
        For the guide's range and the currency.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    segment, first, second : str
        Across goes the first assumption, upwards the second.
    locale : Locale

    Returns
    -------
    Axes
        Its title says whether the guide's ratio is best as preset.
    """
    cells = breakeven_cells(table, segment, first, second)
    if cells.empty:
        return say_absent(ax, locale.text("plot.breakeven.title_empty"))
    ax = ax or new_axes(8.6, 6.0)
    xs, ys = (np.sort(cells[name].unique()) for name in ("first_value", "second_value"))
    # Cells come sorted by the first value and then the second.
    grid, ratios = (cells[name].to_numpy().reshape(len(xs), len(ys)).T for name in ("cost", "best_ratio"))
    edges = [np.arange(len(values) + 1) - 0.5 for values in (xs, ys)]
    norm = BoundaryNorm(np.arange(len(_COLOURS) + 1) - 0.5, len(_COLOURS))
    ax.pcolormesh(*edges, grid, cmap=ListedColormap(_COLOURS), norm=norm, edgecolors="white", linewidth=0.8)
    most = getattr(scenario.breakeven, segment).searched[1]
    for (row, column), ratio in np.ndenumerate(ratios):
        colour = "white" if grid[row, column] in _WHITE_ON else TEXT_COLOUR
        more = "+" if ratio >= most else ""
        ax.text(
            column,
            row,
            f"{write_ratio(ratio, locale)}{more}",
            ha="center",
            va="center",
            fontsize=9,
            color=colour,
        )
    preset = frontier[frontier["segment"] == segment].groupby("assumption")["preset_value"].first()
    place = [_place(values, preset[name]) for values, name in ((xs, first), (ys, second))]
    ax.plot(
        *place,
        marker="o",
        markersize=19,
        markerfacecolor="none",
        markeredgecolor=TEXT_COLOUR,
        markeredgewidth=2,
    )
    for axis, values, name in ((ax.xaxis, xs, first), (ax.yaxis, ys, second)):
        texts = [write_assumption(name, value, locale, scenario.currency) for value in values]
        axis.set_ticks(range(len(values)), texts)
    _legend(ax, sorted(cells["cost"].unique()), scenario, locale)
    title = breakeven_title(cells, advice, scenario, segment, locale)
    finish(
        ax, title=title, x_label=locale.label("assumption", first), y_label=locale.label("assumption", second)
    )
    ax.grid(visible=False)
    return ax


def breakeven_title(
    cells: pd.DataFrame, advice: pd.DataFrame, scenario: Scenario, segment: str, locale: Locale
) -> str:
    """Say whether the guide's ratio is best as preset, and in how much of the map."""
    low, high = getattr(scenario.breakeven, segment).accounts_per_ae
    at_preset = advice[advice["segment"] == segment].to_dict("records")[0]
    verdict = (
        "best" if at_preset["guide_is_best"] else "as_good" if at_preset["guide_is_as_good"] else "worse"
    )
    return locale.text(
        f"plot.breakeven.title_{verdict}",
        low=locale.number(low),
        high=locale.number(high),
        segment=locale.text(f"segment.{segment}"),
        ratio=write_ratio(at_preset["best_ratio"], locale),
        loss=locale.percent(at_preset["loss_share"]),
        best=locale.percent(float(cells["guide_is_best"].mean()), 0),
    )


def _place(values: np.ndarray, x: float) -> float:
    """Where a value lies between the middles of the cells, whose values are even in the logarithm."""
    return float(np.interp(np.log(x), np.log(values), np.arange(len(values))))


def _legend(ax: Axes, costs: list[int], scenario: Scenario, locale: Locale) -> None:
    small, large = (locale.percent(x, 0) for x in LOSSES)
    flat = locale.percent(scenario.breakeven.flat_share, 0)
    words = {
        _BEST: locale.text("plot.breakeven.best"),
        _AS_GOOD: locale.text("plot.breakeven.as_good", flat=flat),
        _UP_TO: locale.text("plot.breakeven.up_to", loss=small),
        _UP_TO_MORE: locale.text("plot.breakeven.up_to", loss=large),
        _MORE: locale.text("plot.breakeven.more", loss=large),
        _NOTHING: locale.text("plot.breakeven.nothing"),
    }
    marks: list[object] = [Patch(facecolor=_COLOURS[cost], label=words[cost]) for cost in costs]
    ring = ax.plot(
        [], [], "o", markersize=11, markerfacecolor="none", markeredgecolor=TEXT_COLOUR, markeredgewidth=2,
        label=locale.text("plot.breakeven.preset"),
    )  # fmt: skip
    ax.legend(
        handles=[*marks, *ring], loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=9.5,
        title=locale.text("plot.breakeven.reading"), title_fontsize=9.5, alignment="left",
    )  # fmt: skip
