"""A table in a notebook reads from the left and runs nothing."""

from __future__ import annotations

import pandas as pd

from kamsim.locale import Locale
from kamsim.reporting import show_table


def test_cells_start_at_the_left_and_rows_are_not_counted() -> None:
    shown = show_table(pd.DataFrame({"What": ["Call", "Write to"], "Who": ["Ada", "Bob"]}))

    assert shown.html.count('<td style="text-align: left') == 4
    assert "<th>" not in shown.html.split("</thead>")[1]
    assert shown.plain.splitlines() == ["What      Who", "Call      Ada", "Write to  Bob"]


def test_markup_in_a_cell_is_text() -> None:
    html = show_table(pd.DataFrame({"What": ["<td>&<script>x</script>"]})).html

    assert "<script" not in html
    assert html.count("<td ") == 1


def test_a_table_without_rows_is_a_sentence() -> None:
    shown = show_table(pd.DataFrame({"Quoi": []}), Locale("fr"))

    assert shown._repr_mimebundle_()["text/plain"].startswith("Rien à montrer")
    assert "<table" not in shown.html
