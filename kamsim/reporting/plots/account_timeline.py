"""One account's revenue month by month, with its signatures and what happened at the client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import (
    BETTER,
    PALETTE,
    TEXT_COLOUR,
    WORSE,
    finish,
    new_axes,
    say_absent,
    write_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

YEAR = 12
_ALERTS = {0: "alert_none", 1: "alert_one"}


def timeline_title(
    months: pd.DataFrame, alerts: pd.DataFrame, name: str, locale: Locale, currency: str
) -> str:
    """Say what a year's revenue came to against the one before, and how many alerts are open, if any came."""
    revenue = months["revenue_eur"].to_numpy()
    last, before = revenue[-YEAR:].sum(), revenue[-2 * YEAR : -YEAR].sum()
    words = {"account": name, "revenue": locale.money(last, currency, compact=True)}
    if len(revenue) >= 2 * YEAR and before > 0:
        growth = locale.percent(last / before - 1, 0, signed=True)
        title = locale.text("plot.timeline.title", **words, growth=growth)
    else:
        key = "title_first_year" if revenue.any() else "title_prospect"
        title = locale.text(f"plot.timeline.{key}", **words)
    if alerts.empty:
        return title
    still_open = int((~alerts["settled"].astype(bool)).sum())
    told = locale.text(f"plot.timeline.{_ALERTS.get(still_open, 'alerts')}", count=locale.number(still_open))
    return title + locale.text("review.separator") + told


def plot_account_timeline(
    months: pd.DataFrame,
    alerts: pd.DataFrame,
    name: str,
    ax: Axes | None = None,
    *,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
) -> Axes:
    """Plot monthly revenue as steps, months with a signature or a loss as marks, alerts as lines.

    Parameters
    ----------
    months : DataFrame
        HISTORY of one account, by month.
    alerts : DataFrame
        From `kamsim.measures.account_alerts`, of the same account.
    name : str
        Of the account, for the title.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    Axes
        Without a month on record, one line that says so.

    Examples
    --------
    >>> months = pd.DataFrame({"month": pd.to_datetime(["2025-12-01"]), "revenue_eur": [1e3],
    ...     "deals_won": [1], "deals_lost": [0]})
    >>> none = pd.DataFrame({"settled": [], "seen_on": []})
    >>> plot_account_timeline(months, none, "Acme").get_title(loc="left")
    'Acme: €1.0k in its first year on record'
    """
    if months.empty:
        return say_absent(ax, locale.text("plot.timeline.title_empty", account=name))
    ax = ax or new_axes(height=3.6)
    at, revenue = months["month"], months["revenue_eur"]
    ax.step(
        at, revenue, where="mid", color=PALETTE[0], linewidth=2.0, label=locale.text("plot.timeline.revenue")
    )
    ax.set_ylim(0, max(1.0, float(revenue.max())) * 1.2)
    for column, marker, colour in (("deals_won", "^", BETTER), ("deals_lost", "v", WORSE)):
        had = months[column] > 0
        if had.any():
            ax.scatter(
                at[had], revenue[had], marker=marker, s=46, color=colour, zorder=4, edgecolor="white",
                label=locale.text(f"plot.timeline.{column}"),
            )  # fmt: skip
    for settled, style in ((False, "-"), (True, ":")):
        days = alerts.loc[alerts["settled"].astype(bool) == settled, "seen_on"]
        for number, day in enumerate(days):
            label = locale.text(f"plot.timeline.{'settled' if settled else 'open'}")
            ax.axvline(day, color=TEXT_COLOUR, linewidth=1.3, linestyle=style, label="_" if number else label)
    write_ticks(ax.yaxis, lambda x: locale.money(x, currency, compact=True))
    ax.legend(loc="upper left", bbox_to_anchor=(0.0, -0.12), ncols=3, frameon=False, fontsize=9.5)
    title = timeline_title(months, alerts, name, locale, currency)
    return finish(ax, title=title, y_label=locale.text("plot.timeline.axis"), grid="y")
