"""What became of the opportunities: milestones reached and months between them (D-CYC-2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.measures.funnel import ALL
from kamsim.reporting.style import (
    SEGMENT_COLOURS,
    TEXT_COLOUR,
    finish,
    new_axes,
    say_absent,
    segment_name,
    write_percent_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BAR = 0.27
"""Height of a bar; three of them and a gap make a step."""


def funnel_title(funnel: pd.DataFrame, locale: Locale) -> str:
    """Say how many of the opportunities are signed and before which step most are lost."""
    whole = funnel[funnel["segment"] == ALL]
    lost = -whole["share"].diff().iloc[1:].to_numpy()
    return locale.text(
        "plot.funnel.title",
        signed=locale.percent(whole["share"].iloc[-1], 0),
        lost=locale.percent(lost.max(), 0),
        step=locale.text(f"plot.funnel.before_{whole['step'].iloc[1 + int(lost.argmax())]}"),
    )


def plot_funnel(funnel: pd.DataFrame, ax: Axes | None = None, *, locale: Locale = ENGLISH) -> Axes:
    """Plot the share of opportunities that came to each step, a bar per segment, with counts and months.

    Parameters
    ----------
    funnel : DataFrame
        From `kamsim.measures.pipeline_funnel`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale

    Returns
    -------
    Axes
        Without a closed opportunity, one line that says so.

    Examples
    --------
    >>> steps = pd.DataFrame({"step": ["opened", "signed"], "count": [4, 1], "share": [1.0, 0.25]})
    >>> funnel = pd.concat([steps.assign(segment=s, months=[np.nan, 2.0]) for s in ("", "smb")])
    >>> " ".join(plot_funnel(funnel.reset_index(drop=True)).get_title(loc="left").split())
    '25% of the opportunities end in a signature; most are lost before the signature (75%)'
    """
    if funnel.empty:
        return say_absent(ax, locale.text("plot.funnel.title_empty"))
    steps = funnel.loc[funnel["segment"] == ALL, "step"].tolist()
    segments = [name for name in SEGMENT_COLOURS if (funnel["segment"] == name).any()]
    ax = ax or new_axes(width=9.0, height=1.6 + 0.25 * (len(segments) + 1) * len(steps))
    for place, segment in enumerate(segments):
        rows = funnel[funnel["segment"] == segment].set_index("step").loc[steps]
        at = np.arange(len(steps)) + BAR * (place - (len(segments) - 1) / 2)
        name = segment_name(segment, locale)
        ax.barh(at, rows["share"], height=0.9 * BAR, color=SEGMENT_COLOURS[segment], label=name)
        for y, row in zip(at, rows.to_dict("records"), strict=True):
            text = _label(row["count"], row["share"], row["months"], locale)
            ax.annotate(
                text, (row["share"], y), xytext=(5, 0), textcoords="offset points", va="center", fontsize=9,
                color=TEXT_COLOUR,
            )  # fmt: skip
    ax.set_yticks(range(len(steps)), [locale.text(f"plot.funnel.{step}") for step in steps])
    ax.set_ylim(len(steps) - 0.45, -0.55)
    ax.set_xlim(0, 1.35)  # room for the text beside the longest bar
    write_percent_ticks(ax.xaxis, locale)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=10)
    return finish(ax, title=funnel_title(funnel, locale), x_label=locale.text("plot.funnel.axis"), grid="x")


def _label(count: float, share: float, months: float, locale: Locale) -> str:
    words = {"count": locale.number(count), "share": locale.percent(share, 0)}
    if np.isnan(months):
        return locale.text("plot.funnel.label", **words)
    return locale.text("plot.funnel.label_after", **words, months=locale.number(months, 1))
