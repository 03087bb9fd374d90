"""The main picture: what each policy brings against the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.finding import baseline_of, state_finding
from kamsim.reporting.style import BETTER, TEXT_COLOUR, UNCLEAR, WORSE, finish, new_axes, write_money_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_policy_differences(
    comparison: pd.DataFrame,
    ax: Axes | None = None,
    *,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
    months: int = 36,
    confidence: float = 0.95,
) -> Axes:
    """Plot the paired difference in contribution of each policy, with its interval, best on top.

    Parameters
    ----------
    comparison : DataFrame
        `COMPARISON`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale
    currency : str
        ISO code.
    months : int
        Horizon.
    confidence : float
        Confidence of the intervals in `comparison`.

    Returns
    -------
    Axes
        Its title states the finding, or that no policy is clearly better.

    Examples
    --------
    >>> from kamsim.schemas import COMPARISON
    >>> two = pd.DataFrame({c: [0.0, 2e6] for c in COMPARISON.columns})
    >>> two = two.assign(policy=["status_quo", "balanced"], is_baseline=[True, False])
    >>> plot_policy_differences(two).get_xlabel()
    'Contribution minus that of Status quo, over 36 months'
    """
    rows = comparison[~comparison["is_baseline"]].sort_values(
        ["contribution_difference_eur", "policy"], ascending=[True, False]
    )
    largest = float(rows["contribution_difference_eur"].abs().max()) if len(rows) else 0.0
    ax = ax or new_axes(height=1.9 + 0.42 * max(len(rows), 1))
    ax.axvline(0, color=TEXT_COLOUR, linewidth=1.2, zorder=1)
    for place, row in enumerate(rows.to_dict("records")):
        middle, low, high = (row[f"contribution_difference{end}_eur"] for end in ("", "_low", "_high"))
        colour = BETTER if low > 0 else WORSE if high < 0 else UNCLEAR
        ax.plot([low, high], [place, place], color=colour, linewidth=3, solid_capstyle="butt", zorder=2)
        ax.plot([middle], [place], "o", color=colour, markersize=9, markeredgecolor="white", zorder=3)
        ax.annotate(
            locale.money_interval(middle, low, high, currency, like=largest),
            (1.015, place),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=10,
            color=colour,
        )
    ax.set_yticks(range(len(rows)), [locale.policy(p) for p in rows["policy"]])
    ax.set_ylim(-0.6, len(rows) - 0.4)
    write_money_ticks(ax.xaxis, locale, currency, largest)
    baseline = locale.policy(baseline_of(comparison))
    return finish(
        ax,
        title=state_finding(comparison, locale, currency=currency, months=months, confidence=confidence),
        x_label=locale.text("plot.differences.axis", baseline=baseline, months=locale.number(months)),
        grid="x",
    )
