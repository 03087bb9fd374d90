"""Whether predicted potential is right: accounts whose wallet is known, each held out from learning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import (
    BASELINE_COLOUR,
    PALETTE,
    finish,
    new_axes,
    say_absent,
    write_log_money_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kamsim.scoring import Assessment

COLUMNS = ["predicted", "happened", "low", "high"]


def held_out_potential(assessment: Assessment | None) -> pd.DataFrame:
    """Lay out predicted beside disclosed potential of the accounts held out.

    Parameters
    ----------
    assessment : Assessment or None
        ``ScoreResult.potential.check.assessment``: None where no wallet could be held out.

    Returns
    -------
    DataFrame
        By rising prediction: predicted, happened (potential by the disclosed wallet), low and high (the
        prediction interval) in EUR, error (share by which the prediction is off), inside (the interval).

    Examples
    --------
    >>> held_out_potential(None).empty
    True
    """
    if assessment is None:
        return pd.DataFrame(columns=[*COLUMNS, "error", "inside"], dtype="float64")
    frame = assessment.predictions[COLUMNS].sort_values(COLUMNS, ignore_index=True)
    return frame.assign(
        error=(frame["predicted"] / frame["happened"] - 1).abs(),
        inside=frame["happened"].between(frame["low"], frame["high"]),
    )


def held_out_title(frame: pd.DataFrame, locale: Locale, coverage: float) -> str:
    """Say within what share half of the predictions lie, and how many wallets the intervals hold."""
    return locale.text(
        "plot.held_out.title",
        error=locale.percent(frame["error"].median(), 0),
        coverage=locale.confidence(coverage),
        inside=locale.percent(frame["inside"].mean(), 0),
    )


def plot_held_out(
    frame: pd.DataFrame,
    ax: Axes | None = None,
    *,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
    coverage: float = 0.9,
) -> Axes:
    """Plot disclosed against predicted potential, a dot an account, over the prediction intervals.

    Parameters
    ----------
    frame : DataFrame
        From `held_out_potential`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale
    currency : str
        ISO code.
    coverage : float
        That the intervals promise.

    Returns
    -------
    Axes
        Both axes logarithmic. Without a wallet to hold out, one line that says so.

    Examples
    --------
    >>> told = pd.DataFrame({"predicted": [1e5, 2e5], "happened": [1.1e5, 9e5], "low": 5e4, "high": 4e5})
    >>> ax = plot_held_out(told.assign(error=[0.1, 0.8], inside=[True, False]))
    >>> [text.get_text() for text in ax.get_legend().get_texts()][1:]
    ['wallet inside it (1)', 'wallet outside it (1)', 'prediction = disclosed']
    """
    if frame.empty:
        return say_absent(ax, locale.text("plot.held_out.title_empty"))
    ax = ax or new_axes(height=5.0)
    ax.vlines(
        frame["predicted"], frame["low"], frame["high"], color=PALETTE[5], linewidth=1.2, alpha=0.3, zorder=1,
        label=locale.text("plot.held_out.interval", coverage=locale.confidence(coverage)),
    )  # fmt: skip
    for inside, colour, marker in ((True, PALETTE[0], "o"), (False, PALETTE[1], "D")):
        dots = frame[frame["inside"] == inside]
        name = f"plot.held_out.{'inside' if inside else 'outside'}"
        ax.plot(
            dots["predicted"], dots["happened"], marker, color=colour, markersize=5, alpha=0.75,
            markeredgewidth=0, zorder=3, label=locale.text(name, accounts=locale.number(len(dots))),
        )  # fmt: skip
    ends = [frame["predicted"].min(), frame["predicted"].max()]
    equal = locale.text("plot.held_out.equal")
    ax.plot(ends, ends, color=BASELINE_COLOUR, linestyle="--", linewidth=1.3, zorder=2, label=equal)
    ax.set_xscale("log")
    ax.set_yscale("log")
    for axis in (ax.xaxis, ax.yaxis):
        write_log_money_ticks(axis, locale, currency)
    ax.legend(loc="upper left", frameon=False, fontsize=9.5)
    return finish(
        ax,
        title=held_out_title(frame, locale, coverage),
        x_label=locale.text("plot.held_out.x_axis"),
        y_label=locale.text("plot.held_out.y_axis"),
    )
