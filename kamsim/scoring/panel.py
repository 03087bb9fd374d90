"""The history as arrays, account by month, cut at a month so that nothing later can be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.errors import ConfigError, SchemaError

HOURS = ("ae_hours", "se_hours", "csm_hours")
TOUCHES = ("ae_touches", "se_touches", "csm_touches")
COUNTS = ("deals_opened", "deals_won", "deals_lost")
SIGNALS = ("reviews", "usage", "satisfaction", "contraction_eur", "owner_changed")
UNKNOWN = (*HOURS, *TOUCHES, *SIGNALS)
"""What is missing, and not nothing, where HISTORY does not tell it."""

SERIES = ("revenue_eur", *COUNTS, *UNKNOWN)


@dataclass(frozen=True)
class Panel:
    """What was recorded of each account in each month before a cut-off.

    Parameters
    ----------
    account_ids : list of str
        Sorted; one row of every array each.
    cutoff : Timestamp
        First day after the last column.
    series : dict of str to array, shape (accounts, months)
        Columns of HISTORY by month: revenue (EUR) and counts of deals, 0 where no row tells them; hours,
        touches and signals, missing where no row or cell tells them.
    """

    account_ids: list[str]
    cutoff: pd.Timestamp
    series: dict[str, NDArray[np.float64]]

    @property
    def revenue(self) -> NDArray[np.float64]:
        """Revenue in EUR, shape (accounts, months)."""
        return self.series["revenue_eur"]

    @property
    def months(self) -> int:
        """Number of months recorded."""
        return int(self.revenue.shape[1])

    def before(self, months: int) -> Panel:
        """Return the panel as it stood after its first `months` months."""
        cutoff = self.cutoff - pd.DateOffset(months=self.months - months)
        return Panel(self.account_ids, cutoff, {n: a[:, :months].copy() for n, a in self.series.items()})


def record_panel(
    account_ids: Sequence[str],
    history: pd.DataFrame,
    cutoff: pd.Timestamp,
    names: Sequence[str] = SERIES,
) -> Panel:
    """Lay the history out as arrays, months from the first recorded one up to the cut-off.

    Parameters
    ----------
    account_ids : sequence of str
        The accounts; those without history get empty months.
    history : DataFrame
        HISTORY; rows at or after the cut-off are not read.
    cutoff : Timestamp
        First day of a month.
    names : sequence of str
        Columns of HISTORY to lay out.

    Returns
    -------
    Panel
        A month that HISTORY does not name counts as one without revenue and deals.

    Raises
    ------
    ConfigError
        When the cut-off is no first day of a month.
    SchemaError
        When HISTORY names an account that is not among `account_ids`.

    Examples
    --------
    >>> history = pd.DataFrame(
    ...     {"account_id": ["a"], "month": [pd.Timestamp("2025-11-01")], "revenue_eur": [5.0]}
    ... )
    >>> record_panel(["a", "b"], history, pd.Timestamp("2026-01-01"), ["revenue_eur"]).revenue
    array([[5., 0.],
           [0., 0.]])
    """
    if cutoff != cutoff.normalize().replace(day=1):
        raise ConfigError(f"cutoff must be the first day of a month, got {cutoff}")
    ids = sorted(account_ids)
    row = pd.Index(ids).get_indexer(pd.Index(history["account_id"]))
    if (row < 0).any():
        stranger = history["account_id"].iloc[int(np.argmax(row < 0))]
        raise SchemaError(f"table history: account_id {stranger!r} is not in table accounts")
    month = history["month"].dt.year.to_numpy() * 12 + history["month"].dt.month.to_numpy() - 1
    end = cutoff.year * 12 + cutoff.month - 1
    past = month < end
    start = int(month[past].min()) if past.any() else end
    place = row[past], month[past] - start
    series = {}
    for name in names:
        series[name] = np.full((len(ids), end - start), np.nan if name in UNKNOWN else 0.0)
        series[name][place] = history[name].to_numpy(dtype="float64", na_value=np.nan)[past]
    return Panel(ids, cutoff, series)
