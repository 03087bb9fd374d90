"""Writing and reading a run folder: parquet beside CSV, one million rows of history."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd

from benchmarks.row import Row, at_least, measured, seconds
from kamsim.bundle import Format, read_table, write_stage
from kamsim.config import Scenario
from kamsim.schemas import ACCOUNTS, HISTORY, OPPORTUNITIES, TEAM
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
    yield measured("bundle.write_parquet", write["parquet"], "s")
    yield measured("bundle.read_parquet", read["parquet"], "s")
    yield at_least("bundle.write_csv_over_parquet", write["csv"] / write["parquet"], "ratio", 2.0)
    yield at_least("bundle.read_csv_over_parquet", read["csv"] / read["parquet"], "ratio", 1.5)
    yield at_least("bundle.size_csv_over_parquet", size["csv"] / size["parquet"], "ratio", 2.0)


def _tables() -> dict[str, pd.DataFrame]:
    rng = stream(1, "benchmark", "history")
    ids = [f"A{i:06d}" for i in range(ACCOUNTS_IN_HISTORY)]
    months = pd.date_range("2023-01-01", periods=MONTHS, freq="MS").as_unit("us")
    rows = len(ids) * MONTHS
    money = {c: rng.lognormal(6, 1, rows).round(2) for c in ("revenue_eur", "won_eur")}
    hours = {c: rng.gamma(1.0, 2.0, rows) for c in ("ae_hours", "se_hours", "csm_hours")}
    counts = {c: rng.poisson(0.3, rows) for c in ("deals_opened", "deals_won", "deals_lost")}
    key = {"account_id": pd.Series(np.repeat(ids, MONTHS), dtype="str"), "month": np.tile(months, len(ids))}
    history = pd.DataFrame({**key, **money, **hours, **counts})
    empty = {t.name: t.empty() for t in (ACCOUNTS, OPPORTUNITIES, TEAM)}
    return {**empty, HISTORY.name: history}
