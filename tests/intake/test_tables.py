from datetime import date
from decimal import Decimal

import pytest

from kamsim.errors import SchemaError
from kamsim.intake.tables import build_accounts, build_table
from kamsim.schemas import ACCOUNTS, OPPORTUNITIES, REJECTED


def test_no_rows_make_an_empty_table_of_the_right_types():
    table = build_table([], REJECTED)
    assert table.dtypes.astype(str).to_dict() == {n: c.dtype for n, c in REJECTED.columns.items()}


def test_values_take_the_types_of_the_contract():
    row = {
        "account_id": "A",
        "name": "Alpha",
        "segment": "smb",
        "revenue_eur_per_month": Decimal("0.1"),
        "business_units": Decimal(3),
        "sponsor_identified": True,
        "customer_since": date(2025, 2, 3),
        "currency": "dropped",
    }
    table = build_table([row, {**row, "account_id": "0", "business_units": None}], ACCOUNTS)
    assert table["account_id"].tolist() == ["0", "A"]
    assert table.loc[1, ["revenue_eur_per_month", "business_units"]].tolist() == [0.1, 3]
    assert table["headcount"].isna().all()


def test_contract_is_checked():
    with pytest.raises(SchemaError, match="status"):
        build_table([{"opportunity_id": "1", "account_id": "A", "status": "maybe"}], OPPORTUNITIES)


def test_customer_since_the_first_win(small_export):
    deals = "id,firm,who,stage,start,end,amount\n" + "".join(
        f"{n},{firm},ann,{stage},2025-01-01,{day},1\n"
        for n, (firm, stage, day) in enumerate(
            [("A", "Lost", "2025-02-01"), ("A", "Won", "2025-03-09"), ("A", "Won", "2025-03-02")]
        )
    )
    accounts = small_export(deals=deals).portfolio.accounts
    assert accounts["customer_since"].dropna().dt.date.tolist() == [date(2025, 3, 2)]
    assert accounts["revenue_eur_per_month"].tolist() == [1, 0]  # 2 over February and March


def test_accounts_are_built_from_copies(small_export):
    portfolio = small_export().portfolio
    row = {"account_id": "A", "name": "A", "segment": "smb"}
    build_accounts([row], [], portfolio.history, "at_close")
    assert row == {"account_id": "A", "name": "A", "segment": "smb"}
