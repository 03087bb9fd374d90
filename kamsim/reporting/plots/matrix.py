"""The potential-effort matrix: what could be won from each account, and the effort it takes (D-MAT-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import (
    BASELINE_COLOUR,
    MARKERS,
    TIER_COLOURS,
    finish,
    new_axes,
    say_absent,
    write_log_money_ticks,
    write_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kamsim.config import AllocationSettings


def potential_and_effort(book: pd.DataFrame, settings: AllocationSettings) -> pd.DataFrame:
    """Put each account in a cell of the matrix, by the limits that the policy potential_effort uses.

    Parameters
    ----------
    book : DataFrame
        BOOK.
    settings : AllocationSettings
        `high_potential_eur` and `high_effort_hours`.

    Returns
    -------
    DataFrame
        By account: account_id, tier, potential_36m_eur, half_hours (AE hours a month to half of the
        gain), cell: "senior" (high potential, moderate effort), "supported" (high, high) or "usual".

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> from kamsim.schemas import BOOK
    >>> potential_and_effort(BOOK.empty(), Scenario.load("saas_midmarket").allocation).empty
    True
    """
    high = book["potential_36m_eur"] > settings.high_potential_eur
    hard = book["half_hours"] > settings.high_effort_hours
    cell = np.select([high & ~hard, high & hard], ["senior", "supported"], "usual")
    frame = book[["account_id", "tier", "potential_36m_eur", "half_hours"]].reset_index(drop=True)
    return frame.assign(cell=pd.Series(cell, index=frame.index, dtype="str"))


def plot_matrix(
    frame: pd.DataFrame,
    settings: AllocationSettings,
    ax: Axes | None = None,
    *,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
) -> Axes:
    """Plot potential against effort, a mark an account, with the limits of the matrix.

    Parameters
    ----------
    frame : DataFrame
        From `potential_and_effort`.
    settings : AllocationSettings
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    Axes
        Both axes logarithmic.
    """
    shown = frame[(frame["potential_36m_eur"] > 0) & (frame["half_hours"] > 0)]
    if shown.empty:
        return say_absent(ax, locale.text("plot.matrix.title_empty"))
    ax = ax or new_axes(height=5.0)
    for tier, marker in zip((3, 2, 1), MARKERS, strict=False):
        own = shown[shown["tier"] == tier]
        ax.plot(
            own["half_hours"], own["potential_36m_eur"], marker, color=TIER_COLOURS[tier], markersize=5,
            alpha=0.7, markeredgewidth=0, label=locale.text(f"tier.{tier}"),
        )  # fmt: skip
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.axhline(settings.high_potential_eur, color=BASELINE_COLOUR, linestyle="--", linewidth=1.2)
    ax.axvline(settings.high_effort_hours, color=BASELINE_COLOUR, linestyle="--", linewidth=1.2)
    _name_cells(ax, settings, locale)
    write_log_money_ticks(ax.yaxis, locale, currency)
    ax.set_xticks([t for t in (0.5, 1, 2, 5, 10, 20, 50, 100) if ax.get_xlim()[0] <= t <= ax.get_xlim()[1]])
    ax.set_xticks([], minor=True)
    write_ticks(ax.xaxis, lambda x: locale.number(x, 0 if x >= 1 else 1))
    ax.legend(loc="lower right", frameon=False, fontsize=9.5)
    counts = {cell: locale.number(int((frame["cell"] == cell).sum())) for cell in ("senior", "supported")}
    return finish(
        ax,
        title=locale.text("plot.matrix.title", accounts=locale.number(len(frame)), **counts),
        x_label=locale.text("plot.matrix.x_axis"),
        y_label=locale.text("plot.matrix.y_axis"),
    )


def _name_cells(ax: Axes, settings: AllocationSettings, locale: Locale) -> None:
    """Write what each cell of high potential calls for at its top."""
    left, right = np.log(ax.get_xlim())
    limit = (np.log(settings.high_effort_hours) - left) / (right - left)
    if not 0 < limit < 1:
        return
    for cell, x, side in (("senior", limit - 0.01, "right"), ("supported", limit + 0.01, "left")):
        ax.text(
            x, 0.99, locale.text(f"plot.matrix.{cell}"), transform=ax.transAxes, ha=side, va="top",
            fontsize=9.5, color=BASELINE_COLOUR,
        )  # fmt: skip
