import datetime
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamsim.bundle import Format, read_table, tables, write_stage
from kamsim.config import Scenario
from kamsim.errors import BundleError
from kamsim.schemas import (
    DATE,
    FLAG,
    HISTORY,
    NUMBER,
    OPTIONAL_FLAG,
    TABLES,
    TEXT,
    TIERS,
    Column,
    Table,
    checked,
)  # fmt: skip

Tiers = Callable[..., pd.DataFrame]
FORMATS: tuple[Format, ...] = ("parquet", "csv")
AWKWARD = st.sampled_from(
    ["NA", "nan", "None", "a,b", 'say "x"', "l1\nl2", "l1\rl2", "l\r\n2", " x ", "'", "é"]
)
NAMES = st.one_of(AWKWARD, st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1))
DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2200, 1, 1)).map(pd.Timestamp)


def cells(column: Column) -> st.SearchStrategy[Any]:
    low = 0 if column.at_least is None else int(column.at_least)
    high = 10**6 if column.at_most is None else int(column.at_most)
    if column.one_of is not None:
        value: st.SearchStrategy[Any] = st.sampled_from(column.one_of)
    elif column.dtype == TEXT:
        value = NAMES
    elif column.dtype == NUMBER:
        value = st.floats(column.at_least, column.at_most, allow_nan=False, allow_infinity=False)
    elif column.dtype == DATE:
        value = DAYS
    elif column.dtype in (FLAG, OPTIONAL_FLAG):
        value = st.booleans()
    else:
        value = st.integers(low, high)
    return st.one_of(st.none(), value) if column.nullable else value


def frames(table: Table) -> st.SearchStrategy[pd.DataFrame]:
    row = st.fixed_dictionaries({name: cells(column) for name, column in table.columns.items()})
    rows = st.lists(row, max_size=3, unique_by=lambda r: tuple(r[k] for k in table.key))
    return rows.map(lambda some: _frame(some, table))


def _frame(rows: list[dict[str, Any]], table: Table) -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.Series([r[name] for r in rows], dtype=c.dtype) for name, c in table.columns.items()}
    )


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_every_table_comes_back_as_it_was(
    table: Table, file_format: Format, scratch: Path, scenario: Scenario
) -> None:
    @settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(frames(table))
    def round_trip(frame: pd.DataFrame) -> None:
        write_stage(scratch, "portfolio", {table.name: frame}, scenario, file_format=file_format)

        back = read_table(scratch, "portfolio", table.name)

        expected = frame.sort_values(list(table.key), ignore_index=True)
        pd.testing.assert_frame_equal(back, expected, check_exact=True)

    round_trip()


@given(st.lists(NAMES, min_size=1, unique=True))
@settings(max_examples=40, deadline=None)
def test_any_name_survives_a_csv_file(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    frame = _frame([{"account_id": name, "tier": 1} for name in names], TIERS)
    path = tmp_path_factory.mktemp("csv") / "tiers.csv"

    tables.CsvFile(path, TIERS).append(checked(frame, TIERS))

    assert tables._read_csv(path, TIERS)["account_id"].tolist() == sorted(names)


def edit(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace('"A0",1', '"A0",2'), encoding="utf-8")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def drop_a_row(path: Path) -> None:
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-1]) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("file_format", "damage", "message"),
    [
        ("csv", edit, "its content is not what its manifest says; run the step again"),
        ("csv", drop_a_row, "its content is not what its manifest says; run the step again"),
        ("csv", Path.unlink, "cannot be read"),
        ("parquet", Path.unlink, "cannot be read"),
        ("parquet", cut, "its content is not what its manifest says; run the step again"),
    ],
)
def test_a_damaged_table_is_found_out(
    file_format: Format,
    damage: Callable[[Path], None],
    message: str,
    tmp_path: Path,
    scenario: Scenario,
    tiers: Tiers,
) -> None:
    write_stage(tmp_path, "scores", {"tiers": tiers(1, 2)}, scenario, file_format=file_format)
    assert read_table(tmp_path, "scores", "tiers")["tier"].tolist() == [1, 2]

    damage(tmp_path / "scores" / f"tiers.{file_format}")

    with pytest.raises(BundleError, match=message):
        read_table(tmp_path, "scores", "tiers")


