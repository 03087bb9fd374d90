"""A hiring plan by quarter: posts to open, people, and people counted at their speed, beside the need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.ticker import MaxNLocator

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import BASELINE_COLOUR, PALETTE, TEXT_COLOUR, finish, new_axes, write_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NEARLY = 0.5
"""People that may be short for a need to count as met: hires are whole."""

PEOPLE_NAMED = {"there": "effective", "needed": "needed"}


def hiring_title(frame: pd.DataFrame, role: str, locale: Locale) -> str:
    """Say how many posts are opened, and from which quarter on the need is met, to half a person."""
    values = {
        "role": role,
        "opened": locale.number(frame["opened"].sum()),
        "quarters": locale.number(len(frame)),
    }
    if not frame["opened"].any() and not (frame["short"] > NEARLY).any():
        first = frame.sort_values("quarter").iloc[0]
        people = {name: locale.number(first[key], 1) for name, key in PEOPLE_NAMED.items()}
        return locale.text("plot.hiring.title_none", role=role, quarters=values["quarters"], **people)
    late = frame.loc[frame["short"] > NEARLY, "quarter"]
    if len(late) and late.max() == frame["quarter"].max():
        short = frame.sort_values("quarter")["short"].iloc[-1]
        return locale.text("plot.hiring.title_late", **values, short=locale.number(short, 1))
    met = late.max() + 1 if len(late) else frame["quarter"].min()
    return locale.text("plot.hiring.title", **values, met=locale.number(met))


def plot_hiring(
    hiring: pd.DataFrame, role: str = "AE", ax: Axes | None = None, *, locale: Locale = ENGLISH
) -> Axes:
    """Plot one role's plan: bars for posts to open, lines for people, their speed and the need.

    Parameters
    ----------
    hiring : DataFrame
        HIRING.
    role : str
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale

    Returns
    -------
    Axes

    Examples
    --------
    >>> hiring = pd.DataFrame({"quarter": [1, 2], "role": "AE", "needed": 4.0, "opened": [2.0, 0.0],
    ...     "people": 4.0, "effective": [2.4, 4.0], "short": [1.6, 0.0]})
    >>> plot_hiring(hiring).get_title(loc="left").split(";")[0]
    'Posts to open (AE): 2 over 2 quarters'
    """
    frame = hiring[hiring["role"] == role].sort_values("quarter")
    ax = ax or new_axes()
    quarter = frame["quarter"]
    bars = ax.bar(
        quarter, frame["opened"], width=0.5, color=PALETTE[5], label=locale.text("plot.hiring.opened")
    )
    ax.bar_label(
        bars, [locale.number(n) if n else "" for n in frame["opened"]], fontsize=10, label_type="center"
    )
    ax.plot(
        quarter, frame["needed"], color=TEXT_COLOUR, linewidth=1.6, label=locale.text("plot.hiring.needed")
    )
    ax.plot(
        quarter, frame["people"], "--s", color=BASELINE_COLOUR, linewidth=1.6, markersize=5,
        label=locale.text("plot.hiring.people"),
    )  # fmt: skip
    ax.plot(
        quarter, frame["effective"], "-o", color=PALETTE[0], linewidth=2.2, markersize=6,
        label=locale.text("plot.hiring.effective"),
    )  # fmt: skip
    ax.set_ylim(bottom=0)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    write_ticks(ax.xaxis, locale.number)
    ax.legend(frameon=False, fontsize=10, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return finish(
        ax,
        title=hiring_title(frame, role, locale),
        x_label=locale.text("plot.hiring.axis"),
        y_label=locale.text("plot.hiring.y_axis"),
        grid="y",
    )
