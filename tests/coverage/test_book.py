from collections.abc import Callable

import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.coverage import build_book
from kamsim.errors import SchemaError
from kamsim.schemas import ACCOUNTS, BOOK, OPPORTUNITIES, SCORES, TIERS, VALUES, check

Tables = dict[str, pd.DataFrame]


@pytest.fixture
def tables(make_frame: Callable[..., pd.DataFrame]) -> Tables:
    ids = ["b", "a", "c"]
    accounts = make_frame(ACCOUNTS, account_id=ids, technical_complexity=[0.5, float("nan"), 0.1])
    return {
        "accounts": accounts,
        "opportunities": make_frame(
            OPPORTUNITIES,
            opportunity_id=["1", "2", "3", "4", "5"],
            account_id=["a", "a", "b", "a", "b"],
            status=["open", "won", "lost", "open", "open"],
            kind=["new", "new", "new", None, "renewal"],
        ),
        "scores": make_frame(SCORES, account_id=ids[::-1], potential_36m_eur=[1.0, 2.0, 3.0]),
        "tiers": make_frame(TIERS, account_id=ids, tier=[1, 2, 3]),
        "values": make_frame(VALUES, account_id=ids, gain_eur=[5.0, 6.0, 7.0]),
    }


def test_each_account_brings_its_own_rows(tables: Tables, scenario: Scenario) -> None:
    book = build_book(**tables, settings=scenario.coverage).set_index("account_id")

    assert book.index.tolist() == ["a", "b", "c"]
    assert book["tier"].tolist() == [2, 1, 3]
    assert book["potential_36m_eur"].tolist() == [2.0, 3.0, 1.0]
    assert book["gain_eur"].tolist() == [6.0, 5.0, 7.0]
    assert book["open_deals"].tolist() == [2, 0, 0]
    assert (
        book.loc["b", "workload_hours"]
        == scenario.coverage.ae_hours / scenario.coverage.strategic.accounts_per_ae
    )


def test_the_book_keeps_its_contract(tables: Tables, scenario: Scenario) -> None:
    book = build_book(**tables, settings=scenario.coverage)

    pd.testing.assert_frame_equal(book, check(book, BOOK))


def test_row_order_does_not_matter_and_inputs_stay(tables: Tables, scenario: Scenario) -> None:
    before = {name: frame.copy() for name, frame in tables.items()}
    shuffled = {name: frame.sample(frac=1, random_state=3) for name, frame in tables.items()}

    pd.testing.assert_frame_equal(
        build_book(**tables, settings=scenario.coverage), build_book(**shuffled, settings=scenario.coverage)
    )
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name])


@pytest.mark.parametrize("name", ["scores", "tiers", "values"])
def test_an_account_missing_from_a_table_is_named(name: str, tables: Tables, scenario: Scenario) -> None:
    lacking = tables | {name: tables[name][tables[name]["account_id"] != "c"]}

    with pytest.raises(SchemaError, match=f"table {name}: account 'c' is missing"):
        build_book(**lacking, settings=scenario.coverage)


def test_a_stranger_in_a_table_is_named(
    tables: Tables, scenario: Scenario, make_frame: Callable[..., pd.DataFrame]
) -> None:
    strange = tables | {"tiers": make_frame(TIERS, account_id=["a", "b", "c", "z"])}

    with pytest.raises(SchemaError, match="table tiers: account 'z' is not in table accounts"):
        build_book(**strange, settings=scenario.coverage)
