"""Where the selling hours go: AE hours by tier, beside the tiers' share of potential."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import TIER_COLOURS, finish, new_axes, write_percent_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POTENTIAL = ""
"""Name of the row that shows potential instead of a policy's hours."""


def effort_by_tier(assignment: pd.DataFrame, book: pd.DataFrame) -> pd.DataFrame:
    """Share the AE hours of each policy, and the potential, out among the tiers.

    Parameters
    ----------
    assignment : DataFrame
        `ASSIGNMENT`.
    book : DataFrame
        `BOOK`.

    Returns
    -------
    DataFrame
        One row a policy and tier, sorted: policy, tier, share. The rows of policy "" hold the tiers' share
        of the potential. A policy without hours has shares of 0.

    Examples
    --------
    >>> book = pd.DataFrame({"account_id": ["x"], "tier": [2], "potential_36m_eur": [2e5]})
    >>> plan = pd.DataFrame({"policy": ["a"], "account_id": ["x"], "ae_hours": [4.0]})
    >>> effort_by_tier(plan, book).query("policy == 'a'")["share"].tolist()
    [0.0, 1.0, 0.0]
    """
    hours = assignment.merge(book[["account_id", "tier"]], on="account_id")[["policy", "tier", "ae_hours"]]
    potential = book[["tier", "potential_36m_eur"]].rename(columns={"potential_36m_eur": "ae_hours"})
    both = pd.concat([hours, potential.assign(policy=POTENTIAL)], ignore_index=True)
    table = both.pivot_table(index="policy", columns="tier", values="ae_hours", aggfunc="sum", fill_value=0.0)
    table = table.reindex(columns=[1, 2, 3], fill_value=0.0)
    total = table.sum(axis="columns")
    shares = table.div(total.where(total > 0, 1.0), axis="index")
    long = shares.reset_index().melt("policy", value_name="share").astype({"tier": "int64"})
    return long.sort_values(["policy", "tier"], ignore_index=True)


def effort_title(frame: pd.DataFrame, locale: Locale) -> str:
    """Say what share of potential tier 1 holds and what share of hours the policies give it."""
    first = frame[frame["tier"] == 1].set_index("policy")["share"]
    hours = first.drop(POTENTIAL)
    low, high = locale.percent(hours.min(), 0), locale.percent(hours.max(), 0)
    key = "plot.effort.title" if low != high else "plot.effort.title_alone"
    return locale.text(key, potential=locale.percent(first[POTENTIAL], 0), low=low, high=high)


def plot_effort(
    frame: pd.DataFrame,
    ax: Axes | None = None,
    *,
    order: list[str] | None = None,
    locale: Locale = ENGLISH,
) -> Axes:
    """Plot the tiers' shares as stacked bars: potential on top, then a row per policy.

    Parameters
    ----------
    frame : DataFrame
        From `effort_by_tier`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    order : list of str, optional
        Policies from top to bottom; by share of tier 1 if absent.
    locale : Locale

    Returns
    -------
    Axes

    Examples
    --------
    >>> shares = pd.DataFrame({"tier": [1, 2, 3], "share": [0.7, 0.2, 0.1]})
    >>> frame = pd.concat([shares.assign(policy=""), shares.assign(policy="balanced")])
    >>> [label.get_text() for label in plot_effort(frame).get_yticklabels()]
    ['Share of potential', 'Balanced']
    """
    table = frame.pivot_table(index="policy", columns="tier", values="share")
    order = order or table.drop(POTENTIAL)[1].sort_values(ascending=False).index.tolist()
    rows = table.loc[[POTENTIAL, *order]]
    places = [-0.35, *range(1, len(rows))]
    ax = ax or new_axes(height=2.0 + 0.42 * len(rows))
    left = pd.Series(0.0, index=rows.index)
    for tier, colour in TIER_COLOURS.items():
        bars = ax.barh(
            places, rows[tier], left=left, color=colour, height=0.7, label=locale.text(f"tier.{tier}")
        )
        labels = [locale.percent(share, 0) if share >= 0.06 else "" for share in rows[tier]]
        ax.bar_label(
            bars, labels, label_type="center", fontsize=9.5, color="white" if tier == 1 else "#202124"
        )
        left = left + rows[tier]
    ax.set_yticks(places, [locale.text("plot.effort.potential"), *map(locale.policy, order)])
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    write_percent_ticks(ax.xaxis, locale)
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=10)
    return finish(ax, title=effort_title(frame, locale), x_label=locale.text("plot.effort.axis"), grid="x")
