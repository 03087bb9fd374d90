"""Whether the ideal-customer grid and the learned potential pick the same accounts (D-ICP-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import (
    MARKERS,
    SEGMENT_COLOURS,
    finish,
    new_axes,
    say_absent,
    segment_name,
    write_log_money_ticks,
    write_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kamsim.scoring import Qualification

TOP = 0.2


def icp_and_potential(qualification: Qualification, accounts: pd.DataFrame) -> pd.DataFrame:
    """Put the points of the ICP grid beside learned potential.

    Parameters
    ----------
    qualification : Qualification
        From `qualify_accounts`.
    accounts : DataFrame
        ACCOUNTS, for the segments.

    Returns
    -------
    DataFrame
        By account, sorted by id: account_id, segment, icp (0 to 100), icp_known (share of the grid's weight)
        and potential_36m_eur.

    Examples
    --------
    >>> from kamsim.schemas import ACCOUNTS, SCORES
    >>> from kamsim.scoring import qualify_accounts
    >>> icp_and_potential(qualify_accounts(ACCOUNTS.empty(), SCORES.empty()), ACCOUNTS.empty()).empty
    True
    """
    frame = qualification.accounts.merge(accounts[["account_id", "segment"]], on="account_id", validate="1:1")
    names = ["account_id", "segment", "icp", "icp_known", "potential_36m_eur"]
    return frame[names].sort_values("account_id", ignore_index=True)


def icp_title(frame: pd.DataFrame, locale: Locale) -> str:
    """Say how many of the accounts with the most potential the grid puts at its own top."""
    best = _in_top(frame["potential_36m_eur"])
    found = (best * _in_top(frame["icp"])).sum() / best.sum()
    return locale.text(
        "plot.icp.title",
        top=locale.percent(TOP, 0),
        found=locale.percent(found, 0),
    )


def _in_top(points: pd.Series) -> pd.Series:
    """Return how much of each row belongs to the top share; rows tied at its edge belong to it in part."""
    count = len(points)
    above = points.rank(method="max") / count
    below = (points.rank(method="min") - 1) / count
    return ((above - (1 - TOP)) / (above - below)).clip(0, 1)


def plot_icp(
    frame: pd.DataFrame, ax: Axes | None = None, *, locale: Locale = ENGLISH, currency: str = "EUR"
) -> Axes:
    """Plot learned potential against the points of the ICP grid, a dot an account, by segment.

    Parameters
    ----------
    frame : DataFrame
        From `icp_and_potential`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    Axes
        Potential on a logarithmic axis. Without accounts, one line that says so.

    Examples
    --------
    >>> row = {"segment": "smb", "icp": 40.0, "icp_known": 0.8, "potential_36m_eur": 1e5}
    >>> plot_icp(pd.DataFrame([row] * 2)).get_xlabel()
    'Points of the ICP grid, of 100 (known on average: 80% of the grid)'
    """
    if frame.empty:
        return say_absent(ax, locale.text("plot.icp.title_empty"))
    ax = ax or new_axes(height=4.8)
    for (segment, colour), marker in zip(reversed(SEGMENT_COLOURS.items()), MARKERS, strict=False):
        dots = frame[frame["segment"] == segment]
        ax.plot(
            dots["icp"], dots["potential_36m_eur"], marker, color=colour, markersize=5, alpha=0.55,
            markeredgewidth=0, label=f"{segment_name(segment, locale)} ({locale.number(len(dots))})",
        )  # fmt: skip
    ax.set_yscale("log")
    write_ticks(ax.xaxis, lambda x: locale.number(x))
    write_log_money_ticks(ax.yaxis, locale, currency)
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=10, reverse=True)
    known = locale.percent(frame["icp_known"].mean(), 0)
    return finish(
        ax,
        title=icp_title(frame, locale),
        x_label=locale.text("plot.icp.x_axis", known=known),
        y_label=locale.text("plot.icp.y_axis"),
    )
