"""How evenly the work is spread: the load of each AE over the hours available."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import (
    BASELINE_COLOUR,
    PALETTE,
    TEXT_COLOUR,
    finish,
    new_axes,
    write_percent_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def workload_by_ae(assignment: pd.DataFrame, book: pd.DataFrame, team: pd.DataFrame) -> pd.DataFrame:
    """Work out each AE's load: the hours that the tiers of the AE's accounts ask for over those available.

    Parameters
    ----------
    assignment, book, team : DataFrame
        `ASSIGNMENT`, `BOOK`, `TEAM`. AEs without capacity are left out.

    Returns
    -------
    DataFrame
        One row a policy and AE, sorted: policy, rep_id, load (1 = full). An AE without accounts has 0.

    Examples
    --------
    >>> plan = pd.DataFrame({"policy": ["a"], "account_id": ["x"], "rep_id": ["r"]})
    >>> book = pd.DataFrame({"account_id": ["x"], "workload_hours": [13.0]})
    >>> team = pd.DataFrame({"rep_id": ["r"], "role": ["AE"], "capacity_hours": [65.0]})
    >>> workload_by_ae(plan, book, team).to_numpy().tolist()
    [['a', 'r', 0.2]]
    """
    people = team[(team["role"] == "AE") & (team["capacity_hours"] > 0)].set_index("rep_id").sort_index()
    plan = assignment.merge(book[["account_id", "workload_hours"]], on="account_id")
    table = plan.pivot_table(index="policy", columns="rep_id", values="workload_hours", aggfunc="sum")
    table = table.reindex(columns=people.index).fillna(0.0)
    loads = table.div(people["capacity_hours"], axis="columns").reset_index()
    return loads.melt("policy", value_name="load").sort_values(["policy", "rep_id"], ignore_index=True)


def by_evenness(frame: pd.DataFrame) -> list[str]:
    """Order the policies from the most even load to the least."""
    groups = frame.groupby("policy")["load"]
    spread = groups.std(ddof=0).fillna(0.0) / groups.mean().replace(0.0, 1.0)
    return [str(policy) for policy in spread.sort_values(kind="stable").index]


def workload_title(frame: pd.DataFrame, order: list[str], locale: Locale) -> str:
    """Say how far apart the AEs' loads are under the most and the least even policy."""
    ranges = {policy: _range(loads, locale) for policy, loads in frame.groupby("policy")["load"]}
    most, least = order[0], order[-1]
    return locale.text(
        "plot.workload.title" if most != least else "plot.workload.title_alone",
        most=locale.policy(most),
        most_range=ranges[most],
        least=locale.policy(least),
        least_range=ranges[least],
    )


def _range(loads: pd.Series, locale: Locale) -> str:
    low, high = locale.percent(loads.min(), 0), locale.percent(loads.max(), 0)
    return low if low == high else locale.text("format.range", low=low, high=high)


def plot_workload(
    frame: pd.DataFrame, baseline: str, ax: Axes | None = None, *, locale: Locale = ENGLISH
) -> Axes:
    """Plot the load of each AE as a dot, a row per policy, the most even policy on top.

    Parameters
    ----------
    frame : DataFrame
        From `workload_by_ae`.
    baseline : str
        The policy to show in grey.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    locale : Locale

    Returns
    -------
    Axes

    Examples
    --------
    >>> frame = pd.DataFrame({"policy": "balanced", "rep_id": ["r", "s"], "load": [0.9, 1.1]})
    >>> plot_workload(frame, "status_quo").get_title(loc="left")
    "Under Balanced the books take 90% to 110% of an AE's hours"
    """
    order = by_evenness(frame)
    ax = ax or new_axes(height=1.9 + 0.42 * len(order))
    ax.axvline(1, color=TEXT_COLOUR, linewidth=1.2, zorder=1)
    for place, policy in enumerate(order):
        loads = np.sort(frame.loc[frame["policy"] == policy, "load"].to_numpy())
        # Dots step through three lanes, so that equal loads stay visible.
        lanes = place + 0.13 * (np.arange(loads.size) % 3 - 1)
        colour = BASELINE_COLOUR if policy == baseline else PALETTE[0]
        ax.plot(loads, lanes, "o", color=colour, markersize=6, alpha=0.55, markeredgewidth=0, zorder=2)
    ax.set_yticks(range(len(order)), [locale.policy(p) for p in order])
    ax.set_ylim(len(order) - 0.4, -0.6)
    ax.set_xlim(left=min(0.0, *ax.get_xlim()))
    write_percent_ticks(ax.xaxis, locale)
    return finish(
        ax,
        title=workload_title(frame, order, locale),
        x_label=locale.text("plot.workload.axis"),
        grid="x",
    )
