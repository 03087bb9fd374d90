"""Morris's picture: how much each assumption moves a lead, and how unevenly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kamsim.config import Scenario
from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.assumptions import recommendation_text
from kamsim.reporting.style import (
    BASELINE_COLOUR,
    PALETTE,
    TEXT_COLOUR,
    finish,
    new_axes,
    say_absent,
    write_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_screening(
    screening: pd.DataFrame,
    scenario: Scenario,
    ax: Axes | None = None,
    *,
    output: str,
    locale: Locale = ENGLISH,
) -> Axes:
    """Plot the mean size of each assumption's effect (mu*) against its spread (sigma).

    Parameters
    ----------
    screening : DataFrame
        `SCREENING`.
    scenario : Scenario
        For the guide's range and the currency.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    output : str
        The recommendation, as in the table.
    locale : Locale

    Returns
    -------
    Axes
        Its title names the two assumptions that move the lead most.
    """
    rows = screening[screening["output"] == output].sort_values("mu_star", ascending=False)
    if len(rows) < 2:
        return say_absent(ax, locale.text("plot.screening.title_empty"))
    ax = ax or new_axes(8.6, 5.0)
    largest = float(rows[["mu_star", "sigma"]].max().max())
    ax.plot(
        [0, 1.1 * largest], [0, 1.1 * largest], color=BASELINE_COLOUR, linewidth=1, linestyle="--", zorder=1
    )
    half = rows["mu_star"] - rows["mu_star_low"]
    ax.errorbar(rows["mu_star"], rows["sigma"], xerr=half, fmt="none", ecolor="#B7CFE0", zorder=2)
    for number, row in enumerate(rows.to_dict("records"), start=1):
        name = locale.label("assumption", row["assumption"])
        ax.plot(
            row["mu_star"],
            row["sigma"],
            "o",
            color=PALETTE[0],
            markersize=14,
            markeredgecolor="white",
            zorder=3,
        )
        ax.annotate(
            locale.number(number), (row["mu_star"], row["sigma"]), ha="center", va="center", fontsize=8.5,
            color="white", zorder=4,
        )  # fmt: skip
        ax.annotate(
            f"{locale.number(number)}  {name}", (1.02, 1 - 0.07 * (number - 0.5)), xycoords="axes fraction",
            va="center", fontsize=9.5, color=TEXT_COLOUR,
        )  # fmt: skip
    ax.set_xlim(left=0)
    ax.set_ylim(0, 1.12 * float(rows["sigma"].max()))
    for axis in (ax.xaxis, ax.yaxis):
        write_ticks(axis, lambda x: locale.money(x, scenario.currency, compact=True, like=largest))
    first, second = (locale.label("assumption", name) for name in rows["assumption"].iloc[:2])
    title = locale.text(
        "plot.screening.title",
        first=first,
        second=second[:1].lower() + second[1:] if not second[:2].isupper() else second,
        recommendation=recommendation_text(output, scenario, locale),
    )
    ax.text(0.01, 0.98, locale.text("plot.screening.line"), transform=ax.transAxes, va="top", fontsize=9,
            color=BASELINE_COLOUR)  # fmt: skip
    x_label, y_label = (locale.text(f"plot.screening.{end}_axis") for end in ("x", "y"))
    return finish(ax, title=title, x_label=x_label, y_label=y_label)
