"""What is at stake: predicted churn against predicted potential, by tier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import (
    MARKERS,
    TIER_COLOURS,
    finish,
    new_axes,
    write_log_money_ticks,
    write_percent_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SMALLEST_EUR = 1.0
"""Potential has a logarithmic axis: below this there is nothing to show."""


def potential_and_churn(accounts: pd.DataFrame, scores: pd.DataFrame, tiers: pd.DataFrame) -> pd.DataFrame:
    """Put the scores of the customers beside their tier and revenue.

    Parameters
    ----------
    accounts, scores, tiers : DataFrame
        `ACCOUNTS`, `SCORES`, `TIERS`; prospects are left out.

    Returns
    -------
    DataFrame
        One row a customer, sorted: account_id, tier, potential_36m_eur, churn_probability_12m,
        revenue_eur_per_year.

    Examples
    --------
    >>> ids = pd.DataFrame({"account_id": ["x", "y"]})
    >>> accounts = ids.assign(revenue_eur_per_month=[100.0, 0.0])
    >>> scores = ids.assign(potential_36m_eur=5e5, churn_probability_12m=0.1)
    >>> potential_and_churn(accounts, scores, ids.assign(tier=2))["revenue_eur_per_year"].tolist()
    [1200.0]
    """
    customers = accounts.loc[accounts["revenue_eur_per_month"] > 0, ["account_id", "revenue_eur_per_month"]]
    frame = customers.merge(scores, on="account_id").merge(tiers, on="account_id")
    frame["revenue_eur_per_year"] = 12 * frame["revenue_eur_per_month"]
    names = ["account_id", "tier", "potential_36m_eur", "churn_probability_12m", "revenue_eur_per_year"]
    return frame[names].sort_values("account_id", ignore_index=True)


def potential_title(frame: pd.DataFrame, locale: Locale, currency: str) -> str:
    """Say what yearly revenue is expected to leave within 12 months, and how much of it is in tiers 1, 2."""
    if frame.empty:
        return locale.text("plot.potential.title_empty")
    lost = frame["revenue_eur_per_year"] * frame["churn_probability_12m"]
    large = lost[frame["tier"] <= 2].sum()
    return locale.text(
        "plot.potential.title",
        money=locale.money(lost.sum(), currency, compact=True),
        share=locale.percent(large / lost.sum() if lost.sum() > 0 else 0.0, 0),
    )


def plot_potential_churn(
    frame: pd.DataFrame, ax: Axes | None = None, *, locale: Locale = ENGLISH, currency: str = "EUR"
) -> Axes:
    """Plot predicted churn against predicted potential, a dot per customer, coloured by tier.

    Parameters
    ----------
    frame : DataFrame
        From `potential_and_churn`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    Axes

    Examples
    --------
    >>> frame = pd.DataFrame({"tier": [1], "potential_36m_eur": [1e6], "churn_probability_12m": [0.1]})
    >>> ax = plot_potential_churn(frame.assign(revenue_eur_per_year=2e5))
    >>> ax.get_ylabel()
    'Probability of leaving within 12 months'
    """
    ax = ax or new_axes(height=4.6)
    for tier, colour in reversed(TIER_COLOURS.items()):
        rows = frame[(frame["tier"] == tier) & (frame["potential_36m_eur"] >= SMALLEST_EUR)]
        ax.plot(
            rows["potential_36m_eur"],
            rows["churn_probability_12m"],
            MARKERS[tier - 1],
            color=colour,
            markersize=6,
            alpha=0.7,
            markeredgewidth=0,
            label=f"{locale.text(f'tier.{tier}')} ({locale.number(len(rows))})",
        )
    ax.set_xscale("log")
    ax.set_ylim(bottom=0)
    write_log_money_ticks(ax.xaxis, locale, currency)
    write_percent_ticks(ax.yaxis, locale)
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=10, reverse=True)
    return finish(
        ax,
        title=potential_title(frame, locale, currency),
        x_label=locale.text("plot.potential.x_axis"),
        y_label=locale.text("plot.potential.y_axis"),
    )
