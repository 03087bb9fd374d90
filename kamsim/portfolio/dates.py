"""Days and months since 1970, and the dates of the tables."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics.state import Counts


def first_days(months: Counts) -> NDArray[np.datetime64]:
    """Turn months since January 1970 into their first days.

    Examples
    --------
    >>> first_days(np.array([0, 13])).tolist()
    [datetime.date(1970, 1, 1), datetime.date(1971, 2, 1)]
    """
    return np.asarray(months, np.int64).astype("datetime64[M]").astype("datetime64[D]")


def as_dates(days: Counts) -> NDArray[np.datetime64]:
    """Write days since 1970 as dates of a table; a day below any calendar's is missing."""
    return days.astype("datetime64[D]").astype("datetime64[us]")


def month_dates(months: Counts, missing: Any = False) -> NDArray[np.datetime64]:
    """Write the first days of months since January 1970 as dates of a table, some of them missing."""
    dates = first_days(months).astype("datetime64[us]")
    return np.where(missing, np.datetime64("NaT", "us"), dates)
