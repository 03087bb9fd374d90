"""The pictures of a report, drawn from a run and written as PNG with a text for those who cannot see them."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kamsim.errors import BundleError
from kamsim.locale import Locale
from kamsim.reporting import plots
from kamsim.reporting.run_data import RunData
from kamsim.reporting.tables import comparison_order

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DOTS_PER_INCH = 160


def write_picture(ax: Axes, path: Path) -> None:
    """Write the figure of an axes into a PNG file.

    Raises
    ------
    BundleError
        When the file cannot be written.
    """
    figure = ax.get_figure(root=True)
    assert figure is not None, "axes of a picture stand in a figure"
    try:
        figure.savefig(path, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    except OSError as caught:
        raise BundleError(f"{path}: cannot be written ({caught.strerror or caught})") from None


@dataclass(frozen=True)
class Picture:
    """A picture as PNG, with its words.

    Parameters
    ----------
    name : str
        Name of the file, without ending.
    png : bytes
    alt : str
        What it shows, for those who cannot see it.
    caption : str
        How to read it.
    """

    name: str
    png: bytes
    alt: str
    caption: str

    @property
    def data_uri(self) -> str:
        """The picture as an address that holds it whole."""
        return f"data:image/png;base64,{base64.b64encode(self.png).decode('ascii')}"


def draw_pictures(data: RunData, locale: Locale) -> dict[str, Picture]:
    """Draw every picture that a run has the data for.

    Parameters
    ----------
    data : RunData
    locale : Locale

    Returns
    -------
    dict of str to Picture
        By name. Where the baseline was alone, the pictures of differences are left out.
    """
    axes = _portfolio_axes(data, locale) | _coverage_axes(data, locale)
    if len(data.tables["comparison"]) > 1:
        axes |= _difference_axes(data, locale)
    words = {
        "baseline": locale.policy(data.baseline),
        "confidence": locale.confidence(data.scenario.experiment.confidence),
    }
    return {name: _picture(name, each, locale, words) for name, each in axes.items()}


def _difference_axes(data: RunData, locale: Locale) -> dict[str, Axes]:
    currency, settings = data.scenario.currency, data.scenario.experiment
    yearly = plots.yearly_differences(data.tables["periods"], data.baseline, settings.confidence)
    return {
        "differences": plots.plot_policy_differences(
            data.tables["comparison"],
            locale=locale,
            currency=currency,
            months=settings.months,
            confidence=settings.confidence,
        ),
        "yearly": plots.plot_yearly_revenue(yearly, data.baseline, locale=locale, currency=currency),
    }


def _coverage_axes(data: RunData, locale: Locale) -> dict[str, Axes]:
    assignment, book, team = (data.tables[name] for name in ("assignment", "book", "team"))
    order = comparison_order(data.tables["comparison"])
    workload = plots.workload_by_ae(assignment, book, team)
    return {
        "effort": plots.plot_effort(plots.effort_by_tier(assignment, book), order=order, locale=locale),
        "workload": plots.plot_workload(workload, data.baseline, locale=locale),
    }


def _portfolio_axes(data: RunData, locale: Locale) -> dict[str, Axes]:
    accounts = data.tables["accounts"]
    at_stake = plots.potential_and_churn(accounts, data.tables["scores"], data.tables["tiers"])
    return {
        "concentration": plots.plot_concentration(plots.concentration_curve(accounts), locale=locale),
        "potential": plots.plot_potential_churn(at_stake, locale=locale, currency=data.scenario.currency),
    }


def _picture(name: str, ax: Axes, locale: Locale, words: Mapping[str, str]) -> Picture:
    figure = ax.get_figure(root=True)
    assert figure is not None, "axes of a picture stand in a figure"
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    title = " ".join(ax.get_title(loc="left").split("\n"))
    return Picture(
        name,
        buffer.getvalue(),
        alt=locale.text(f"plot.{name}.alt", title=title, **words),
        caption=locale.text(f"plot.{name}.caption", **words),
    )
