"""What moves are worth: gain against the accounts that change owner, under its proven bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import BASELINE_COLOUR, PALETTE, finish, new_axes, say_absent, write_money_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_OF_IT = 2 / 3
"""The title names the first point that brings at least this share of what all moves gain."""


def move_gains_title(points: pd.DataFrame, locale: Locale, currency: str) -> str:
    """Say how few of the moves bring most of what moves gain."""
    last = points.iloc[-1]
    if last["gain_moves_eur"] <= 0:
        gain = locale.money(last["gain_hours_eur"], currency, compact=True)
        return locale.text("plot.move_gains.title_none", gain=gain)
    share = points["gain_moves_eur"] / last["gain_moves_eur"]
    first = points[share >= MOST_OF_IT].iloc[0]
    return locale.text(
        "plot.move_gains.title",
        few=locale.number(first["accounts_moved"]),
        most=locale.number(last["accounts_moved"]),
        share=locale.percent(first["gain_moves_eur"] / last["gain_moves_eur"], 0),
    )


def plot_move_gains(
    points: pd.DataFrame, ax: Axes | None = None, *, locale: Locale = ENGLISH, currency: str = "EUR"
) -> Axes:
    """Plot the gain from moves against the accounts moved, and the bound that no plan passes.

    Parameters
    ----------
    points : DataFrame
        `FRONTIER`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    Axes
        Gain starts from the plan with the fewest moves and the best hours, which has its own line of text.

    Examples
    --------
    >>> points = pd.DataFrame({"moves_allowed": [0, 9, 50], "accounts_moved": [0, 9, 40]})
    >>> points = points.assign(gain_moves_eur=[0.0, 8e4, 1e5], gain_hours_eur=2e6, gain_bound_eur=2.2e6)
    >>> plot_move_gains(points).get_title(loc="left")
    '9 of 40 moves bring 80% of what moves gain'
    """
    title = move_gains_title(points, locale, currency)
    if points.iloc[-1]["gain_moves_eur"] <= 0:
        return say_absent(ax, title)
    ax = ax or new_axes()
    bound = points["gain_bound_eur"] - points["gain_hours_eur"]
    ax.plot(
        points["moves_allowed"],
        bound,
        "--",
        color=BASELINE_COLOUR,
        linewidth=1.6,
        label=locale.text("plot.move_gains.bound"),
    )
    ax.plot(
        points["accounts_moved"], points["gain_moves_eur"], "o-", color=PALETTE[0], markersize=6, linewidth=2,
        label=locale.text("plot.move_gains.plan"),
    )  # fmt: skip
    ax.set_ylim(0, 1.08 * float(bound.max()))
    ax.set_xlim(left=0)
    write_money_ticks(ax.yaxis, locale, currency, float(bound.max()))
    ax.legend(loc="lower right", frameon=False, fontsize=9.5)
    gain = locale.money(float(points["gain_hours_eur"].iloc[0]), currency, compact=True)
    return finish(
        ax,
        title=title,
        x_label=locale.text("plot.move_gains.x_axis"),
        y_label=locale.text("plot.move_gains.y_axis", gain=gain),
    )
