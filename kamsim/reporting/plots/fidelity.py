"""Whether the curves put plans in the order of what they bring: predicted against simulated value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import (
    BASELINE_COLOUR,
    MARKERS,
    PALETTE,
    finish,
    new_axes,
    write_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PREDICTORS = ("believed", "true")


def plot_fidelity(
    plans: pd.DataFrame,
    measures: pd.DataFrame,
    ax: Axes | None = None,
    *,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
) -> Axes:
    r"""Plot simulated against predicted value, a mark a plan and predictor, over the line of equality.

    Parameters
    ----------
    plans : DataFrame
        FIDELITY.
    measures : DataFrame
        From `kamsim.experiments.FidelityResult.summary`; its first row is stated in the title.
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
    >>> plans = pd.DataFrame({"believed_eur": [1e6, 2e6], "simulated_eur": [1e6, 3e6]})
    >>> plans = plans.assign(true_eur=float("nan"))
    >>> measures = pd.DataFrame({"rank_correlation": [1.0], "mean_error_share": [-0.25]})
    >>> plot_fidelity(plans, measures).get_title(loc="left").replace("\n", " ")
    'Believed curves order plans as simulation does (rank correlation 1.000); they tell 25% too little'
    """
    ax = ax or new_axes(height=5.0)
    values = plans[["simulated_eur", *(f"{name}_eur" for name in PREDICTORS)]]
    low, high = float(values.min().min()), float(values.max().max())
    for place, name in enumerate(PREDICTORS):
        predicted = plans[f"{name}_eur"]
        if predicted.notna().all():
            ax.plot(
                predicted, plans["simulated_eur"], MARKERS[place], color=PALETTE[place], markersize=5,
                alpha=0.6, markeredgewidth=0, label=locale.text(f"fidelity.of_{name}"),
            )  # fmt: skip
    ax.plot([low, high], [low, high], "--", color=BASELINE_COLOUR, label=locale.text("plot.fidelity.equal"))
    for axis in (ax.xaxis, ax.yaxis):
        write_ticks(axis, lambda x: locale.money(x, currency, compact=True, like=high))
    ax.legend(loc="upper left", frameon=False, fontsize=9.5)
    first = measures.iloc[0]
    sign = "over" if first["mean_error_share"] > 0 else "under"
    return finish(
        ax,
        title=locale.text(
            f"plot.fidelity.title_{sign}",
            rank=locale.number(first["rank_correlation"], 3),
            share=locale.percent(abs(first["mean_error_share"]), 0),
        ),
        x_label=locale.text("plot.fidelity.x_axis"),
        y_label=locale.text("plot.fidelity.y_axis"),
    )
