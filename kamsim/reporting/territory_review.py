"""Whether to redraw territories, as tables of texts, sentences and a map that may not be there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.plots.territories import Ring, plot_territories, territory_marks, territory_title
from kamsim.reporting.style import say_absent
from kamsim.territories import TerritoryResult, TerritoryReview

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def review_table(summary: pd.DataFrame, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write today's books beside the new plan: balance, shape, moves.

    Parameters
    ----------
    summary : DataFrame
        `TerritoryReview.summary`.
    locale : Locale

    Returns
    -------
    DataFrame
        A row a plan; columns carry their heading.

    Examples
    --------
    >>> summary = pd.DataFrame({"plan": ["today"], "territories": [11], "largest_deviation": [0.71],
    ...     "contiguous": [4], "mean_km": [93.8], "moved_share": [0.0]})
    >>> review_table(summary).iloc[0].tolist()
    ["Today's books", '11', '71%', '4 of 11', '94', '–']
    """
    names = ("plan", "territories", "largest", "contiguous", "mean_km", "moved")
    rows = [
        [
            locale.text(f"territory_review.{row['plan']}"),
            locale.number(row["territories"]),
            locale.percent(row["largest_deviation"], 0),
            _of(row["contiguous"], row["territories"], locale),
            locale.number(row["mean_km"]),
            locale.text("format.missing")
            if row["plan"] == "today"
            else locale.percent(row["moved_share"], 0),
        ]
        for row in summary.to_dict("records")
    ]
    return _texts(rows, names, locale)


def least_moved_table(books: pd.DataFrame, least: pd.DataFrame, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write how uneven today's books are, and how much must change hands whatever the map, by attribute.

    Parameters
    ----------
    books, least : DataFrame
        `books` and `least_moved` of a `TerritoryReview`.
    locale : Locale

    Returns
    -------
    DataFrame
        A row an attribute; columns carry their heading.

    Examples
    --------
    >>> books = pd.DataFrame({"attribute": ["clients"] * 2, "deviation": [0.5, -0.5]})
    >>> least = pd.DataFrame({"attribute": ["clients"], "least_share": [0.15]})
    >>> least_moved_table(books, least).iloc[0].tolist()
    ['clients', '+50%', '−50%', '15%']
    """
    names = ("attribute", "most_over", "most_under", "least")
    extremes = books.groupby("attribute")["deviation"].agg(["max", "min"])
    rows = [
        [
            locale.label("attribute", attribute),
            locale.percent(extremes["max"][attribute], 0, signed=True),
            locale.percent(extremes["min"][attribute], 0, signed=True),
            locale.percent(share, 0),
        ]
        for attribute, share in least[["attribute", "least_share"]].to_numpy()
    ]
    return _texts(rows, names, locale)


def say_places(review: TerritoryReview, locale: Locale = ENGLISH) -> str:
    """Say which accounts can be placed on a map, and why there is no new plan where there is none."""
    if not review.placed_share:
        return locale.text("territory_review.no_places")
    name = "all_places" if review.placed_share == 1 else "some_places"
    values = {} if name == "all_places" else {"share": locale.percent(review.placed_share)}
    said = locale.text(f"territory_review.{name}", **values)
    if review.refused:
        said += "\n" + locale.text("territory_review.refused", reason=review.refused)
    return said


def map_plan(
    plan: TerritoryResult | None,
    ax: Axes | None = None,
    *,
    outlines: Mapping[str, Sequence[Ring]] | None = None,
    locale: Locale = ENGLISH,
) -> Axes:
    """Draw a plan as a map; where there is none, a line that says so.

    Examples
    --------
    >>> map_plan(None).get_title(loc="left")
    'No map: the coordinates of no account are known'
    """
    if plan is None:
        return say_absent(ax, locale.text("plot.territories.title_empty"))
    title = territory_title(plan.balance, plan.shapes, locale)
    return plot_territories(
        territory_marks(plan.territories), ax, title=title, outlines=outlines, locale=locale
    )


def _of(part: float, whole: float, locale: Locale) -> str:
    """Write "4 of 11"; a dash where the part is not known."""
    if math.isnan(part):
        return locale.text("format.missing")
    return locale.text("coverage.of", part=locale.number(part), whole=locale.number(whole))


def _texts(rows: list[list[str]], names: tuple[str, ...], locale: Locale) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[locale.text(f"territory_review.{name}") for name in names]).astype(
        "str"
    )