# --- bytes ----------------------------------------------------------------------------------------


def history(accounts: int, months: int = 24) -> pd.DataFrame:
    """Months of history with gaps, zeros and odd numbers."""
    row = np.arange(accounts * months)
    ids = pd.Series([f"A{i:05d}" for i in range(accounts)], dtype="str")
    first = pd.date_range("2024-01-01", periods=months, freq="MS").as_unit("us")
    columns: dict[str, Any] = {
        "account_id": ids.repeat(months).reset_index(drop=True),
        "month": np.tile(first, accounts),
    }
    for name, column in HISTORY.columns.items():
        if name not in columns:
            plain = pd.Series(row % 7 / (10 if column.at_most == 1 else 1)).where(row % 5 > 0)
            whole = plain if column.nullable else plain.fillna(0)
            columns[name] = whole if column.dtype == NUMBER else (whole.round() % 2).astype(column.dtype)
    return pd.DataFrame(columns)


def written(path: Path, kind: type[tables.TableFile], frame: pd.DataFrame, *cuts: int) -> bytes:
    file = kind(path, HISTORY)
    for first, last in pairwise([0, *cuts, len(frame)]):
        file.append(checked(frame.iloc[first:last], HISTORY))
    file.finish()
    content = path.read_bytes()
    path.unlink()
    return content


@pytest.mark.parametrize("kind", tables.FILES.values())
def test_bytes_do_not_depend_on_blocks(
    kind: type[tables.TableFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ROW_GROUP", 5_000)  # a few pages, and row groups that end within blocks
    frame, path = history(500), tmp_path / "history"
    at_once = written(path, kind, frame)

    assert written(path, kind, frame) == at_once
    by_number = tuple(range(0, 12_000, 777))
    for cuts in [(1,), (4_999, 5_000, 5_001), (3_000, 9_000), (0, 11_000, 12_000), by_number]:
        assert written(path, kind, frame, *cuts) == at_once, cuts


@pytest.mark.parametrize("kind", tables.FILES.values())
def test_the_fingerprint_is_that_of_the_bytes_on_disk(
    kind: type[tables.TableFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "BUFFER", 100)
    file = kind(tmp_path / "history", HISTORY)
    file.append(checked(history(9), HISTORY))

    assert file.finish() == tables.file_fingerprint(tmp_path / "history")


@pytest.mark.parametrize("kind", tables.FILES.values())
def test_a_block_may_be_filled_anew_once_it_is_handed_over(
    kind: type[tables.TableFile], tmp_path: Path
) -> None:
    frame, path = history(3), tmp_path / "history"
    expected = written(path, kind, frame)
    revenue = frame["revenue_eur"].to_numpy(copy=True)
    block = frame.assign(revenue_eur=pd.Series(revenue, copy=False))
    file = kind(path, HISTORY)

    file.append(checked(block, HISTORY))
    revenue[:] = -1
    file.finish()

    assert path.read_bytes() == expected


def test_row_groups_have_one_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROW_GROUP", 500)
    path = tmp_path / "history.parquet"
    file = tables.ParquetFile(path, HISTORY)
    for first in (0, 1):
        file.append(checked(history(50).iloc[600 * first : 600 * (first + 1)], HISTORY))
    file.finish()

    found = pq.ParquetFile(path).metadata
    assert [found.row_group(i).num_rows for i in range(found.num_row_groups)] == [500, 500, 200]


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_table_without_rows_is_there(file_format: Format, tmp_path: Path, scenario: Scenario) -> None:
    write_stage(tmp_path, "portfolio", {"history": HISTORY.empty()}, scenario, file_format=file_format)

    pd.testing.assert_frame_equal(read_table(tmp_path, "portfolio", "history"), HISTORY.empty())
