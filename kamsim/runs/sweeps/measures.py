"""How a notebook states its results so that a sweep can gather them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kamsim.errors import SweepError
from kamsim.schemas import MEASURES, check

MIME = "application/vnd.kamsim.measures+json"

Stated = float | tuple[float, float, float]
"""A value, or a value with the ends of its interval."""


@dataclass(frozen=True)
class Measures:
    """Measures that a notebook states; shown as a small table, and read by a sweep.

    Attributes
    ----------
    table : DataFrame
        MEASURES.
    """

    table: pd.DataFrame

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        shown = self.table.drop(columns="row")
        shown = shown.drop(columns=[name for name in ("item", "low", "high") if shown[name].isna().all()])
        style: dict[str, Any] = {"index": False, "na_rep": "–", "float_format": _plain_number}
        texts = {"text/plain": shown.to_string(**style), "text/html": shown.to_html(**style)}
        rows = self.table.drop(columns="row").astype(object)
        return {**texts, MIME: rows.where(rows.notna(), None).to_dict("records")}


def _plain_number(value: float) -> str:
    """Write four decimals at most, without zeros at the end, and 0 without a sign."""
    return f"{round(value, 4) + 0.0:.4f}".rstrip("0").rstrip(".")


def state_measures(measures: Mapping[str, Stated], item: str | None = None) -> Measures:
    """State results by name: the last line of a notebook's cell, so that a sweep can gather them.

    Parameters
    ----------
    measures : mapping of str to float or (float, float, float)
        Value by name, or value with the lower and upper end of its interval.
    item : str, optional
        What they are measures of: a policy, a role, a tier.

    Returns
    -------
    Measures

    Raises
    ------
    SweepError
        When a measure is neither one number nor three.

    Examples
    --------
    >>> stated = state_measures({"AEs needed": 12.3, "loss_share": (0.04, 0.01, 0.07)})
    >>> stated.table[["measure", "value", "low"]].to_numpy().tolist()
    [['AEs needed', 12.3, nan], ['loss_share', 0.04, 0.01]]
    """
    rows = []
    for name, stated in measures.items():
        numbers = tuple(stated) if isinstance(stated, tuple) else (stated, None, None)
        if len(numbers) != 3:
            raise SweepError(f"measure {name!r} must be a value, or value, low and high, got {stated!r}")
        rows.append(
            {"item": item, "measure": name, **dict(zip(("value", "low", "high"), numbers, strict=True))}
        )
    return Measures(measure_table(rows))


def measure_table(rows: Sequence[Mapping[str, Any]] | pd.DataFrame) -> pd.DataFrame:
    """Turn rows of item, measure, value, low and high into MEASURES, in their order.

    Raises
    ------
    SchemaError
        When a row breaks the contract.
    """
    columns = [name for name in MEASURES.columns if name != "row"]
    frame = pd.DataFrame(rows, columns=columns).reset_index(drop=True)
    types = {name: column.dtype for name, column in MEASURES.columns.items() if name != "row"}
    frame = frame.astype(types)
    return check(frame.assign(row=range(1, len(frame) + 1)).astype({"row": "int64"}), MEASURES)


def stated_measures(content: Any) -> pd.DataFrame:
    """Gather what the cells of an executed notebook state, in their order.

    Parameters
    ----------
    content : NotebookNode

    Returns
    -------
    DataFrame
        MEASURES.
    """
    outputs = [o for c in content.cells if c.cell_type == "code" for o in c.outputs]
    return measure_table([row for o in outputs for row in o.get("data", {}).get(MIME, [])])
