from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamsim.errors import SchemaError
from kamsim.schemas import ACCOUNTS, DATE, NUMBER, TABLES, TEXT, TIERS, VALUES, Column, Table, check

COLUMNS = [(table, name) for table in TABLES.values() for name in table.columns]
OTHER_TYPE = {TEXT: "float64", NUMBER: "int64", "int64": "float64", "Int64": "int64"}
OTHER_TYPE |= {"bool": "int64", "boolean": "bool", DATE: "datetime64[ns]"}

Change = Callable[[pd.DataFrame], pd.DataFrame]


def tiers(ids: tuple[str | None, ...] = ("B", "A"), tier: tuple[float, ...] = (1, 2)) -> pd.DataFrame:
    return pd.DataFrame({"account_id": pd.Series(ids, dtype="str"), "tier": tier})


def values(**changes: object) -> pd.DataFrame:
    columns = ["base_eur", "gain_eur", "half_hours", "exponent", "gain_sd_eur"]
    ids = pd.Series(["A", "B"], dtype="str")
    return pd.DataFrame({"account_id": ids, **dict.fromkeys(columns, 1.0)}).assign(**changes)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_every_table_is_whole(table: Table) -> None:
    assert TABLES[table.name] is table
    assert table.purpose.endswith(".")
    assert set(table.key) <= set(table.columns)
    assert not any(table.columns[k].nullable for k in table.key)
    assert list(check(table.empty(), table).columns) == list(table.columns)


@pytest.mark.parametrize(("table", "name"), COLUMNS, ids=lambda x: getattr(x, "name", x))
def test_every_column_has_a_unit_and_a_meaning(table: Table, name: str) -> None:
    column = table.columns[name]

    assert column.unit.strip()
    assert column.meaning.strip()
    assert not column.meaning.endswith(".")


@pytest.mark.parametrize(("table", "name"), COLUMNS, ids=lambda x: getattr(x, "name", x))
def test_no_column_may_be_missing_or_of_another_type(table: Table, name: str) -> None:
    empty, wanted = table.empty(), table.columns[name].dtype

    with pytest.raises(SchemaError, match=f"^table {table.name}: missing column '{name}'$"):
        check(empty.drop(columns=name), table)
    other = OTHER_TYPE[wanted]
    with pytest.raises(SchemaError) as caught:
        check(empty.astype({name: other}), table)
    assert str(caught.value) == f"table {table.name}: column '{name}' must be {wanted}, got {other}"


def test_rows_come_back_sorted_with_a_fresh_index_and_columns_in_order() -> None:
    mixed = tiers()[["tier", "account_id"]].set_axis([7, 3])

    checked = check(mixed, TIERS)

    pd.testing.assert_frame_equal(checked, tiers(("A", "B"), (2, 1)))


def test_the_input_is_not_changed() -> None:
    mixed = tiers()[["tier", "account_id"]].set_axis([7, 3])
    before = mixed.copy(deep=True)

    checked = check(mixed, TIERS)
    checked["tier"] = 3

    pd.testing.assert_frame_equal(mixed, before)


@settings(max_examples=30)
@given(st.permutations(range(6)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    ids = pd.Series(list("abcdef"), dtype="str")
    frame = pd.DataFrame({"account_id": ids, "tier": [1, 2, 3, 1, 2, 3]})

    pd.testing.assert_frame_equal(check(frame.iloc[order], TIERS), frame)


REFUSED: list[tuple[pd.DataFrame, Table, str]] = [
    (tiers().assign(x=1), TIERS, "table tiers: unknown column 'x'"),
    (
        tiers().drop(columns="tier").assign(x=1),
        TIERS,
        "table tiers: missing column 'tier'; unknown column 'x'",
    ),
    (
        pd.concat([tiers(), tiers()[["tier"]]], axis=1),
        TIERS,
        "table tiers: column 'tier' stands more than once",
    ),
    (
        tiers(("A", "A")).set_axis([0, 0]),
        TIERS,
        "table tiers: account_id 'A' stands more than once; keys must be unique",
    ),
    (tiers(tier=(1.0, 2.0)), TIERS, "table tiers: column 'tier' must be int64, got float64"),
    (
        tiers().astype({"account_id": object}),
        TIERS,
        "table tiers: column 'account_id' must be str, got object",
    ),
    (tiers(("A", None)), TIERS, "table tiers: account_id must not be missing, got nan (account_id nan)"),
    (tiers(("A", "")), TIERS, "table tiers: account_id must not be an empty text, got '' (account_id '')"),
    (
        tiers(tier=(1, 9)).set_axis([0, 0]),
        TIERS,
        "table tiers: tier must be one of 1, 2, 3, got 9 (account_id 'A')",
    ),
    (
        values(gain_eur=[1.0, -2.0]),
        VALUES,
        "table values: gain_eur must be >= 0, got -2.0 (account_id 'B')",
    ),
    (
        values(gain_eur=[1.0, np.nan]),
        VALUES,
        "table values: gain_eur must not be missing, got nan (account_id 'B')",
    ),
    (
        values(gain_eur=[1.0, np.inf]),
        VALUES,
        "table values: gain_eur must be finite, got inf (account_id 'B')",
    ),
    (
        values(gain_eur=[-1.0, -2.0]),
        VALUES,
        "table values: gain_eur must be >= 0, got -1.0 (account_id 'A') and 1 more",
    ),
]


@pytest.mark.parametrize(("frame", "table", "sentence"), REFUSED, ids=[s for _, _, s in REFUSED])
def test_a_breach_is_told_in_one_sentence(frame: pd.DataFrame, table: Table, sentence: str) -> None:
    with pytest.raises(SchemaError) as caught:
        check(frame, table)

    assert str(caught.value) == sentence


def test_the_upper_bound_of_a_share_is_kept() -> None:
    column = ACCOUNTS.columns["technical_complexity"]
    table = Table("t", "For a test.", ("account_id",), {"account_id": Column(TEXT, "-", "id"), "x": column})
    frame = pd.DataFrame({"account_id": pd.Series(["A", "B"], dtype="str"), "x": [1.0, np.nan]})

    assert check(frame, table)["x"].isna().tolist() == [False, True]
    with pytest.raises(SchemaError, match=r"x must be <= 1, got 1\.5"):
        check(frame.assign(x=1.5), table)
