"""What a sweep found, as texts: which points are best on a measure, and which failed."""

from __future__ import annotations

import math

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.schemas import FAILED, SWEEP_COLUMNS

MOST_ROWS = 12
_OVER_BASELINE = "_difference"


def varied_parameters(table: pd.DataFrame) -> list[str]:
    """Name the parameters that vary in a sweep's table.

    Examples
    --------
    >>> varied_parameters(pd.DataFrame(columns=["point", "row", "seed", "value"]))
    ['seed']
    """
    return [str(name) for name in table.columns if name not in SWEEP_COLUMNS]


def headline_measure(table: pd.DataFrame) -> str | None:
    """Return the measure that the points state first; None where none states any."""
    stated = table["measure"].dropna()
    return None if stated.empty else str(stated.iloc[0])


def measure_rows(table: pd.DataFrame, measure: str | None = None) -> pd.DataFrame:
    """Return the rows of one measure that have a value, the headline measure unless told otherwise."""
    name = measure or headline_measure(table)
    return table[(table["measure"] == name) & table["value"].notna()].reset_index(drop=True)


def sweep_overview_table(
    table: pd.DataFrame, locale: Locale = ENGLISH, *, measure: str | None = None
) -> pd.DataFrame:
    """Write the highest values of one measure with the parameters that they were found at.

    Parameters
    ----------
    table : DataFrame
        A sweep's table (`kamsim.schemas.sweep_table`).
    locale : Locale
    measure : str, optional
        The headline measure unless told otherwise.

    Returns
    -------
    DataFrame
        At most 12 rows, highest first; texts, columns carry their heading.

    Examples
    --------
    >>> from kamsim.schemas import SWEEP_COLUMNS
    >>> one = pd.DataFrame({name: [None, None] for name in SWEEP_COLUMNS}).assign(point=[1, 2], seed=[7, 8])
    >>> two = one.assign(measure="nrr", value=[1.0, 1.1], low=[0.9, 1.0], high=[1.1, 1.2])
    >>> sweep_overview_table(two).iloc[0].tolist()
    ['2', '8', '1.10 (1.00 to 1.20)']
    """
    rows = measure_rows(table, measure).sort_values(
        ["value", "point"], ascending=[False, True], kind="stable"
    )
    rows = rows.head(MOST_ROWS)
    shown = {locale.text("sweep.point"): [locale.number(n) for n in rows["point"]]}
    for name in varied_parameters(table):
        shown[name] = [write_value(value, locale) for value in rows[name]]
    if rows["item"].notna().any():
        shown[locale.text("sweep.item")] = [locale.policy(str(item)) for item in rows["item"]]
    name = measure or headline_measure(table) or locale.text("sweep.value")
    shown[measure_label(name, locale)] = [
        _with_interval(*ends, locale) for ends in zip(rows["value"], rows["low"], rows["high"], strict=True)
    ]
    return pd.DataFrame(shown).astype("str")


def failed_points_table(table: pd.DataFrame, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write which points failed and why, the first of them; empty where none did."""
    rows = table[table["state"] == FAILED].head(MOST_ROWS)
    shown = {locale.text("sweep.point"): [locale.number(n) for n in rows["point"]]}
    shown |= {name: [write_value(value, locale) for value in rows[name]] for name in varied_parameters(table)}
    return pd.DataFrame({**shown, locale.text("sweep.error"): rows["error"].tolist()}).astype("str")


def measure_label(name: str, locale: Locale) -> str:
    """Return the name of a measure for readers; one that kamsim does not know keeps its own.

    Examples
    --------
    >>> measure_label("nrr", Locale("en")), measure_label("my_own_measure", Locale("en"))
    ('NRR a year', 'my own measure')
    """
    if name.endswith(_OVER_BASELINE):
        figure = locale.label("key_figure", name.removesuffix(_OVER_BASELINE))
        return locale.text("sweep.over_baseline", figure=figure)
    return locale.label("key_figure", name)


def write_value(value: object, locale: Locale) -> str:
    """Write a number to three digits, and anything else as it is.

    Examples
    --------
    >>> [write_value(x, Locale("en")) for x in (1234567.0, 0.12345, 7, "size", None)]
    ['1,234,567', '0.123', '7', 'size', '–']
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, str | bool) or not hasattr(value, "__float__"):
        return str(value)
    number = float(value)
    if number == int(number):
        return locale.number(number)
    return locale.number(number, max(0, min(6, 2 - math.floor(math.log10(abs(number))))))


def _with_interval(value: float, low: float, high: float, locale: Locale) -> str:
    if math.isnan(low) or math.isnan(high):
        return write_value(value, locale)
    # The ends take the digits of the value, so that all three can be compared.
    size = max(abs(x) for x in (value, low, high))
    digits = 0 if size == 0 else max(0, min(6, 2 - math.floor(math.log10(size))))
    middle, lower, upper = (locale.number(x, digits) for x in (value, low, high))
    return locale.text("format.interval", middle=middle, low=lower, high=upper)
