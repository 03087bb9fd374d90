"""A table of texts as aligned columns for a terminal."""

from __future__ import annotations

import textwrap

import pandas as pd

WIDEST = 110
"""Columns of a terminal that a table may take."""


def render_text(table: pd.DataFrame, widest: int = WIDEST) -> str:
    """Lay a table of texts out in aligned columns for a terminal.

    Parameters
    ----------
    table : DataFrame
        Texts; the first column is set flush left, the others flush right.
    widest : int
        Characters a line may take. Heads are broken over two lines, and over more where they must.

    Returns
    -------
    str
        Without a line break at its end.

    Examples
    --------
    >>> print(render_text(pd.DataFrame({"Policy": ["Balanced"], "Accounts moved": ["1,204"]})))
    Policy    Accounts
                 moved
    ------------------
    Balanced     1,204
    """
    cells = {name: table[name].astype("str").tolist() for name in table.columns}
    widths = _column_widths(cells, widest)
    heads = {name: textwrap.wrap(name, widths[name], break_long_words=False) or [""] for name in cells}
    depth = max(len(lines) for lines in heads.values())
    lines = [[heads[name][i] if i < len(heads[name]) else "" for name in cells] for i in range(depth)]
    lines += [list(row) for row in zip(*cells.values(), strict=True)]
    between = "  " if _total(widths) <= widest else " "
    texts = [_join(line, list(widths.values()), between) for line in lines]
    rule = "-" * max(map(len, texts))
    return "\n".join([*texts[:depth], rule, *texts[depth:]])


def _join(texts: list[str], widths: list[int], between: str) -> str:
    first, *others = (
        text.rjust(width) if place else text.ljust(width)
        for place, (text, width) in enumerate(zip(texts, widths, strict=True))
    )
    return between.join([first, *others]).rstrip()


def _total(widths: dict[str, int]) -> int:
    return sum(widths.values()) + 2 * (len(widths) - 1)


def _column_widths(cells: dict[str, list[str]], widest: int) -> dict[str, int]:
    """Give each column the width of its cells, and more for its head where the line has room."""
    widths = {name: max(map(len, [*column, *(name.split() or [""])])) for name, column in cells.items()}
    for lines_wanted in (4, 3, 2):
        wider = {name: _width_of_head(name, width, lines_wanted) for name, width in widths.items()}
        if _total(wider) <= widest:
            widths = wider
    return widths


def _width_of_head(head: str, at_least: int, lines: int) -> int:
    """Find the narrowest width at which a head takes no more than `lines`."""
    width = at_least
    while len(textwrap.wrap(head, width, break_long_words=False)) > lines:
        width += 1
    return width
