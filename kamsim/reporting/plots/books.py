"""Hours that each AE's accounts ask for, the road included, beside the hours there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import PALETTE, TEXT_COLOUR, finish, new_axes, say_absent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLIENT_COLOUR, TRAVEL_COLOUR = PALETTE[0], PALETTE[4]
MOST_NAMES = 40
"""AEs whose ids can be read below their bars."""


def book_hours(workload: pd.DataFrame, capacity: pd.DataFrame) -> pd.DataFrame:
    """Set each AE's workload beside the hours there are, fullest book first.

    Parameters
    ----------
    workload, capacity : DataFrame
        WORKLOAD and CAPACITY.

    Returns
    -------
    DataFrame
        rep_id, accounts, client_hours, travel_hours (asked for a month), available_hours (at the AE's speed),
        load (asked over available; infinite where none is). Accounts without an AE are in no row.

    Examples
    --------
    >>> workload = pd.DataFrame({"role": "AE", "held_by": ["r"], "tier": [1], "accounts": [4],
    ...     "client_hours": [60.0], "travel_hours": [20.0]})
    >>> capacity = pd.DataFrame({"role": ["AE"], "rep_id": ["r"], "effective_hours": [50.0]})
    >>> book_hours(workload, capacity)["load"].tolist()
    [1.6]
    """
    aes = capacity.loc[capacity["role"] == "AE", ["rep_id", "effective_hours"]]
    asked = workload[workload["role"] == "AE"].groupby("held_by")
    sums = asked[["accounts", "client_hours", "travel_hours"]].sum().reindex(aes["rep_id"]).fillna(0.0)
    frame = sums.rename_axis("rep_id").reset_index()
    frame["available_hours"] = aes["effective_hours"].to_numpy()
    total = frame["client_hours"] + frame["travel_hours"]
    full = np.where(total > 0, np.inf, 0.0)
    frame["load"] = np.divide(total, frame["available_hours"], out=full, where=frame["available_hours"] > 0)
    return frame.sort_values(["load", "rep_id"], ascending=[False, True], ignore_index=True)


def books_title(frame: pd.DataFrame, nobody: int, locale: Locale) -> str:
    """Say how many books are too full, and how far the fullest goes or how many accounts have no AE."""
    values = {"over": locale.number((frame["load"] > 1).sum()), "books": locale.number(len(frame))}
    if nobody:
        return locale.text("plot.books.title_nobody", **values, accounts=locale.number(nobody))
    finite = frame["load"][np.isfinite(frame["load"])]
    return locale.text("plot.books.title", **values, most=locale.number(finite.max(), 1))


def plot_books(
    frame: pd.DataFrame, ax: Axes | None = None, *, nobody: int = 0, locale: Locale = ENGLISH
) -> Axes:
    """Plot each AE's hours with clients and on the road as stacked bars, a dash at the hours there are.

    Parameters
    ----------
    frame : DataFrame
        From `book_hours`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    nobody : int, default 0
        Accounts without an AE, named in the title.
    locale : Locale

    Returns
    -------
    Axes

    Examples
    --------
    >>> frame = pd.DataFrame({"rep_id": ["r", "s"], "client_hours": [60.0, 20.0], "travel_hours": [20.0, 0.0],
    ...     "available_hours": 50.0, "load": [1.6, 0.4]})
    >>> plot_books(frame).get_title(loc="left").split(";")[0]
    '1 of 2 books ask for more hours than their AE has'
    """
    if frame.empty:
        return say_absent(ax, locale.text("plot.books.title_empty"))
    ax = ax or new_axes()
    places = np.arange(len(frame))
    ax.bar(places, frame["client_hours"], color=CLIENT_COLOUR, label=locale.text("plot.books.client"))
    if frame["travel_hours"].any():
        ax.bar(
            places, frame["travel_hours"], bottom=frame["client_hours"], color=TRAVEL_COLOUR, hatch="///",
            edgecolor="white", linewidth=0, label=locale.text("plot.books.travel"),
        )  # fmt: skip
    ax.hlines(
        frame["available_hours"], places - 0.45, places + 0.45, color=TEXT_COLOUR, linewidth=2,
        label=locale.text("plot.books.capacity"),
    )  # fmt: skip
    named = len(frame) <= MOST_NAMES
    ax.set_xticks(places if named else [], frame["rep_id"] if named else [], rotation=60, ha="right")
    ax.set_xlim(-0.7, len(frame) - 0.3)
    ax.legend(frameon=False, fontsize=10, loc="upper right")
    return finish(
        ax,
        title=books_title(frame, nobody, locale),
        x_label=locale.text("plot.books.axis"),
        y_label=locale.text("plot.books.y_axis"),
        grid="y",
    )
