"""The table of a sweep: what every point states, in the order of the grid."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from kamsim.durable import file_aside
from kamsim.errors import BundleError
from kamsim.runs.sweeps.points import Point
from kamsim.runs.sweeps.store import Store
from kamsim.schemas import DONE, FAILED, FLAG, MEASURES, NUMBER, TEXT, WHOLE, check, sweep_table

RESULTS = "results.parquet"


def gather(points: Sequence[Point], errors: Mapping[str, str], store: Store) -> pd.DataFrame:
    """Bring together what the points of a sweep state.

    Parameters
    ----------
    points : sequence of Point
        Each is finished, or has an error.
    errors : mapping of str to str
        By key.
    store : Store

    Returns
    -------
    DataFrame
        `sweep_table` of the parameters that vary: tidy, one row a point and measure, sorted.
    """
    varied = points[0].varied
    columns: dict[str, Any] = {name: _column([point.parameters[name] for point in points]) for name in varied}
    parts = []
    for place, point in enumerate(points):
        error = errors.get(point.key)
        stated = _nothing() if error is not None else store.read(point.key)
        own = {name: values.iloc[[place] * max(len(stated), 1)].array for name, values in columns.items()}
        rows = stated if len(stated) else _nothing()
        fixed: dict[str, Any] = {
            "point": point.number,
            "state": DONE if error is None else FAILED,
            "error": error,
            "key": point.key,
        }
        parts.append(rows.assign(**fixed, **own).astype({"error": TEXT, "state": TEXT, "key": TEXT}))
    table = sweep_table({name: str(values.dtype) for name, values in columns.items()})
    return check(pd.concat(parts, ignore_index=True), table)


def write_results(table: pd.DataFrame, folder: Path) -> Path:
    """Write the table of a sweep, whole or not at all.

    Raises
    ------
    BundleError
        When the folder cannot be written.
    """
    place = folder / RESULTS
    try:
        with file_aside(place) as aside:
            table.to_parquet(aside, index=False)
    except OSError as caught:
        raise BundleError(f"{place}: cannot be written ({caught.strerror or caught})") from None
    return place


def _nothing() -> pd.DataFrame:
    """One row without a measure."""
    row = {"row": 0, "item": None, "measure": None, "value": None, "low": None, "high": None}
    return pd.DataFrame([row]).astype({name: column.dtype for name, column in MEASURES.columns.items()})


def _column(values: list[Any]) -> pd.Series:
    """Give the values of a parameter the one type that they share; lists and mixtures become texts."""
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return pd.Series(values, dtype=FLAG)
    if kinds == {int}:
        return pd.Series(values, dtype=WHOLE)
    if kinds <= {int, float}:
        return pd.Series(values, dtype=NUMBER)
    return pd.Series(
        [value if isinstance(value, str) else json.dumps(value) for value in values], dtype=TEXT
    ).replace("", None)
