"""The regret ladder as a waterfall: from the status quo to what a clairvoyant would bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.ladder import BELIEVED, money_with_ends, own_worth
from kamsim.reporting.style import (
    BASELINE_COLOUR,
    BETTER,
    TEXT_COLOUR,
    UNCLEAR,
    WORSE,
    finish,
    new_axes,
    write_money_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OPTIMUM = "optimum_true"
BOUND = "clairvoyant"


def plot_ladder(
    ladder: pd.DataFrame,
    reference: str,
    ax: Axes | None = None,
    *,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
    months: int = 36,
) -> Axes:
    r"""Plot each step as a bar from the step before, with the interval of their difference.

    Parameters
    ----------
    ladder : DataFrame
        LADDER.
    reference : str
        Row of step 1 that all is counted from.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale
    currency : str
        ISO code.
    months : int
        Horizon.

    Returns
    -------
    Axes
        Its title states the regret of the status quo and of the optimum on what is believed.

    Examples
    --------
    >>> from kamsim.schemas import LADDER
    >>> row = {name: 0.0 for name in LADDER.columns}
    >>> names = ("status_quo_revenue", "optimum_believed", "optimum_true")
    >>> rows = [row | {"step": step, "name": name} for step, name in zip((1, 5, 6), names)]
    >>> ladder = pd.DataFrame(rows).assign(regret_eur=[3e6, 1e6, 0.0], contribution_eur=[0.0, 2e6, 3e6])
    >>> plot_ladder(ladder, "status_quo_revenue").get_title(loc="left").replace("\n", " ")[:54]
    'The status quo leaves €3.0M of what is possible with t'
    """
    rows = ladder.to_dict("records")
    by_name = {row["name"]: row for row in rows}
    start = by_name[reference]["contribution_eur"]
    gain = {row["name"]: row["contribution_eur"] - start for row in rows}
    largest = max(abs(value) for value in gain.values())
    ax = ax or new_axes(width=9.0, height=1.6 + 0.4 * len(rows))
    ax.use_sticky_edges = False
    ax.axvline(0, color=TEXT_COLOUR, linewidth=1.2, zorder=1)
    ax.axvline(gain[OPTIMUM], color=BASELINE_COLOUR, linestyle="--", linewidth=1.2, zorder=1)
    _draw_steps(ax, rows, gain, reference)
    _mark_bounds(ax, rows, gain, locale)
    for place, row in enumerate(rows):
        first = locale.text("plot.ladder.difference") if place == 0 else ""
        by_step = money_with_ends(row, "difference_", locale, currency, largest)
        ax.annotate(
            first if row["step"] == 1 else by_step, (1.015, place), xycoords=("axes fraction", "data"),
            va="center", fontsize=9.5, color=TEXT_COLOUR,
        )  # fmt: skip
    ax.set_yticks(range(len(rows)), [locale.text(f"ladder.of.{row['name']}") for row in rows])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.annotate(
        locale.text("plot.ladder.optimum"), (gain[OPTIMUM], -0.55), xytext=(5, 0), textcoords="offset points",
        fontsize=9.5, color=BASELINE_COLOUR, va="top",
    )  # fmt: skip
    write_money_ticks(ax.xaxis, locale, currency, largest)
    values = {
        name: locale.money(by_name[key]["regret_eur"], currency, compact=True)
        for name, key in (("regret", reference), ("rest", BELIEVED))
    }
    return finish(
        ax,
        title=locale.text("plot.ladder.title", **values),
        x_label=locale.text("plot.ladder.axis", months=locale.number(months)),
        grid="x",
    )


def _draw_steps(
    ax: Axes, rows: Sequence[Mapping[Any, Any]], gain: Mapping[str, float], reference: str
) -> None:
    """Points for what there is today, then a bar a step, each from the end of the one before."""
    before = reference
    for place, row in enumerate(rows):
        name, end = row["name"], gain[row["name"]]
        if row["step"] == 1:
            ax.plot([end], [place], "o", color=BASELINE_COLOUR, markersize=8, zorder=3)
            continue
        low, high = (row[f"difference_{side}_eur"] for side in ("low", "high"))
        colour = BETTER if low > 0 else WORSE if high < 0 else UNCLEAR
        _draw_step(ax, place, gain[before], end, row, colour)
        before = name


def _draw_step(ax: Axes, place: int, begin: float, end: float, row: Mapping[Any, Any], colour: str) -> None:
    """A bar from one step to the next, and the interval of the difference at its end."""
    hatch = "//" if row["name"] == BOUND else None
    ax.barh(
        place, end - begin, left=begin, height=0.56, color=colour, alpha=0.4 if hatch else 0.85, hatch=hatch,
        edgecolor="white", zorder=2,
    )  # fmt: skip
    ends = [begin + row[f"difference_{side}_eur"] for side in ("low", "high")]
    ax.plot(ends, [place, place], color=TEXT_COLOUR, linewidth=1.8, solid_capstyle="butt", zorder=4)


def _mark_bounds(
    ax: Axes, rows: Sequence[Mapping[Any, Any]], gain: Mapping[str, float], locale: Locale
) -> None:
    """A tick where no plan with the same knowledge could lie beyond, by the curves it was optimised on."""
    marks = [
        (gain[row["name"]] + row["bound_eur"] - own_worth(row), place)
        for place, row in enumerate(rows)
        if row["step"] > 4 and pd.notna(row["bound_eur"]) and row["bound_eur"] > 0
    ]
    if marks:
        across, along = zip(*marks, strict=True)
        ax.plot(
            across, along, "|", color=TEXT_COLOUR, markersize=17, markeredgewidth=1.4, zorder=5,
            label=locale.text("plot.ladder.bound"),
        )  # fmt: skip
        ax.legend(
            loc="upper right", bbox_to_anchor=(1.0, 0.92), fontsize=9.5, framealpha=1.0, edgecolor="none"
        )
