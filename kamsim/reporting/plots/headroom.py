"""Where attention could grow: what accounts pay today beside what they could, and how sure that is."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import (
    BASELINE_COLOUR,
    PALETTE,
    TEXT_COLOUR,
    TIER_COLOURS,
    finish,
    new_axes,
    say_absent,
    write_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kamsim.config import SegmentationSettings

MONTHS = 36
MOST = 15
LETTERS = 26
"""Letters of a name that fit beside a row."""


def most_headroom(accounts: pd.DataFrame, scores: pd.DataFrame, rows: int = MOST) -> pd.DataFrame:
    """Pick the accounts that could pay most beyond what they pay today.

    Parameters
    ----------
    accounts, scores : DataFrame
        ACCOUNTS and SCORES.
    rows : int
        How many.

    Returns
    -------
    DataFrame
        Most headroom first: account_id, name, revenue_36m_eur (36 months at today's), potential_36m_eur,
        low, high, headroom_eur, disclosed (whether the account told its wallet), headroom_share and
        revenue_share (of all accounts').

    Examples
    --------
    >>> from kamsim.schemas import SCORES
    >>> accounts = pd.DataFrame({"account_id": ["x", "y"], "name": ["X", "Y"],
    ...     "revenue_eur_per_month": [10.0, 30.0], "disclosed_wallet_eur_per_month": [None, 90.0]})
    >>> scores = pd.DataFrame({c: [300.0, 100.0] for c in SCORES.columns}).assign(account_id=["x", "y"])
    >>> most_headroom(accounts, scores, 1)[["name", "headroom_share", "revenue_share"]].values.tolist()
    [['X', 0.75, 0.25]]
    """
    columns = ["account_id", "name", "revenue_eur_per_month", "disclosed_wallet_eur_per_month"]
    known = accounts[columns].merge(scores, on="account_id", validate="1:1")
    frame = pd.DataFrame(
        {
            "account_id": known["account_id"],
            "name": known["name"],
            "revenue_36m_eur": MONTHS * known["revenue_eur_per_month"],
            "potential_36m_eur": known["potential_36m_eur"],
            "low": known["potential_low_eur"],
            "high": known["potential_high_eur"],
            "headroom_eur": known["headroom_eur"],
            "disclosed": known["disclosed_wallet_eur_per_month"].notna(),
            "headroom_share": _share(known["headroom_eur"]),
            "revenue_share": _share(known["revenue_eur_per_month"]),
        }
    )
    return (
        frame.sort_values(["headroom_eur", "account_id"], ascending=[False, True])
        .head(rows)
        .reset_index(drop=True)
    )


def headroom_title(frame: pd.DataFrame, locale: Locale) -> str:
    """Say what share of all headroom the accounts shown hold, beside their share of today's revenue."""
    return locale.text(
        "plot.headroom.title",
        accounts=locale.number(len(frame)),
        headroom=locale.percent(frame["headroom_share"].sum(), 0),
        revenue=locale.percent(frame["revenue_share"].sum(), 0),
    )


def plot_headroom(
    frame: pd.DataFrame,
    ax: Axes | None = None,
    *,
    segmentation: SegmentationSettings | None = None,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
    coverage: float = 0.9,
) -> Axes:
    """Plot, a row per account, today's revenue over 36 months beside potential with its interval.

    Parameters
    ----------
    frame : DataFrame
        From `most_headroom`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    segmentation : SegmentationSettings, optional
        Draws the bounds of tiers 1 and 2 (D-TIER-1, D-TIER-2).
    locale : Locale
    currency : str
        ISO code.
    coverage : float
        Of the intervals.

    Returns
    -------
    Axes
        A full dot is a disclosed wallet, an empty one the model's estimate. Without accounts, one line that
        says so.

    Examples
    --------
    >>> row = {"name": "X", "revenue_36m_eur": 1e5, "potential_36m_eur": 3e5, "low": 2e5, "high": 5e5,
    ...     "disclosed": False, "headroom_share": 0.75, "revenue_share": 0.25}
    >>> " ".join(plot_headroom(pd.DataFrame([row])).get_title(loc="left").split())
    "The 1 accounts with the most headroom hold 75% of it all and bring 25% of today's revenue"
    """
    if frame.empty:
        return say_absent(ax, locale.text("plot.headroom.title_empty"))
    ax = ax or new_axes(height=1.9 + 0.27 * len(frame))
    places = np.arange(len(frame))
    ax.hlines(places, frame["low"], frame["high"], color=PALETTE[0], linewidth=4, alpha=0.3, zorder=2)
    ax.plot(frame["revenue_36m_eur"], places, "s", color=BASELINE_COLOUR, markersize=6, zorder=3)
    fill = {True: PALETTE[0], False: "white"}
    for told, dots in frame.assign(place=places).groupby("disclosed"):
        ax.plot(
            dots["potential_36m_eur"], dots["place"], "o", color=PALETTE[0], markersize=7,
            markerfacecolor=fill[bool(told)], markeredgewidth=1.6, zorder=4,
        )  # fmt: skip
    ax.set_xlim(left=-0.02 * frame["high"].max())
    ax.set_ylim(len(frame) - 0.4, -1.1 if segmentation else -0.6)
    ax.set_yticks(places, [textwrap.shorten(name, LETTERS, placeholder="…") for name in frame["name"]])
    if segmentation:
        _draw_bounds(ax, segmentation, locale)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    largest = float(frame["high"].max())
    write_ticks(ax.xaxis, lambda x: locale.money(x, currency, compact=True, like=largest if x else None))
    ax.legend(
        handles=_legend(frame, locale, coverage), loc="upper center", bbox_to_anchor=(0.4, -0.1), ncols=2,
        frameon=False, fontsize=9.5,
    )  # fmt: skip
    x_label = locale.text("plot.headroom.axis", months=locale.number(MONTHS))
    return finish(ax, title=headroom_title(frame, locale), x_label=x_label, grid="x")


def _share(amounts: pd.Series) -> pd.Series:
    total = amounts.sum()
    return amounts / total if total > 0 else amounts * 0.0


def _draw_bounds(ax: Axes, segmentation: SegmentationSettings, locale: Locale) -> None:
    """Draw where tiers 2 and 1 begin, each named to the right of its line."""
    reach = ax.get_xlim()[1]
    for tier, bound in ((2, segmentation.tier_2_from_eur), (1, segmentation.tier_1_above_eur)):
        if bound < reach:
            ax.axvline(bound, color=TIER_COLOURS[tier], linewidth=1.6, linestyle="--", zorder=1)
            ax.annotate(
                locale.text(f"tier.{tier}"), (bound, -0.75), (3, 0), textcoords="offset points",
                va="center", fontsize=9.5, color=TEXT_COLOUR,
            )  # fmt: skip


def _legend(frame: pd.DataFrame, locale: Locale, coverage: float) -> list[Line2D]:
    """Explain the marks that are there."""
    terms = {"months": locale.number(MONTHS), "coverage": locale.confidence(coverage)}

    def mark(name: str, **look: object) -> Line2D:
        return Line2D([], [], label=locale.text(f"plot.headroom.{name}", **terms), **look)  # type: ignore[arg-type]

    dot = {"marker": "o", "color": PALETTE[0], "linestyle": "", "markersize": 7, "markeredgewidth": 1.6}
    handles = [
        mark("today", marker="s", color=BASELINE_COLOUR, linestyle="", markersize=6),
        mark("interval", color=PALETTE[0], linewidth=4, alpha=0.3),
    ]
    if frame["disclosed"].any():
        handles.append(mark("disclosed", **dot))
    if not frame["disclosed"].all():
        handles.append(mark("predicted", **dot, markerfacecolor="white"))
    return handles
