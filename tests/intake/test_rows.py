from decimal import Decimal

import pytest

from kamsim.errors import IntakeError
from kamsim.intake.dialect import Sheet
from kamsim.intake.mapping import FileMapping, TextFormat
from kamsim.intake.rows import read_rows

HEADER = ("id", "label", "staff", "turnover", "units", "sponsor", "lat", "gone")
COLUMNS = {
    "account_id": "id",
    "name": "label",
    "headcount": "staff",
    "firm_revenue_eur": "turnover",
    "business_units": "units",
    "sponsor_identified": "sponsor",
    "latitude": "lat",
}


def read(*rows, style=None, **rules):
    sheet = Sheet("firms.csv", "utf-8", ",", HEADER, dict(enumerate((list(row) for row in rows), start=2)))
    mapping = FileMapping(file="firms.csv", columns=COLUMNS, **rules)
    return read_rows("accounts", sheet, mapping, style or TextFormat())


def test_every_cell_gets_the_type_of_its_column():
    reading = read(["A", "Alpha", "12.5", "3", "4", "yes", "-3.5", ""])
    row = reading.rows[2]
    assert row["headcount"] == Decimal("12.5")
    assert (row["business_units"], row["sponsor_identified"], row["latitude"]) == (4, True, Decimal("-3.5"))
    assert row["industry"] is None  # a column that the file lacks
    assert reading.faults == ()


@pytest.mark.parametrize(
    ("place", "text", "column", "code"),
    [
        (2, "many", "headcount", "unreadable"),
        (2, "-4", "headcount", "out_of_range"),
        (4, "2.5", "business_units", "unreadable"),
        (5, "perhaps", "sponsor_identified", "unreadable"),
        (6, "91", "latitude", "out_of_range"),
        (3, "1 000", "firm_revenue_eur", "unreadable"),
    ],
)
def test_optional_cell_that_cannot_be_read_is_repaired_to_missing(place, text, column, code):
    cells = ["A", "Alpha", "1", "1", "1", "1", "1", ""]
    cells[place] = text
    reading = read(cells)
    assert reading.rows[2][column] is None
    assert [(f.row, f.column, f.code, f.found) for f in reading.repairs()] == [(2, HEADER[place], code, text)]
    assert reading.rejected() == {}


def test_stated_word_for_missing_is_no_fault():
    reading = read(["A", "n/a", "n/a", "", "", "", "", ""], style=TextFormat(missing=("n/a",)))
    assert reading.rows[2]["headcount"] is None
    assert reading.rows[2]["name"] is None
    assert reading.faults == ()


def test_spelling_is_put_right_and_counted_once_a_row():
    reading = read(["A", "Alfa", "", "", "", "", "", ""], spelling={"name": {"Alfa": "Alpha"}})
    assert reading.rows[2]["name"] == "Alpha"
    assert [(f.code, f.found, f.meant) for f in reading.repairs()] == [("spelling", "Alfa", "Alpha")]


def test_factor_is_exact():
    reading = read(["A", "", "", "1100.04", "", "", "", ""], factors={"firm_revenue_eur": Decimal(1_000_000)})
    assert reading.rows[2]["firm_revenue_eur"] == 1_100_040_000


def test_rejected_rows_keep_place_reason_and_content():
    reading = read(
        ["A", "", "x", "", "", "", "", ""],
        ["A", "", "y", "", "", "", "", ""],
        ["", "", "", "", "", "", "", ""],
        ["B", "short"],
        ["C", "", "", "", "", "", "", "TRUE"],
        leave_out={"gone": ("TRUE",)},
    )
    assert reading.rejected() == {3: "duplicate_key", 4: "no_key", 5: "ragged", 6: "left_out"}
    assert [fault.row for fault in reading.repairs()] == [2]
    assert reading.rejected_rows()[2] == {
        "source": "firms.csv",
        "row": 5,
        "reason": "number of cells differs from the header's",
        "amount_eur": None,
        "content": '["B", "short"]',
    }


def test_ragged_row_is_not_believed():
    assert read(["A", "Alpha", "5"]).rows[2]["headcount"] is None


def test_money_below_zero_refuses_the_file():
    with pytest.raises(IntakeError) as caught:
        read(["A", "", "", "5", "", "", "", ""], ["B", "", "", "-0.01", "", "", "", ""])
    assert str(caught.value) == "firms.csv row 3: turnover must be >= 0, got -0.01 (id 'B')"


def test_money_of_a_row_left_out_is_not_judged():
    reading = read(["B", "", "", "-1", "", "", "", "TRUE"], leave_out={"gone": ("TRUE",)})
    assert reading.rejected() == {2: "left_out"}


def test_an_account_is_known_by_id_or_by_a_name_of_its_own():
    reading = read(
        ["A", "Alpha", *[""] * 6],
        ["B", "Twin", *[""] * 6],
        ["C", "Twin", *[""] * 6],
        ["Alpha", "", *[""] * 6],
    )
    assert reading.known_as() == {"A": "A", "B": "B", "C": "C", "Alpha": "Alpha"}


def test_changes_leave_the_original_alone():
    reading = read(["A", "Alpha", "5", "", "", "", "", ""])
    changed = reading.blank([2], "headcount", "out_of_range").reject({2: "no_key"})
    assert (reading.rows[2]["headcount"], reading.faults) == (5, ())
    assert changed.rows[2]["headcount"] is None
    assert changed.rejected() == {2: "no_key"}
