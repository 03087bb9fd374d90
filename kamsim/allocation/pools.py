"""Hours of the pooled roles: every account gets the same share of what it asks for."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def pool_hours(book: pd.DataFrame, team: pd.DataFrame, role: Literal["SE", "CSM"]) -> NDArray[np.float64]:
    """Give SE or CSM hours to accounts, scaled down by one factor where the pool is short.

    A team without the role gives no hours; hours left over stay unused, since a pool is asked and not
    assigned.

    Parameters
    ----------
    book : DataFrame
        BOOK.
    team : DataFrame
        TEAM.
    role : {"SE", "CSM"}

    Returns
    -------
    array, shape (accounts,)
        Hours a month.

    Examples
    --------
    >>> book = pd.DataFrame({"se_hours": [6.0, 2.0], "csm_hours": [1.0, 1.0]})
    >>> team = pd.DataFrame({"role": ["SE", "AE"], "capacity_hours": [4.0, 65.0]})
    >>> pool_hours(book, team, "SE"), pool_hours(book, team, "CSM")
    (array([3., 1.]), array([0., 0.]))
    """
    asked = book[f"{role.lower()}_hours"].to_numpy()
    available = float(team.loc[team["role"] == role, "capacity_hours"].sum())
    total = float(asked.sum())
    return np.asarray(asked * (available / total) if total > available else asked.copy())
