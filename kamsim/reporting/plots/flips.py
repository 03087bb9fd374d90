"""The decision-flip map of one recommendation: each assumption's range, the preset, and the nearest flip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from kamsim.config import Scenario
from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.assumptions import recommendation_text, write_assumption
from kamsim.reporting.style import BETTER, TEXT_COLOUR, WORSE, finish, new_axes, say_absent

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_flips(
    flips: pd.DataFrame,
    scenario: Scenario,
    ax: Axes | None = None,
    *,
    recommendation: str,
    locale: Locale = ENGLISH,
) -> Axes:
    """Plot the plausible range of each assumption, nearest flip on top; beyond a flip it changes colour.

    Parameters
    ----------
    flips : DataFrame
        `FLIPS`.
    scenario : Scenario
        For the guide's range and the currency.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    recommendation : str
        As in the table.
    locale : Locale

    Returns
    -------
    Axes
        Its title says whether the recommendation leads as preset, and what flips it first.
    """
    rows = flips[flips["recommendation"] == recommendation]
    if rows.empty:
        return say_absent(ax, locale.text("plot.flips.title_empty"))
    rows = rows.sort_values(["distance", "assumption"], ascending=False, na_position="first")
    ax = ax or new_axes(9.0, 1.9 + 0.42 * len(rows))
    for place, row in enumerate(rows.to_dict("records")):
        _draw_row(ax, place, row, locale, scenario.currency)
    ax.set_yticks(range(len(rows)), [locale.label("assumption", name) for name in rows["assumption"]])
    ax.set_xticks([])
    ax.set_xlim(-0.14, 1.14)
    ax.set_ylim(-0.7, len(rows) - 0.2)
    _legend(ax, locale)
    title = flips_title(rows, scenario, recommendation, locale)
    return finish(ax, title=title, x_label=locale.text("plot.flips.x_axis"), grid="x")


def flips_title(rows: pd.DataFrame, scenario: Scenario, recommendation: str, locale: Locale) -> str:
    """Say whether a recommendation leads as preset, and what flips it first."""
    lead = float(rows["lead_eur"].iloc[0])
    words = {
        "recommendation": recommendation_text(recommendation, scenario, locale),
        "lead": locale.money(abs(lead), scenario.currency, compact=True),
    }
    verdict, known = "holds" if lead >= 0 else "fails", rows.dropna(subset="flip")
    if known.empty:
        return locale.text(f"plot.flips.title_never_{verdict}", **words)
    near = known.nsmallest(1, "distance").to_dict("records")[0]
    name = near["assumption"]
    flip = write_assumption(name, near["flip"], locale, scenario.currency)
    return locale.text(
        f"plot.flips.title_{verdict}", **words, assumption=locale.label("assumption", name).lower(), flip=flip
    )


def _draw_row(ax: Axes, place: int, row: dict[Any, Any], locale: Locale, currency: str) -> None:
    def share(value: float) -> float:
        return float(np.log(value / row["low"]) / np.log(row["high"] / row["low"]))

    def write(value: float) -> str:
        return write_assumption(row["assumption"], value, locale, currency)

    own, other = (BETTER, WORSE) if row["lead_eur"] >= 0 else (WORSE, BETTER)
    base = share(row["base"])
    style: dict[str, Any] = {"linewidth": 6, "solid_capstyle": "butt", "zorder": 2}
    ax.plot([0, 1], [place, place], color=own, **style)
    if row["flip"] == row["flip"]:
        flip = share(row["flip"])
        ax.plot([flip, 1.0 if flip > base else 0.0], [place, place], color=other, **style)
        ax.plot([flip], [place], "D", color="white", markersize=8, markeredgecolor=TEXT_COLOUR, zorder=4)
        ax.annotate(
            write(row["flip"]),
            (flip, place),
            xytext=(0, 9),
            textcoords="offset points",
            ha="center",
            fontsize=9,
        )
    ax.plot([base], [place], "o", color=TEXT_COLOUR, markersize=8, markeredgecolor="white", zorder=3)
    for x, value, side in ((0.0, row["low"], "right"), (1.0, row["high"], "left")):
        ax.annotate(
            write(value), (x, place), xytext=(-6 if x == 0 else 6, 0), textcoords="offset points", ha=side,
            va="center", fontsize=9,
        )  # fmt: skip


def _legend(ax: Axes, locale: Locale) -> None:
    handles = [
        Line2D([], [], color=BETTER, linewidth=6, label=locale.text("plot.flips.holds")),
        Line2D([], [], color=WORSE, linewidth=6, label=locale.text("plot.flips.fails")),
        Line2D([], [], marker="o", linestyle="", color=TEXT_COLOUR, label=locale.text("plot.flips.preset")),
        Line2D(
            [], [], marker="D", linestyle="", color="white", markeredgecolor=TEXT_COLOUR,
            label=locale.text("plot.flips.flip"),
        ),
    ]  # fmt: skip
    ax.legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=4, frameon=False, fontsize=9.5
    )
