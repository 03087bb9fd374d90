"""Writing and reading a run folder: parquet beside CSV, one million rows of history."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd

from benchmarks.row import Row, at_least, at_most, measured, seconds
from kamsim.bundle import Format, read_table, write_stage
from kamsim.config import Scenario
from kamsim.schemas import ACCOUNTS, HISTORY, NUMBER, OPPORTUNITIES, TEAM, check
from kamsim.streams import stream

ACCOUNTS_IN_HISTORY, MONTHS = 28_000, 36


def rows() -> Iterator[Row]:
    """Seconds by format, and what parquet gains."""
    scenario, tables = Scenario.load("saas_midmarket"), _tables()
    write: dict[str, float] = {}
    read: dict[str, float] = {}
    size: dict[str, int] = {}
    for name in get_args(Format):
        with tempfile.TemporaryDirectory() as folder:
            run = Path(folder)
            write[name] = seconds(
                lambda r=run, f=name: write_stage(r, "portfolio", tables, scenario, file_format=f), times=3
            )
            read[name] = seconds(lambda r=run: read_table(r, "portfolio", "history"), times=3)
            size[name] = (run / "portfolio" / f"history.{name}").stat().st_size
    history = tables[HISTORY.name]
    checking = seconds(lambda: check(history, HISTORY)) / seconds(lambda: history.to_parquet(BytesIO()))
    yield at_most("bundle.check_over_pandas_to_parquet", checking, "ratio", 0.25)
    yield measured("bundle.write_parquet", write["parquet"], "s")
    yield measured("bundle.read_parquet", read["parquet"], "s")
    yield at_least("bundle.write_csv_over_parquet", write["csv"] / write["parquet"], "ratio", 2.0)
    yield at_least("bundle.read_csv_over_parquet", read["csv"] / read["parquet"], "ratio", 1.5)
    yield at_least("bundle.size_csv_over_parquet", size["csv"] / size["parquet"], "ratio", 2.0)


def _tables() -> dict[str, pd.DataFrame]:
    rng = stream(1, "benchmark", "history")
    ids = pd.Series([f"A{i:06d}" for i in range(ACCOUNTS_IN_HISTORY)], dtype="str")
    months = pd.date_range("2023-01-01", periods=MONTHS, freq="MS").as_unit("us")
    rows = len(ids) * MONTHS
    columns: dict[str, object] = {
        "account_id": ids.repeat(MONTHS).reset_index(drop=True),
        "month": np.tile(months, len(ids)),
    }
    for name, column in HISTORY.columns.items():
        if name in columns:
            continue
        if column.unit in ("EUR", "EUR/month"):
            columns[name] = rng.lognormal(6, 1, rows).round(2)
        elif column.unit == "hours/month":
            columns[name] = rng.gamma(1.0, 2.0, rows)
        elif column.dtype == NUMBER:  # shares, and answers that few gave
            columns[name] = np.where(rng.random(rows) < 0.5, rng.random(rows).round(2), np.nan)
        else:
            columns[name] = pd.Series(rng.poisson(0.1, rows).clip(max=1)).astype(column.dtype)
    empty = {t.name: t.empty() for t in (ACCOUNTS, OPPORTUNITIES, TEAM)}
    return {**empty, HISTORY.name: pd.DataFrame(columns)}
