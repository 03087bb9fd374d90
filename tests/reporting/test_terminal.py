import pandas as pd

from kamsim.reporting import render_text


def test_first_column_is_left_and_the_others_right() -> None:
    table = pd.DataFrame({"Name": ["a", "bcd"], "Amount": ["1", "1,000"]})
    assert render_text(table).splitlines() == [
        "Name  Amount",
        "------------",
        "a          1",
        "bcd    1,000",
    ]


def test_long_heads_are_broken_and_sit_on_the_rule() -> None:
    table = pd.DataFrame({"Policy": ["a"], "Share of accounts that move": ["10%"]})
    lines = render_text(table).splitlines()
    assert lines[0].endswith("Share of accounts")
    assert lines[1] == "Policy".ljust(8) + "that move".rjust(17) or lines[1].endswith("that move")
    assert set(lines[2]) == {"-"}


def test_a_crowded_line_takes_more_lines_for_heads_and_less_space_between() -> None:
    table = pd.DataFrame({f"column number {i}": ["1,234,567"] for i in range(10)})
    assert max(map(len, render_text(table, widest=110).splitlines())) <= 110
    assert len(render_text(table, widest=110).splitlines()) > 3


def test_a_table_without_rows_keeps_its_head() -> None:
    assert render_text(pd.DataFrame({"Policy": []}, dtype="str")).splitlines() == ["Policy", "------"]
