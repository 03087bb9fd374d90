"""How concentrated the business is: share of revenue against share of customers (D-CON-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import BASELINE_COLOUR, PALETTE, finish, new_axes, write_percent_ticks
from kamsim.validation_settings import ValidationSettings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TOP = 0.2
"""Share of customers that the title speaks of."""


def concentration_curve(accounts: pd.DataFrame) -> pd.DataFrame:
    """Cumulate the revenue of customers, largest first.

    Parameters
    ----------
    accounts : DataFrame
        `ACCOUNTS`; prospects are left out.

    Returns
    -------
    DataFrame
        customers_share and revenue_share, both from 0 to 1; the first row only where nobody buys.

    Examples
    --------
    >>> concentration_curve(pd.DataFrame({"revenue_eur_per_month": [1.0, 3.0]}))["revenue_share"].tolist()
    [0.0, 0.75, 1.0]
    """
    revenue = np.sort(accounts["revenue_eur_per_month"].to_numpy())[::-1]
    revenue = revenue[revenue > 0]
    steps = np.arange(revenue.size + 1)
    return pd.DataFrame(
        {
            "customers_share": steps / max(revenue.size, 1),
            "revenue_share": np.concatenate([[0.0], np.cumsum(revenue)]) / max(revenue.sum(), 1e-300),
        }
    )


def top_share(curve: pd.DataFrame, top: float = TOP) -> float:
    """Read off the share of revenue that the largest `top` share of customers bring.

    Examples
    --------
    >>> top_share(pd.DataFrame({"customers_share": [0, 0.5, 1], "revenue_share": [0, 0.9, 1]}), 0.25)
    0.45
    """
    return float(np.interp(top, curve["customers_share"], curve["revenue_share"]))


def concentration_title(curve: pd.DataFrame, locale: Locale) -> str:
    """Say what share of revenue the largest customers bring."""
    if len(curve) == 1:
        return locale.text("plot.concentration.title_empty")
    return locale.text("plot.concentration.title", share=locale.percent(top_share(curve), 0))


def plot_concentration(
    curve: pd.DataFrame,
    ax: Axes | None = None,
    *,
    validation: ValidationSettings | None = None,
    locale: Locale = ENGLISH,
) -> Axes:
    """Plot the concentration curve with its reading at the largest 20 % of customers.

    Parameters
    ----------
    curve : DataFrame
        From `concentration_curve`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    validation : ValidationSettings, optional
        The scenario's; its published and claimed shares stand beside the reading.
    locale : Locale

    Returns
    -------
    Axes

    Examples
    --------
    >>> curve = concentration_curve(pd.DataFrame({"revenue_eur_per_month": [6.0, 1.0, 1.0, 1.0, 1.0]}))
    >>> plot_concentration(curve).get_title(loc="left")
    'The largest 20% of customers bring 60% of revenue'
    """
    ax = ax or new_axes()
    colour, share = PALETTE[0], top_share(curve)
    ax.plot([0, 1], [0, 1], color=BASELINE_COLOUR, linestyle="--", linewidth=1.2)
    ax.annotate(
        locale.text("plot.concentration.equal"),
        (0.62, 0.6),
        va="top",
        fontsize=10,
        color=BASELINE_COLOUR,
    )
    ax.plot(curve["customers_share"], curve["revenue_share"], color=colour, linewidth=2.5)
    ax.fill_between(curve["customers_share"], curve["revenue_share"], color=colour, alpha=0.08)
    if len(curve) > 1:
        ax.plot([TOP, TOP, 0], [0, share, share], color=colour, linewidth=1, linestyle=":")
        ax.plot([TOP], [share], "o", color=colour, markersize=8, markeredgecolor="white")
        ax.annotate(
            locale.percent(share, 0),
            (TOP, share),
            xytext=(-7, 5),
            textcoords="offset points",
            ha="right",
            fontsize=11,
            fontweight="bold",
            color=colour,
        )
    if validation is not None:
        _mark_references(ax, validation, locale)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.02)
    write_percent_ticks(ax.xaxis, locale)
    write_percent_ticks(ax.yaxis, locale)
    return finish(
        ax,
        title=concentration_title(curve, locale),
        x_label=locale.text("plot.concentration.x_axis"),
        y_label=locale.text("plot.concentration.y_axis"),
    )


def _mark_references(ax: Axes, validation: ValidationSettings, locale: Locale) -> None:
    """Mark what others found, and what the guide claims, of the largest 20 %."""
    subscription, firms = validation.top_20_share_published
    claim = sum(validation.top_20_share_claimed) / 2
    marks = (("claimed", claim, "D"), ("firms", firms, "s"), ("subscription", subscription, "v"))
    for name, share, marker in marks:
        label = locale.text(f"plot.concentration.{name}", share=locale.percent(share, 0))
        look = {"marker": marker, "markersize": 7, "markeredgecolor": "white", "linestyle": ""}
        ax.plot([TOP], [share], color=PALETTE[1], zorder=3, label=label, **look)  # type: ignore[arg-type]
    ax.legend(loc="lower right", frameon=False, fontsize=10)
