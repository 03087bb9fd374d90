"""What a sweep gathers: what each point states, and one tidy table of all of them."""

from __future__ import annotations

from collections.abc import Mapping

from kamsim.contracts import NUMBER, TEXT, WHOLE, Column, Table

DONE, FAILED = "done", "failed"

MEASURES = Table(
    "measures",
    "What one point of a sweep states, in the order in which it does.",
    ("row",),
    {
        "row": Column(WHOLE, "number", "place in the order", at_least=1),
        "item": Column(TEXT, "-", "what it is a measure of: a policy, a role, a tier; may be missing", True),
        "measure": Column(TEXT, "-", "name of the measure"),
        "value": Column(NUMBER, "as the measure", "its value; missing where it has none", True),
        "low": Column(NUMBER, "as the measure", "lower end of its interval; missing without one", True),
        "high": Column(NUMBER, "as the measure", "upper end of its interval; missing without one", True),
    },
)


def sweep_table(parameters: Mapping[str, str]) -> Table:
    """Return the contract of a sweep's table: one row a point and measure, one column a parameter.

    Parameters
    ----------
    parameters : mapping of str to str
        Type of each parameter that varies, by name; none may have the name of another column.

    Returns
    -------
    Table
        A point that failed, or states nothing, has one row without a measure.

    Examples
    --------
    >>> list(sweep_table({"seed": "int64"}).columns)[:3]
    ['point', 'row', 'seed']
    """
    varied = {n: Column(t, "as the parameter", "parameter of the point", True) for n, t in parameters.items()}
    return Table(
        "sweep", "What every point of a sweep states.", ("point", "row"), {**_HEAD, **varied, **_TAIL}
    )


_HEAD = {
    "point": Column(WHOLE, "number", "the point, in the order of the grid", at_least=1),
    "row": Column(WHOLE, "number", "place among what the point states; 0 = it states nothing", at_least=0),
}
_TAIL = {
    **{name: column for name, column in MEASURES.columns.items() if name not in ("row", "measure")},
    "measure": Column(TEXT, "-", "name of the measure; missing where the point states nothing", True),
    "state": Column(TEXT, "-", "whether the point is done", one_of=(DONE, FAILED)),
    "error": Column(TEXT, "-", "why it failed", True),
    "key": Column(TEXT, "-", "content key of the point: the name of its folder"),
}

SWEEP_COLUMNS = tuple(_HEAD) + tuple(_TAIL)
"""Columns that every sweep's table has."""
