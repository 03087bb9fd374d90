from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamsim.contracts import OPTIONAL_FLAG, OPTIONAL_WHOLE, WHOLE, _in_arrow, _keys_rise
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


# --- the glance that spares a sound frame pandera's time ------------------------------------------

ODD = Table(
    "odd",
    "Every kind of rule.",
    ("day", "id"),
    {
        "day": Column(DATE, "date", "day"),
        "id": Column(TEXT, "-", "id"),
        "word": Column(TEXT, "-", "word", True, one_of=("x", "y")),
        "share": Column(NUMBER, "share", "share", True, 0, 1),
        "amount": Column(NUMBER, "EUR", "amount", False, 0),
        "count": Column(OPTIONAL_WHOLE, "count", "count", True, 1, 4),
        "level": Column(WHOLE, "-", "level", one_of=(1, 2)),
        "flag": Column(OPTIONAL_FLAG, "-", "flag", True),
    },
)
GOOD: dict[str, list[object]] = {
    "day": [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")],
    "id": ["a", "b", "é"],
    "word": ["x", "y", None],
    "share": [0.0, 0.5, 1.0, np.nan],
    "amount": [0.0, 2.0],
    "count": [1, 4, None],
    "level": [1, 2],
    "flag": [True, False, None],
}
BAD: dict[str, list[object]] = {
    "day": [None],
    "id": ["", None],
    "word": ["", "z"],
    "share": [1.5, -0.5, np.inf, -np.inf],
    "amount": [-1.0, np.nan, np.inf],
    "count": [0, 5],
    "level": [3],
    "flag": [],
}


@st.composite
def odd_frames(draw: Callable[..., Any]) -> pd.DataFrame:
    """Up to four rows in which at most one column holds what it may not."""
    spoilt = draw(st.sampled_from([None, *ODD.columns]))
    rows = draw(st.integers(0, 4))
    columns = {}
    for name, column in ODD.columns.items():
        cell = st.sampled_from(GOOD[name] + (BAD[name] if name == spoilt else []))
        columns[name] = pd.Series(draw(st.lists(cell, min_size=rows, max_size=rows)), dtype=column.dtype)
    return pd.DataFrame(columns)


@settings(max_examples=300, deadline=None)
@given(odd_frames())
def test_what_passes_is_what_pandera_lets_pass(frame: pd.DataFrame) -> None:
    try:
        ODD.pandera().validate(frame, lazy=True)
        sound = not frame.duplicated(list(ODD.key)).any()
    except pa.errors.SchemaErrors:
        sound = False

    try:
        checked = check(frame, ODD)
    except SchemaError:
        assert not sound
    else:
        assert sound
        assert _keys_rise(_in_arrow(checked), ODD)


def test_a_sound_frame_never_meets_pandera(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Table, "pandera")

    assert len(check(tiers(), TIERS)) == 2


def test_the_first_offence_named_does_not_depend_on_the_order_of_rows() -> None:
    frame = tiers(("B", "C", "A"), (8, 1, 9))
    twice = tiers(("B", "A", "B", "A"), (1, 1, 1, 1))

    for order in ([0, 1, 2], [2, 1, 0]):
        with pytest.raises(SchemaError, match=r"got 9 \(account_id 'A'\) and 1 more"):
            check(frame.iloc[order], TIERS)
    with pytest.raises(SchemaError, match="account_id 'A' stands more than once"):
        check(twice, TIERS)


@pytest.mark.parametrize(
    ("days", "ids", "rises"),
    [
        ([1, 1, 2], ["a", "b", "a"], True),
        ([1, 1, 2], ["b", "a", "c"], False),
        ([1, 2, 1], ["a", "b", "c"], False),
        ([1, 1], ["a", "a"], False),
        ([1], ["a"], True),
        ([], [], True),
        ([1, 2], ["a", None], False),
        ([1, 1], ["z", "é"], True),
    ],
)
def test_order_of_keys(days: list[int], ids: list[str | None], rises: bool) -> None:
    columns = {"day": pd.Series(days, dtype="int64"), "id": pd.Series(ids, dtype="str")}

    assert _keys_rise(_in_arrow(pd.DataFrame(columns)), ODD) == rises
