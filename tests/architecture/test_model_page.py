"""The parameter table of docs/model.md is the real configuration's, figure by figure."""

from __future__ import annotations

from tools.write_model_table import PAGE, page


def test_the_parameter_table_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tools.write_model_table`"
