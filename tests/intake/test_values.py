from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamsim.intake.values import read_date, read_flag, read_number

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)
MARKS = st.sampled_from([(".", ""), (".", ","), (".", "'"), (",", "."), (",", " "), (",", "")])


@given(amount=AMOUNTS, marks=MARKS, sign=st.sampled_from(["", "€", "$", "EUR"]), before=st.booleans())
def test_number_written_by_the_rules_is_read_back_exactly(amount, marks, sign, before):
    decimal, thousands = marks
    text = f"{amount:,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands)
    text = f"{sign}{text}" if before else f"{text} {sign}".strip()
    assert read_number(text, decimal=decimal, thousands=thousands, signs=["€", "$", "EUR"]) == amount


@given(text=st.text(max_size=12), marks=MARKS)
def test_number_is_read_from_digits_only(text, marks):
    number = read_number(text, decimal=marks[0], thousands=marks[1])
    if number is not None:
        kept = text.replace(marks[1], "") if marks[1] != " " else "".join(c for c in text if not c.isspace())
        assert Decimal(kept.replace(marks[0], ".")) == number


@pytest.mark.parametrize(
    "text",
    [
        "1,234",
        "12 000",
        "1.2.3",
        "",
        "-",
        ".",
        "1e5",
        "٣",
        "0x10",
        "NaN",
        "inf",
        "12%",
        "$5",
        "--5",
        "5-",
        "1_000",
    ],
)
def test_anything_else_is_no_number(text):
    assert read_number(text) is None


@pytest.mark.parametrize("text", ["1,23", "1,2345", ",123", "12,34,567", "1,234.5,6"])
def test_thousands_marks_part_groups_of_three(text):
    assert read_number(text, thousands=",") is None


def test_decimal_comma_is_not_taken_for_a_thousands_mark():
    assert read_number("1,234", decimal=",") == Decimal("1.234")
    assert read_number("1,234", thousands=",") == Decimal(1234)


@pytest.mark.parametrize(("text", "value"), [("-$5", -5), ("$-5", -5), ("$ 5", 5), ("5$", 5), ("-5 $", -5)])
def test_sign_stands_at_either_end(text, value):
    assert read_number(text, signs=["$"]) == value


def test_a_number_too_long_to_be_kept_is_refused():
    assert read_number("123456789012345") == 123456789012345
    assert read_number("1234567890123456") is None
    assert read_number("0.1234567890123456") is None
    assert read_number("1" + "0" * 400) is None


FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%y", "%d.%m.%Y %H:%M"]


@given(day=st.dates(date(1970, 1, 1), date(2068, 12, 31)), form=st.sampled_from(FORMATS))
def test_date_written_in_a_format_is_read_back(day, form):
    assert read_date(day.strftime(form), [form]) == day


@given(text=st.text(max_size=20))
def test_date_in_another_format_is_none(text):
    day = read_date(text)
    assert day is None or f"{day:%Y-%m-%d}" == text or len(text) < 10


def test_two_formats_that_disagree_read_nothing():
    both = ["%d/%m/%Y", "%m/%d/%Y"]
    assert read_date("03/04/2025", both) is None
    assert read_date("03/03/2025", both) == date(2025, 3, 3)
    assert read_date("31/12/2025", both) == date(2025, 12, 31)


@pytest.mark.parametrize("text", ["2025-02-30", "1925-01-01", "2125-01-01", "20250101", "2025-01", ""])
def test_impossible_dates_are_none(text):
    assert read_date(text) is None


def test_flag_is_yes_no_or_nothing():
    assert [read_flag(t) for t in ("TRUE", "Yes", "1")] == [True] * 3
    assert [read_flag(t) for t in ("False", "n", "0")] == [False] * 3
    assert [read_flag(t) for t in ("", "maybe", "2")] == [None] * 3
