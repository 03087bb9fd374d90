"""What a table contract is, and the one function that checks a frame against it.

Only this module knows pandera; the tables themselves stand in `kamsim.schemas`. A sound frame is told by a
glance at each column: order of the keys, extremes, words. Only of one that is not is pandera asked what is
wrong with it, so that checking costs little beside writing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow
import pyarrow.compute as pc

from kamsim.errors import SchemaError

TEXT, NUMBER, WHOLE, OPTIONAL_WHOLE = "str", "float64", "int64", "Int64"
FLAG, OPTIONAL_FLAG, DATE = "bool", "boolean", "datetime64[us]"


@dataclass(frozen=True)
class Column:
    """One column of a table: type, unit, meaning and the values it may take."""

    dtype: str
    unit: str
    meaning: str
    nullable: bool = False
    at_least: float | None = None
    at_most: float | None = None
    one_of: tuple[str, ...] | tuple[int, ...] | None = None

    def pandera(self) -> Any:
        """Build the pandera column."""
        checks = []
        if self.dtype == NUMBER:
            checks.append(pa.Check(np.isfinite, error="must be finite"))
        if self.dtype == TEXT:
            # An empty text and a missing one are the same in a CSV file: only the latter is allowed.
            checks.append(pa.Check.str_length(min_value=1, error="must not be an empty text"))
        if self.at_least is not None:
            checks.append(pa.Check.ge(self.at_least, error=f"must be >= {self.at_least:g}"))
        if self.at_most is not None:
            checks.append(pa.Check.le(self.at_most, error=f"must be <= {self.at_most:g}"))
        if self.one_of is not None:
            checks.append(
                pa.Check.isin(list(self.one_of), error=f"must be one of {', '.join(map(str, self.one_of))}")
            )
        return pa.Column(self.dtype, checks, nullable=self.nullable)


@dataclass(frozen=True)
class Table:
    """A table's name, purpose, key and columns."""

    name: str
    purpose: str
    key: tuple[str, ...]
    columns: dict[str, Column]

    def empty(self) -> pd.DataFrame:
        """Return a frame with the right columns and no rows."""
        return pd.DataFrame({n: pd.Series([], dtype=c.dtype) for n, c in self.columns.items()})

    def pandera(self) -> Any:
        """Build the pandera schema: strict, no coercion."""
        return pa.DataFrameSchema(
            {n: c.pandera() for n, c in self.columns.items()}, strict=True, coerce=False, name=self.name
        )


@dataclass(frozen=True)
class Checked:
    """Rows that keep a contract, as a frame and in Arrow; the two share what memory they can."""

    frame: pd.DataFrame
    rows: pyarrow.Table


