"""The dashboard's plots: those of the reports, with this setting marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kamsim.apps.response import CoverageResponse
from kamsim.apps.stops import Stops
from kamsim.apps.what_if import Answer
from kamsim.coverage import best_team
from kamsim.locale import Locale
from kamsim.reporting import plot_move_gains, plot_team_value
from kamsim.reporting.style import PALETTE, TEXT_COLOUR, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 6.4, 3.9
SIZES = 33


def draw_team(response: CoverageResponse, answer: Answer, stops: Stops, locale: Locale) -> Axes:
    """Plot what teams of other sizes leave under the setting's tiers and ratios."""
    sizes = np.linspace(0, max(stops.aes), SIZES)
    values = response.team_value(answer.setting, sizes)
    ax = plot_team_value(
        values,
        best_team(values),
        response.today.aes,
        new_axes(WIDTH, HEIGHT),
        months=response.scenario.experiment.months,
        locale=locale,
        currency=response.scenario.currency,
    )
    _mark(ax, answer.setting.aes, answer.net.value, locale)
    ax.legend(frameon=False, fontsize=9, loc="best", labelcolor=TEXT_COLOUR)
    return ax


def draw_moves(response: CoverageResponse, answer: Answer, locale: Locale) -> Axes | None:
    """Plot gain against accounts moved; nothing where no frontier is known."""
    if response.frontier.empty:
        return None
    ax = plot_move_gains(
        response.frontier, new_axes(WIDTH, HEIGHT), locale=locale, currency=response.scenario.currency
    )
    if answer.moves is not None and ax.get_legend() is not None:
        _mark(ax, answer.moves.accounts_moved, answer.moves.gain_moves_eur, locale)
        ax.legend(loc="lower right", frameon=False, fontsize=9)
    return ax


def _mark(ax: Axes, x: float, y: float, locale: Locale) -> None:
    look = {"color": PALETTE[2], "markersize": 10, "markeredgecolor": "white", "clip_on": False}
    ax.plot([x], [y], "D", label=locale.text("dashboard.setting"), zorder=5, **look)  # type: ignore[arg-type]
