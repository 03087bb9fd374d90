"""Tables for coverage tests: the columns that matter are given, the rest is filled in."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kamsim.schemas import FLAG, NUMBER, TEXT, WHOLE, Table

MakeFrame = Callable[..., pd.DataFrame]


def _default(column: Any) -> Any:
    if column.one_of is not None:
        return column.one_of[0]
    return {TEXT: "x", NUMBER: np.nan if column.nullable else 0.0, WHOLE: 0, FLAG: False}.get(column.dtype)


@pytest.fixture(scope="session")
def make_frame() -> MakeFrame:
    """Make a frame that keeps a table's contract from the columns given."""

    def make(table: Table, **given: Any) -> pd.DataFrame:
        rows = len(next(iter(given.values())))
        columns = {
            name: pd.Series(given.get(name, [_default(column)] * rows), dtype=column.dtype)
            for name, column in table.columns.items()
        }
        return pd.DataFrame(columns)

    return make
