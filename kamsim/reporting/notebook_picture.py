"""A plot as a notebook shows it: a PNG that carries its alternative text with it."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kamsim.locale import Locale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DOTS_PER_INCH = 100


@dataclass(frozen=True)
class NotebookPicture:
    """A PNG and what it shows in words; Jupyter and nbconvert take the words as alternative text."""

    png: bytes
    alt: str

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        shown = {"image/png": base64.b64encode(self.png).decode("ascii"), "text/plain": self.alt}
        return shown, {"image/png": {"alt": self.alt}}


def show_plot(ax: Axes, locale: Locale) -> NotebookPicture:
    """Draw the figure of a plot for a notebook, with its alternative text.

    Parameters
    ----------
    ax : Axes
        As a plotting function returns it; the other axes of its figure are shown, too.
    locale : Locale
        Language of the alternative text.

    Returns
    -------
    NotebookPicture

    Examples
    --------
    >>> from kamsim.reporting.style import finish, new_axes
    >>> ax = finish(new_axes(4, 3), title="Costs rise", x_label="year", y_label="cost")
    >>> show_plot(ax, Locale("en")).alt
    'Chart. Costs rise. Across: year; up: cost.'
    """
    figure = ax.get_figure(root=True)
    assert figure is not None, "axes of a picture stand in a figure"
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return NotebookPicture(buffer.getvalue(), describe(ax, locale))


def describe(ax: Axes, locale: Locale) -> str:
    """Put a plot into words: its title, which states the finding, its axes and its legend.

    Parameters
    ----------
    ax : Axes
    locale : Locale

    Returns
    -------
    str
        The panels of a figure one after the other; a colour bar or a panel without words is left out.
    """
    figure = ax.get_figure(root=True)
    assert figure is not None, "axes of a picture stand in a figure"
    panels = [words for each in figure.axes if (words := _panel(each, locale))]
    return locale.text("picture.alt", panels=" ".join(panels))


def _panel(ax: Axes, locale: Locale) -> str:
    title = " ".join((ax.get_title(loc="left") or ax.get_title()).split()).rstrip(".")
    legend = ax.get_legend()
    entries = [] if legend is None else [text.get_text() for text in legend.get_texts()]
    parts = [
        f"{title}." if title else "",
        _axes(" ".join(ax.get_xlabel().split()), " ".join(ax.get_ylabel().split()), locale),
        locale.text("picture.signs", signs=", ".join(entries)) if entries else "",
    ]
    return " ".join(part for part in parts if part)


def _axes(x_label: str, y_label: str, locale: Locale) -> str:
    if x_label and y_label:
        return locale.text("picture.axes", x=x_label, y=y_label)
    label = x_label or y_label
    return locale.text("picture.one_axis", label=label) if label else ""
