"""The look of every picture: one theme, one colour-blind safe palette, one way to finish an axes.

Figures are built without pyplot, so nothing of the caller's session changes and nothing leaks.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from kamsim.locale import Locale

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Okabe and Ito's colours that are safe for colour-blind readers and dark enough on white."""

MARKERS = ("o", "s", "^", "D", "v", "P")
"""A second sign beside the colour, for print in grey."""

BASELINE_COLOUR = "#5F6368"
TITLE_POINTS = 12
GRID_COLOUR = "#DADCE0"
TEXT_COLOUR = "#202124"
BETTER, UNCLEAR, WORSE = "#0072B2", "#5F6368", "#D55E00"
TIER_COLOURS = {1: "#0072B2", 2: "#E69F00", 3: "#A8ADB3"}
SEGMENT_COLOURS = {"strategic": "#0072B2", "mid_market": "#D55E00", "smb": "#5F6368"}

THEME = {
    **sns.axes_style("whitegrid"),
    **sns.plotting_context("notebook", font_scale=0.9),
    "font.sans-serif": ["DejaVu Sans"],
    "text.color": TEXT_COLOUR,
    "axes.labelcolor": TEXT_COLOUR,
    "xtick.color": TEXT_COLOUR,
    "ytick.color": TEXT_COLOUR,
}
"""Settings of every figure: seaborn's white grid with the font that comes with matplotlib."""


def new_axes(width: float = 8.0, height: float = 4.2) -> Axes:
    """Return the axes of a new figure in kamsim's theme, sizes in inches.

    Examples
    --------
    >>> new_axes(6, 3).figure.get_size_inches().tolist()
    [6.0, 3.0]
    """
    with mpl.rc_context(THEME):
        return Figure(figsize=(width, height), layout="constrained").add_subplot()


def finish(ax: Axes, *, title: str, x_label: str = "", y_label: str = "", grid: str = "both") -> Axes:
    """Give an axes its title, which states the finding, its labels and the theme's plain frame.

    Parameters
    ----------
    ax : Axes
    title, x_label, y_label : str
        For readers; the title is wrapped.
    grid : {"both", "x", "y"}
        Where grid lines help.

    Returns
    -------
    Axes
        The same.
    """
    ax.set_xlabel(x_label, fontsize=10.5)
    ax.set_ylabel(y_label, fontsize=10.5)
    ax.tick_params(labelsize=10, length=0)
    ax.set_axisbelow(True)
    ax.grid(visible=False)
    ax.grid(visible=True, axis=grid, color=GRID_COLOUR, linewidth=0.8)  # type: ignore[arg-type]
    for side in ax.spines.values():
        side.set_visible(False)
    ax.set_title(_wrap(title, ax), loc="left", fontweight="bold", fontsize=TITLE_POINTS, pad=10)
    return ax


def _wrap(title: str, ax: Axes) -> str:
    """Break a title so that it fits between the left of its axes and the right edge of its figure."""
    figure = ax.get_figure(root=True)
    if figure is None:
        return title
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)  # places the axes beside its tick labels
    inches = figure.get_figwidth() * (1 - ax.get_position().x0)
    return textwrap.fill(title, max(24, int(72 * inches / (0.68 * TITLE_POINTS))))


def say_absent(ax: Axes | None, text: str) -> Axes:
    """Say in one line, in the place of a picture, what there is no data for.

    Examples
    --------
    >>> say_absent(None, "Nobody is known").get_title(loc="left")
    'Nobody is known'
    """
    ax = ax or new_axes(height=0.6)
    finish(ax, title=text)
    ax.set_axis_off()
    return ax


def segment_name(segment: str, locale: Locale) -> str:
    """Return the name of a segment as it stands at the start of a line.

    Examples
    --------
    >>> segment_name("mid_market", Locale("en"))
    'Mid-market'
    """
    name = locale.text(f"segment.{segment}")
    return name[:1].upper() + name[1:]


def write_money_ticks(axis: Axis, locale: Locale, currency: str, largest: float) -> None:
    """Write round, signed amounts of money at the ticks of one axis, all in the unit of `largest`."""
    axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    write_ticks(
        axis, lambda x: locale.money(x, currency, compact=True, signed=True, like=largest if x else None)
    )


def write_percent_ticks(axis: Axis, locale: Locale) -> None:
    """Write round shares as percentages at the ticks of one axis, with a decimal only where one has it."""
    axis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 5, 10]))
    write_ticks(axis, lambda x: locale.percent(x, 0 if round(100 * x, 6).is_integer() else 1))


def write_log_money_ticks(axis: Axis, locale: Locale, currency: str) -> None:
    """Write amounts at powers of ten of one logarithmic axis, and between where it spans less than two."""
    low, high = axis.get_view_interval()
    axis.set_major_locator(LogLocator(subs=(1,) if high >= 100 * low else (1, 2, 5)))
    axis.set_minor_formatter(NullFormatter())
    write_ticks(axis, lambda x: locale.money(x, currency, compact=True))


def write_ticks(axis: Axis, write: Callable[[float], str]) -> None:
    """Write the ticks of one axis with a formatter of the locale."""
    axis.set_major_formatter(FuncFormatter(lambda x, _: write(x)))


def policy_looks(policies: Sequence[str], baseline: str) -> dict[str, tuple[str, str]]:
    """Give each policy a colour and a marker, the same in every picture of the same policies.

    Examples
    --------
    >>> policy_looks(["nearest", "status_quo"], "status_quo")["status_quo"]
    ('#5F6368', 'o')
    """
    others = sorted(set(policies) - {baseline})
    looks = {p: (PALETTE[i % len(PALETTE)], MARKERS[i % len(MARKERS)]) for i, p in enumerate(others)}
    return {baseline: (BASELINE_COLOUR, "o")} | looks
