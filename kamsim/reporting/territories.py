"""Territories as a table of texts, and as a map in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from kamsim.errors import ConfigError
from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.pictures import DOTS_PER_INCH
from kamsim.reporting.plots.territories import Ring, plot_territories, territory_marks, territory_title


def territory_table(
    shapes: pd.DataFrame, balance: pd.DataFrame, staff: Mapping[str, str], locale: Locale = ENGLISH
) -> pd.DataFrame:
    """Write territories as texts for readers, by name.

    Parameters
    ----------
    shapes : DataFrame
        `TERRITORY_SHAPES`.
    balance : DataFrame
        `TERRITORY_BALANCE`.
    staff : mapping of str to str
        Territory to AE.
    locale : Locale

    Returns
    -------
    DataFrame
        One row a territory: name, AE, units, deviation of each attribute from the mean, mean distance to the
        centre, whether it is contiguous, share of its units that had another owner. Columns carry their
        heading.

    Examples
    --------
    >>> shapes = pd.DataFrame({"territory_id": ["T01"], "units": [12], "mean_km": [81.4],
    ...     "contiguous": [True], "moved_share": [0.0]})
    >>> balance = pd.DataFrame({"territory_id": ["T01"], "attribute": ["clients"], "deviation": [-0.031]})
    >>> territory_table(shapes, balance, {"T01": "R1"}).iloc[0].tolist()
    ['T01', 'R1', '12', '−3.1%', '81', 'yes', '0%']
    """
    attributes = list(dict.fromkeys(balance["attribute"]))
    heads = [locale.text(f"territory.{name}") for name in ("territory", "rep", "units")]
    heads += [locale.text("territory.deviation", attribute=locale.label("attribute", a)) for a in attributes]
    heads += [locale.text(f"territory.{name}") for name in ("mean_km", "contiguous", "moved")]
    deviation = {(t, a): d for t, a, d in balance[["territory_id", "attribute", "deviation"]].to_numpy()}
    rows = [
        [
            row["territory_id"],
            staff.get(row["territory_id"], locale.text("format.missing")),
            locale.number(row["units"]),
            *(locale.percent(deviation[row["territory_id"], a], signed=True) for a in attributes),
            locale.number(row["mean_km"]),
            locale.text("territory.yes" if row["contiguous"] else "territory.no"),
            locale.percent(row["moved_share"], 0),
        ]
        for row in shapes.sort_values("territory_id").to_dict("records")
    ]
    return pd.DataFrame(rows, columns=heads).astype("str")


def write_territory_map(
    path: Path,
    territories: pd.DataFrame,
    balance: pd.DataFrame,
    shapes: pd.DataFrame,
    outlines: Mapping[str, Sequence[Ring]] | None = None,
    locale: Locale = ENGLISH,
) -> None:
    """Draw territories into a PNG file.

    Parameters
    ----------
    path : Path
    territories, balance, shapes : DataFrame
        `TERRITORIES`, `TERRITORY_BALANCE`, `TERRITORY_SHAPES`.
    outlines : mapping of str to rings, optional
        As `plot_territories` takes them.
    locale : Locale

    Raises
    ------
    ConfigError
        When the file cannot be written.
    """
    ax = plot_territories(
        territory_marks(territories),
        title=territory_title(balance, shapes, locale),
        outlines=outlines,
        locale=locale,
    )
    figure = ax.get_figure(root=True)
    assert figure is not None, "axes of a picture stand in a figure"
    try:
        figure.savefig(path, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    except OSError as caught:
        raise ConfigError(f"{path}: the map cannot be written ({caught.strerror})") from None