def check(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Check a frame against its contract and return it sorted by its key.

    Parameters
    ----------
    frame : DataFrame
        Columns in any order; the input is not changed.
    table : Table
        The contract.

    Returns
    -------
    DataFrame
        Columns in the contract's order, rows sorted by key, a fresh index.

    Raises
    ------
    SchemaError
        Naming the table, the column, the first offending value and its key, and the rule.

    Examples
    --------
    >>> from kamsim.schemas import VALUES
    >>> check(VALUES.empty(), VALUES).shape[0]
    0
    """
    return checked(frame, table).frame


def checked(frame: pd.DataFrame, table: Table) -> Checked:
    """Check a frame as `check` does; for those who write it, what the glance was cast at comes with it.

    Examples
    --------
    >>> from kamsim.schemas import VALUES
    >>> checked(VALUES.empty(), VALUES).rows.num_rows
    0
    """
    missing = [c for c in table.columns if c not in frame.columns]
    strange = [c for c in frame.columns if c not in table.columns]
    if missing or strange:
        problems = [f"missing column {c!r}" for c in missing] + [f"unknown column {c!r}" for c in strange]
        raise SchemaError(f"table {table.name}: {'; '.join(problems)}")
    if len(frame.columns) > len(table.columns):
        column = frame.columns[frame.columns.duplicated()][0]
        raise SchemaError(f"table {table.name}: column {column!r} stands more than once")
    if list(frame.columns) != list(table.columns):
        frame = frame[list(table.columns)]
    frame = frame.reset_index(drop=True)
    _check_types(frame, table)
    rows = _in_arrow(frame)
    if not _keys_rise(rows, table):
        frame = frame.sort_values(list(table.key), ignore_index=True)
        _refuse_repeated_keys(frame, table)
        rows = _in_arrow(frame)
    if not all(_keeps_rules(rows[name], column) for name, column in table.columns.items()):
        try:
            table.pandera().validate(frame, lazy=True)
        except pa.errors.SchemaErrors as caught:
            raise SchemaError(_first_failure(caught.failure_cases, frame, table)) from None
    return Checked(frame, rows)


def _in_arrow(frame: pd.DataFrame) -> pyarrow.Table:
    """Hand a frame to Arrow; what is missing is null there, whatever pandas calls it."""
    return pyarrow.Table.from_pandas(frame, preserve_index=False, nthreads=1)


def _keys_rise(rows: pyarrow.Table, table: Table) -> bool:
    """Tell whether rows come sorted by key, each key once and none missing."""
    keys = [rows[name] for name in table.key]
    if any(values.null_count for values in keys):
        return False
    rises, same = pyarrow.scalar(False), pyarrow.scalar(True)
    for values in keys:
        before, after = values.slice(0, max(len(values) - 1, 0)), values.slice(1)
        rises = pc.or_(rises, pc.and_(same, pc.less(before, after)))
        if values is not keys[-1]:
            same = pc.and_(same, pc.equal(before, after))
    return pc.all(rises).as_py() is not False


def complete(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the frame with every optional column that it lacks, empty; what must be there is not made up.

    Examples
    --------
    >>> from kamsim.schemas import TEAM
    >>> "joined_on" in complete(TEAM.empty().drop(columns="joined_on"), TEAM)
    True
    """
    absent = {n: c for n, c in table.columns.items() if c.nullable and n not in frame.columns}
    return frame.assign(**{n: pd.Series(None, index=frame.index, dtype=c.dtype) for n, c in absent.items()})


def _check_types(frame: pd.DataFrame, table: Table) -> None:
    """Hold columns to exactly the contract's types: pandera takes any column of texts for `str`."""
    for name, column in table.columns.items():
        if str(frame[name].dtype) != column.dtype:
            raise SchemaError(
                f"table {table.name}: column {name!r} must be {column.dtype}, got {frame[name].dtype}"
            )


def _refuse_repeated_keys(frame: pd.DataFrame, table: Table) -> None:
    twice = frame.duplicated(list(table.key))
    if twice.any():
        raise SchemaError(
            f"table {table.name}: {_key_of(frame, table, twice.idxmax())} stands more than once;"
            " keys must be unique"
        )


def _keeps_rules(values: pyarrow.ChunkedArray, column: Column) -> bool:
    """Tell at a glance whether all values keep the rules of a column; no means: look closely."""
    if not column.nullable and values.null_count:
        return False
    if column.dtype == TEXT:
        return _keeps_words(values, column)
    if column.dtype not in (NUMBER, WHOLE, OPTIONAL_WHOLE):
        return column.one_of is None
    if column.one_of is not None:
        return _is_among(values, column.one_of)
    extremes = pc.min_max(values)
    least, most = extremes["min"].as_py(), extremes["max"].as_py()
    if least is None:  # no value at all
        return True
    lower = -np.inf if column.at_least is None else column.at_least
    upper = np.inf if column.at_most is None else column.at_most
    return bool(np.isfinite(least) and np.isfinite(most) and lower <= least and most <= upper)


def _keeps_words(texts: pyarrow.ChunkedArray, column: Column) -> bool:
    if pc.min(pc.binary_length(texts)).as_py() == 0:
        return False
    return column.one_of is None or _is_among(texts, column.one_of)


def _is_among(values: pyarrow.ChunkedArray, words: tuple[str, ...] | tuple[int, ...]) -> bool:
    return set(pc.unique(values).to_pylist()) <= {*words, None}


def _key_of(frame: pd.DataFrame, table: Table, row: Any) -> str:
    return ", ".join(f"{k} {_plain(frame.loc[row, k])!r}" for k in table.key)


def _plain(value: Any) -> Any:
    """Turn a NumPy number into Python's, so that a message says 9 and not np.int64(9)."""
    return value.item() if isinstance(value, np.generic) else value


def _first_failure(cases: pd.DataFrame, frame: pd.DataFrame, table: Table) -> str:
    case = cases.iloc[0]
    rule = str(case["check"])
    if rule == "not_nullable":
        rule = "must not be missing"
    where = "" if pd.isna(case["index"]) else f" ({_key_of(frame, table, case['index'])})"
    more = f" and {len(cases) - 1} more" if len(cases) > 1 else ""
    return f"table {table.name}: {case['column']} {rule}, got {_plain(case['failure_case'])!r}{where}{more}"
