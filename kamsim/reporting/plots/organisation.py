"""The organisation chart of one account: who decides, whom we know, who left (D-ORG-1, D-STK-1)."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Patch

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.style import BASELINE_COLOUR, TEXT_COLOUR, finish, new_axes, say_absent
from kamsim.schemas import DECISION_ROLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROLE_COLOURS = dict(zip(DECISION_ROLES, ("#0072B2", "#D55E00", "#009E73", "#CC79A7"), strict=True))
PALE_ROLES = {"procurement"}
"""White letters are hard to read on the colour of these."""

GONE_COLOUR = "#9AA0A6"
STEP, WIDTH, HEIGHT = 2.5, 2.2, 0.46
"""Inches from level to level, and the size of a box; a row is one `ROW`."""
ROW = 0.62
LETTERS = 31
"""Letters that fit a box."""


def organisation_title(chart: pd.DataFrame, name: str, locale: Locale) -> str:
    """Say with how many of the people in place we are in contact, and whether one holds the budget."""
    there = chart[chart["left_on"].isna()]
    engaged = there[there["engaged"].fillna(False).astype(bool)]
    key = "title_buyer" if (engaged["decision_role"] == DECISION_ROLES[0]).any() else "title_no_buyer"
    return locale.text(
        f"plot.organisation.{key}",
        account=name,
        engaged=locale.number(len(engaged)),
        people=locale.number(len(there)),
    )


def plot_organisation(
    chart: pd.DataFrame, name: str, ax: Axes | None = None, *, locale: Locale = ENGLISH
) -> Axes:
    """Plot the chart from left to right: a box a person, in the colour of the part in decisions.

    Parameters
    ----------
    chart : DataFrame
        From `kamsim.measures.organisation_chart`.
    name : str
        Of the account, for the title.
    ax : Axes, optional
        Where to draw; a new figure of the size that the chart needs if absent.
    locale : Locale

    Returns
    -------
    Axes
        A full box is somebody who is engaged, a star a champion, a grey broken frame somebody who left.
        Without people, one line that says so.

    Examples
    --------
    >>> person = {"stakeholder_id": "x", "name": "Ada", "title": "CIO", "decision_role": "economic_buyer",
    ...     "engaged": True, "champion": False, "left_on": pd.NaT, "reports_to": None, "level": 0, "row": 0.0}
    >>> " ".join(plot_organisation(pd.DataFrame([person]), "Acme").get_title(loc="left").split())
    'Acme: in contact with 1 of 1 people, a final budget holder among them'
    """
    if chart.empty:
        return say_absent(ax, locale.text("plot.organisation.title_empty", account=name))
    rows, levels = chart["row"].max() + 1, int(chart["level"].max()) + 1
    ax = ax or new_axes(width=max(8.0, STEP * levels + 0.3), height=1.6 + ROW * rows)
    ax.set_xlim(-0.1, STEP * levels)
    ax.set_ylim(ROW * (rows - 0.5) + 0.05, -ROW * 0.5 - 0.05)
    place = {p["stakeholder_id"]: (STEP * p["level"], ROW * p["row"]) for p in chart.to_dict("records")}
    for person in chart.to_dict("records"):
        x, y = place[person["stakeholder_id"]]
        if person["level"] > 0:
            above_x, above_y = place[person["reports_to"]]
            bend = above_x + WIDTH + (STEP - WIDTH) / 2
            line = [above_x + WIDTH, bend, bend, x], [above_y, above_y, y, y]
            ax.plot(*line, color=BASELINE_COLOUR, linewidth=1.1, zorder=1)
        _draw_person(ax, person, x, y, locale)
    ax.legend(
        handles=_legend(chart, locale), loc="upper left", bbox_to_anchor=(0.0, 0.0), ncols=3, frameon=False,
        fontsize=9.5,
    )  # fmt: skip
    finish(ax, title=organisation_title(chart, name, locale))
    ax.set_axis_off()
    return ax


def _draw_person(ax: Axes, person: dict[Any, Any], x: float, y: float, locale: Locale) -> None:
    gone, engaged = pd.notna(person["left_on"]), person["engaged"] is True
    colour = GONE_COLOUR if gone else ROLE_COLOURS[person["decision_role"]]
    full = engaged and not gone
    box = FancyBboxPatch(
        (x, y - HEIGHT / 2), WIDTH, HEIGHT, boxstyle="round,pad=0,rounding_size=0.06", linewidth=1.8,
        edgecolor=colour, facecolor=colour if full else "white", linestyle="--" if gone else "-", zorder=2,
    )  # fmt: skip
    ax.add_patch(box)
    dark = full and person["decision_role"] not in PALE_ROLES
    ink = "white" if dark else BASELINE_COLOUR if gone else TEXT_COLOUR
    star = "★ " if person["champion"] is True else ""
    title = person["title"]
    if gone:
        title = locale.text("plot.organisation.left", title=title, month=locale.month(person["left_on"]))
    for text, up, weight in ((star + person["name"], -0.1, "bold"), (title, 0.11, "normal")):
        ax.text(
            x + 0.09, y + up, textwrap.shorten(text, LETTERS, placeholder="…"), fontsize=9, color=ink,
            fontweight=weight, va="center", zorder=3,
        )  # fmt: skip


def _legend(chart: pd.DataFrame, locale: Locale) -> list[Any]:
    """Explain the colours that are there, and the marks."""
    there = chart[chart["left_on"].isna()]
    roles = [role for role in DECISION_ROLES if (there["decision_role"] == role).any()]
    handles: list[Any] = [
        Patch(facecolor=ROLE_COLOURS[role], label=locale.text(f"decision_role.{role}")) for role in roles
    ]
    words = {
        name: locale.text(f"plot.organisation.{name}") for name in ("engaged", "unknown", "gone", "champion")
    }
    handles.append(Patch(facecolor=TEXT_COLOUR, edgecolor=TEXT_COLOUR, label=words["engaged"]))
    handles.append(Patch(facecolor="white", edgecolor=TEXT_COLOUR, label=words["unknown"]))
    if chart["left_on"].notna().any():
        handles.append(Patch(facecolor="white", edgecolor=GONE_COLOUR, linestyle="--", label=words["gone"]))
    if chart["champion"].fillna(False).astype(bool).any():
        star = {"marker": "*", "color": TEXT_COLOUR, "linestyle": "", "markersize": 9}
        handles.append(Line2D([], [], **star, label=words["champion"]))  # type: ignore[arg-type]
    return handles
