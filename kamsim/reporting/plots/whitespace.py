"""Of what customers could spend, how much is bought and how much is open, segment by segment (D-KPI-4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import (
    BASELINE_COLOUR,
    PALETTE,
    TEXT_COLOUR,
    finish,
    new_axes,
    say_absent,
    segment_name,
    write_money_ticks,
    write_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PARTS = {
    "bought": (BASELINE_COLOUR, ""), "upsell": (PALETTE[0], ""), "cross_sell": (PALETTE[4], "//"),
    "open": (PALETTE[5], ".."),
}  # fmt: skip
"""Colour and hatching of each part, so that it is told in grey as well."""


def whitespace_parts(openings: pd.DataFrame) -> pd.DataFrame:
    """Split the potential of each segment's customers into what is bought and what is open.

    Parameters
    ----------
    openings : DataFrame
        From `kamsim.measures.expansion_openings`.

    Returns
    -------
    DataFrame
        One row a segment with customers, in the order of their sum: segment, bought (36 months of today's
        revenue), upsell, cross_sell, and open (whitespace whose kind is not known), EUR over 36 months.

    Examples
    --------
    >>> one = pd.DataFrame({"segment": ["smb"], "revenue_36m_eur": [30.0], "whitespace_eur": [70.0],
    ...     "cross_sell_eur": [50.0], "upsell_eur": [20.0]})
    >>> whitespace_parts(one).set_index("segment").loc["smb"].tolist()
    [30.0, 20.0, 50.0, 0.0]
    """
    told = openings["cross_sell_eur"].notna()
    parts = pd.DataFrame(
        {
            "segment": openings["segment"],
            "bought": openings["revenue_36m_eur"],
            "upsell": openings["upsell_eur"].fillna(0.0),
            "cross_sell": openings["cross_sell_eur"].fillna(0.0),
            "open": openings["whitespace_eur"].where(~told, 0.0),
        }
    )
    sums = parts.groupby("segment").sum()
    order = sums.sum(axis=1).sort_values(ascending=False).index
    return sums.loc[order].reset_index()


def whitespace_title(parts: pd.DataFrame, locale: Locale) -> str:
    """Say how much of the potential is bought, and how much of the rest is cross-sell."""
    sums = parts[list(PARTS)].sum()
    rest = sums.sum() - sums["bought"]
    key = "title_split" if sums["cross_sell"] + sums["upsell"] > 0 else "title"
    return locale.text(
        f"plot.whitespace.{key}",
        bought=locale.percent(sums["bought"] / sums.sum(), 0),
        cross=locale.percent(sums["cross_sell"] / rest if rest > 0 else 0.0, 0),
    )


def plot_whitespace(
    parts: pd.DataFrame, ax: Axes | None = None, *, locale: Locale = ENGLISH, currency: str = "EUR"
) -> Axes:
    """Plot a bar per segment, as long as its customers' potential, cut into what is bought and what is open.

    Parameters
    ----------
    parts : DataFrame
        From `whitespace_parts`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    Axes
        Without customers, one line that says so.

    Examples
    --------
    >>> parts = pd.DataFrame({"segment": ["smb"], "bought": [3e5], "upsell": [2e5]})
    >>> parts = parts.assign(cross_sell=5e5, open=0.0)
    >>> " ".join(plot_whitespace(parts).get_title(loc="left").split())
    'Customers buy 30% of what they could; 71% of the rest is in units that do not buy yet'
    """
    if parts.empty:
        return say_absent(ax, locale.text("plot.concentration.title_empty"))
    ax = ax or new_axes(height=1.9 + 0.5 * len(parts))
    places, left = np.arange(len(parts)), np.zeros(len(parts))
    for name, (colour, hatch) in PARTS.items():
        amounts = parts[name].to_numpy()
        if amounts.any():
            label = locale.text(f"plot.whitespace.{name}")
            ax.barh(
                places, amounts, left=left, height=0.62, color=colour, hatch=hatch, edgecolor="white",
                label=label,
            )  # fmt: skip
            left += amounts
    for place, total in zip(places, left, strict=True):
        ax.annotate(
            locale.money(total, currency, compact=True), (total, place), (5, 0), textcoords="offset points",
            va="center", fontsize=10, color=TEXT_COLOUR,
        )  # fmt: skip
    ax.set_yticks(places, [segment_name(name, locale) for name in parts["segment"]])
    ax.set_ylim(len(parts) - 0.5, -0.5)
    ax.set_xlim(0, 1.12 * float(left.max()))
    largest = float(left.max())
    write_money_ticks(ax.xaxis, locale, currency, largest)
    write_ticks(ax.xaxis, lambda x: locale.money(x, currency, compact=True, like=largest if x else None))
    ax.legend(loc="upper center", bbox_to_anchor=(0.45, -0.24), ncols=3, frameon=False, fontsize=9.5)
    x_label = locale.text("plot.whitespace.axis")
    return finish(ax, title=whitespace_title(parts, locale), x_label=x_label, grid="x")
