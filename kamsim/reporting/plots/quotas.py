"""How attainable quotas are: each AE's chance, by what the whole is split by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import PALETTE, finish, new_axes, say_absent, write_percent_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def quotas_title(frame: pd.DataFrame, order: list[str], locale: Locale) -> str:
    """Say how far apart the AEs' chances are under the most even rule and under the least."""
    values = {}
    for prefix, rule in (("", order[0]), ("worst_", order[-1])):
        chances = frame.loc[frame["rule"] == rule, "reach_probability"]
        values[f"{prefix}low"] = locale.percent(chances.min(), 0)
        values[f"{prefix}high"] = locale.percent(chances.max(), 0)
    best, worst = (locale.text(f"quota_rule.{rule}") for rule in (order[0], order[-1]))
    return locale.text("plot.quotas.title", best=best, worst=worst, **values)


def plot_quotas(frame: pd.DataFrame, ax: Axes | None = None, *, locale: Locale = ENGLISH) -> Axes:
    """Plot each AE's probability of reaching the quota as a dot, a row a rule, the most even on top.

    Parameters
    ----------
    frame : DataFrame
        QUOTAS.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale

    Returns
    -------
    Axes

    Examples
    --------
    >>> frame = pd.DataFrame({"rule": ["equal", "equal", "expected", "expected"],
    ...     "reach_probability": [0.0, 1.0, 0.1, 0.2]})
    >>> [label.get_text() for label in plot_quotas(frame).get_yticklabels()]
    ["the book's expected sales", 'equal shares']
    """
    if frame.empty:
        return say_absent(ax, locale.text("plot.quotas.title_empty"))
    spread = frame.groupby("rule")["reach_probability"].agg(lambda x: x.max() - x.min())
    order = [str(rule) for rule in spread.sort_values(kind="stable").index]
    ax = ax or new_axes(height=1.9 + 0.5 * len(order))
    for place, rule in enumerate(order):
        chances = np.sort(frame.loc[frame["rule"] == rule, "reach_probability"].to_numpy())
        # Dots step through three lanes, so that equal chances stay visible.
        lanes = place + 0.14 * (np.arange(chances.size) % 3 - 1)
        ax.plot(chances, lanes, "o", color=PALETTE[0], markersize=7, alpha=0.55, markeredgewidth=0)
    ax.set_yticks(range(len(order)), [locale.text(f"quota_rule.{rule}") for rule in order])
    ax.set_ylim(len(order) - 0.4, -0.6)
    ax.set_xlim(-0.02, 1.02)
    write_percent_ticks(ax.xaxis, locale)
    return finish(
        ax, title=quotas_title(frame, order, locale), x_label=locale.text("plot.quotas.axis"), grid="x"
    )
