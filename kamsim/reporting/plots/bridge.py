"""From last year's revenue to this year's, part by part."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.ticker import MaxNLocator

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import (
    BASELINE_COLOUR,
    BETTER,
    TEXT_COLOUR,
    WORSE,
    finish,
    new_axes,
    say_absent,
    write_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENDS = ("start", "end")
LETTERS = 12
"""Letters that fit under a bar."""


def bridge_title(bridge: pd.DataFrame, locale: Locale, currency: str) -> str:
    """Say from what to what revenue went, what came and what went."""
    amount = bridge.set_index("part")["amount_eur"]
    changes = amount.drop(list(ENDS))
    largest, change = amount.abs().max(), changes.abs().max()
    return locale.text(
        f"plot.bridge.title_{bridge['basis'].iloc[0]}",
        start=locale.money(amount["start"], currency, compact=True, like=largest),
        end=locale.money(amount["end"], currency, compact=True, like=largest),
        change=locale.percent(amount["end"] / amount["start"] - 1, 0, signed=True),
        came=locale.money(changes[changes > 0].sum(), currency, compact=True, like=change),
        went=locale.money(-changes[changes < 0].sum(), currency, compact=True, like=change),
    )


def plot_bridge(
    bridge: pd.DataFrame, ax: Axes | None = None, *, locale: Locale = ENGLISH, currency: str = "EUR"
) -> Axes:
    """Plot the bridge as a waterfall: the two ends stand, the parts hang between them.

    Parameters
    ----------
    bridge : DataFrame
        From `kamsim.measures.revenue_bridge`. Parts without an amount are left out.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    Axes
        Where the history is too short, one line that says so.

    Examples
    --------
    >>> bridge = pd.DataFrame({"part": ["start", "new", "churn", "end"], "basis": "month"})
    >>> ax = plot_bridge(bridge.assign(amount_eur=[1e6, 3e5, -1e5, 1.2e6]))
    >>> " ".join(ax.get_title(loc="left").split())
    'Monthly revenue went from €1.0M to €1.2M (+20%) within a year: €300k came, €100k went'
    """
    if bridge.empty or not bridge.loc[bridge["part"] == "start", "amount_eur"].any():
        return say_absent(ax, locale.text("plot.bridge.title_empty"))
    rows = bridge[bridge["part"].isin(ENDS) | (bridge["amount_eur"] != 0)].reset_index(drop=True)
    ends = rows["part"].isin(ENDS)
    units = [rows.loc[part, "amount_eur"].abs().max() for part in (ends, ~ends)]
    ax = ax or new_axes(height=4.6)
    level = highest = 0.0
    for place, row in enumerate(rows.to_dict("records")):
        amount, is_end = row["amount_eur"], row["part"] in ENDS
        bottom = 0.0 if is_end else level
        colour = BASELINE_COLOUR if is_end else BETTER if amount > 0 else WORSE
        ax.bar(place, amount, bottom=bottom, width=0.62, color=colour, zorder=2)
        top, level = max(bottom, bottom + amount), bottom + amount
        highest = max(highest, top)
        ax.annotate(
            locale.money(amount, currency, compact=True, signed=not is_end, like=units[not is_end]),
            (place, top), xytext=(0, 4), textcoords="offset points", ha="center", fontsize=10, color=colour,
            fontweight="bold",
        )  # fmt: skip
        if place < len(rows) - 1:
            ax.plot([place + 0.31, place + 0.69], [level, level], color=TEXT_COLOUR, linewidth=0.8, zorder=1)
    basis = rows["basis"].iloc[0]
    names = [f"{part}_{basis}" if part in ENDS else part for part in rows["part"]]
    ax.set_xticks(range(len(rows)), [_label(name, locale) for name in names])
    ax.set_ylim(0, 1.1 * highest)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    write_ticks(ax.yaxis, lambda x: locale.money(x, currency, compact=True, like=units[0] if x else None))
    return finish(
        ax,
        title=bridge_title(bridge, locale, currency),
        y_label=locale.text(f"plot.bridge.axis_{basis}"),
        grid="y",
    )


def _label(name: str, locale: Locale) -> str:
    return textwrap.fill(locale.text(f"plot.bridge.{name}"), LETTERS)
