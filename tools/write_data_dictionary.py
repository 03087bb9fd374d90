"""Writes the data dictionary, data/README.md, from the table contracts.

Run it by `python -m tools.write_data_dictionary`.
"""

from __future__ import annotations

from pathlib import Path

from kamsim.schemas import TABLES, Column, Table

PAGE = Path(__file__).parents[1] / "data" / "README.md"
HEAD = """# Data

`mappings/` holds mapping files for CRM exports; `sample/` a synthetic bundle of 60 accounts in CSV, written
by `make sample`. Other data stay out of version control.

Below stands every table of a run folder, column by column. The page is written from `kamsim/schemas` by
`python -m tools.write_data_dictionary`; a test holds it true.
"""


def dictionary() -> str:
    """Return the whole page."""
    return HEAD + "".join(_section(table) for table in TABLES.values())


def _section(table: Table) -> str:
    rows = "".join(f"| `{name}` | {column.dtype} | {column.unit} | {_rule(column)} | {column.meaning} |\n"
                   for name, column in table.columns.items())  # fmt: skip
    keys = ", ".join(f"`{key}`" for key in table.key)
    head = "| column | type | unit | rule | meaning |\n|---|---|---|---|---|\n"
    return f"\n## {table.name}\n\n{table.purpose} Key: {keys}.\n\n{head}{rows}"


def _rule(column: Column) -> str:
    rules = []
    if column.one_of is not None:
        rules.append("one of " + ", ".join(map(str, column.one_of)))
    if column.at_least is not None:
        rules.append(f"≥ {column.at_least:g}")
    if column.at_most is not None:
        rules.append(f"≤ {column.at_most:g}")
    if column.nullable:
        rules.append("may be missing")
    return "; ".join(rules)


if __name__ == "__main__":
    PAGE.write_text(dictionary(), encoding="utf-8")
