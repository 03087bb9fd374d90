"""Who earns the contribution: customers added up from the most to the least (D-KPI-4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import (
    BASELINE_COLOUR,
    PALETTE,
    WORSE,
    finish,
    new_axes,
    say_absent,
    write_money_ticks,
    write_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def contribution_curve(contribution: pd.DataFrame) -> pd.DataFrame:
    """Add up the contribution of customers, the one that leaves most first.

    Parameters
    ----------
    contribution : DataFrame
        From `kamsim.measures.account_contribution`; prospects are left out.

    Returns
    -------
    DataFrame
        customers (0 to all of them), cumulative_eur, cost_known.

    Examples
    --------
    >>> two = pd.DataFrame({"revenue_eur": [9.0, 1.0], "cost_eur": 2.0, "contribution_eur": [5.0, -1.0]})
    >>> contribution_curve(two)["cumulative_eur"].tolist()
    [0.0, 5.0, 4.0]
    """
    buys = contribution[contribution["revenue_eur"] > 0]
    amounts = np.sort(buys["contribution_eur"].to_numpy())[::-1]
    return pd.DataFrame(
        {
            "customers": np.arange(amounts.size + 1),
            "cumulative_eur": np.concatenate([[0.0], np.cumsum(amounts)]),
            "cost_known": bool(buys["cost_eur"].notna().any()),
        }
    )


def contribution_title(curve: pd.DataFrame, locale: Locale, currency: str) -> str:
    """Say how many customers earn it all, and what the others cost."""
    total, peak = curve["cumulative_eur"].iloc[-1], int(curve["cumulative_eur"].to_numpy().argmax())
    customers = len(curve) - 1
    half = int(np.argmax(curve["cumulative_eur"].to_numpy() >= total / 2)) if total > 0 else 0
    texts = {
        "half": locale.number(half),
        "customers": locale.number(customers),
        "losing": locale.number(customers - peak),
        "lost": locale.money(curve["cumulative_eur"].max() - total, currency, compact=True),
    }
    return locale.text(f"plot.contribution.{'title_losing' if peak < customers else 'title'}", **texts)


def plot_contribution(
    curve: pd.DataFrame, ax: Axes | None = None, *, locale: Locale = ENGLISH, currency: str = "EUR"
) -> Axes:
    """Plot contribution added up over customers; where it falls, customers cost more than they bring.

    Parameters
    ----------
    curve : DataFrame
        From `contribution_curve`.
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
    >>> three = pd.DataFrame({"revenue_eur": [9.0, 4.0, 1.0], "cost_eur": 1.0})
    >>> curve = contribution_curve(three.assign(contribution_eur=[8e5, 4e5, -1e5]))
    >>> " ".join(plot_contribution(curve).get_title(loc="left").split())
    '1 of 3 customers earn half of the contribution; 1 cost more than they bring, €100k in all'
    """
    if len(curve) == 1:
        return say_absent(ax, locale.text("plot.concentration.title_empty"))
    ax = ax or new_axes()
    x, y = curve["customers"].to_numpy(), curve["cumulative_eur"].to_numpy()
    peak = int(y.argmax())
    ax.plot(x[: peak + 1], y[: peak + 1], color=PALETTE[0], linewidth=2.5)
    ax.fill_between(x[: peak + 1], y[: peak + 1], color=PALETTE[0], alpha=0.08)
    if peak < len(y) - 1:
        ax.plot(x[peak:], y[peak:], color=WORSE, linewidth=2.5, linestyle=(0, (4, 1)))
        ax.fill_between(x[peak:], y[peak:], color=WORSE, alpha=0.12, hatch="//", edgecolor="white")
    ax.axhline(y[-1], color=BASELINE_COLOUR, linewidth=1, linestyle=":")
    ax.annotate(
        locale.text("plot.contribution.total", amount=locale.money(y[-1], currency, compact=True)),
        (0.5, y[-1]),
        (0, 4),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="bottom",
        ha="right",
        fontsize=10,
        color=BASELINE_COLOUR,
    )
    ax.set_xlim(0, x[-1])
    ax.set_ylim(min(0.0, float(y.min())), 1.12 * float(y.max()) if y.max() > 0 else None)
    write_ticks(ax.xaxis, locale.number)
    largest = float(np.abs(y).max())
    write_money_ticks(ax.yaxis, locale, currency, largest)
    write_ticks(ax.yaxis, lambda x: locale.money(x, currency, compact=True, like=largest if x else None))
    known = bool(curve["cost_known"].iloc[0])
    return finish(
        ax,
        title=contribution_title(curve, locale, currency),
        x_label=locale.text("plot.contribution.x_axis"),
        y_label=locale.text(f"plot.contribution.{'y_axis' if known else 'y_axis_margin'}"),
    )
