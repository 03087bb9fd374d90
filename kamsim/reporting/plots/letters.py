"""How often opportunities are won by how many MEDDIC letters were known at their closing (D-MED-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import PALETTE, finish, new_axes, say_absent, write_percent_ticks
from kamsim.schemas import MEDDIC

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HALF = len(MEDDIC) // 2


def letters_title(won: pd.DataFrame, locale: Locale) -> str:
    """Say what share was won with half of the letters or more, and what with fewer."""
    many = won["letters"] >= HALF
    counts = won["won_share"] * won["closed"]
    if not (many.any() and (~many).any()):
        share = counts.sum() / won["closed"].sum()
        return locale.text("plot.letters.title_alike", share=locale.percent(share, 0))
    shares = {
        name: locale.percent(counts[rows].sum() / won.loc[rows, "closed"].sum(), 0)
        for name, rows in (("more", many), ("fewer", ~many))
    }
    return locale.text("plot.letters.title", letters=locale.number(HALF), **shares)


def plot_letters(won: pd.DataFrame, ax: Axes | None = None, *, locale: Locale = ENGLISH) -> Axes:
    """Plot the share won by the number of letters known, with intervals.

    Parameters
    ----------
    won : DataFrame
        From `kamsim.scoring.won_by_letters`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale

    Returns
    -------
    Axes
        Beside each point the number of opportunities. Without a letter on record, one line that says so.

    Examples
    --------
    >>> won = pd.DataFrame({"letters": [2, 3], "closed": [100, 50], "won_share": [0.3, 0.6]})
    >>> ax = plot_letters(won.assign(low=[0.2, 0.4], high=[0.4, 0.7]))
    >>> " ".join(ax.get_title(loc="left").split())
    'Won with 3 MEDDIC letters or more: 60% of the closed opportunities; with fewer: 30%'
    """
    if won.empty:
        return say_absent(ax, locale.text("plot.letters.title_empty"))
    ax = ax or new_axes(height=4.0)
    errors = [won["won_share"] - won["low"], won["high"] - won["won_share"]]
    ax.errorbar(
        won["letters"], won["won_share"], yerr=errors, fmt="o", color=PALETTE[0], markersize=7,
        elinewidth=1.6, capsize=3, zorder=3,
    )  # fmt: skip
    ax.set_ylim(0, 1)
    ax.set_xlim(-0.5, len(MEDDIC) + 0.5)
    count = dict(zip(won["letters"], won["closed"], strict=True))
    missing = locale.text("format.missing")
    ticks = range(len(MEDDIC) + 1)
    labels = [f"{n}\n({locale.number(count[n]) if n in count else missing})" for n in ticks]
    ax.set_xticks(list(ticks), labels)
    write_percent_ticks(ax.yaxis, locale)
    return finish(
        ax,
        title=letters_title(won, locale),
        x_label=locale.text("plot.letters.x_axis", letters=locale.number(len(MEDDIC))),
        y_label=locale.text("plot.letters.y_axis"),
        grid="y",
    )
