"""The whole recorded history as arrays, and how revenue comes in there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.scoring.labels import ACTIVE_MONTHS, Rhythm, customers, find_rhythm
from kamsim.scoring.panel import COUNTS, Panel, record_panel

MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Record:
    """Months of a history; accounts are rows, sorted by id.

    Parameters
    ----------
    panel : Panel
    rhythm : Rhythm
        Whether revenue recurs, or comes deal by deal: this says who counts as a customer.
    """

    panel: Panel
    rhythm: Rhythm

    @property
    def months(self) -> int:
        """Number of months recorded."""
        return self.panel.months

    @property
    def first(self) -> int:
        """Months of history after which customers can first be told."""
        return 1 if self.rhythm.recurring else ACTIVE_MONTHS

    def customers(self, month: int) -> NDArray[np.bool_]:
        """Tell who is a customer after `month` months of history."""
        return customers(self.panel, month, self.rhythm)


def read_record(history: pd.DataFrame, account_ids: list[str] | None = None) -> Record:
    """Lay out all of a HISTORY.

    Parameters
    ----------
    history : DataFrame
        `HISTORY`.
    account_ids : list of str, optional
        Accounts to tell of; those that HISTORY names if absent.
    """
    ids = history["account_id"].unique().tolist() if account_ids is None else account_ids
    last = history["month"].max()
    cutoff = pd.Timestamp("2000-01-01") if pd.isna(last) else last + pd.DateOffset(months=1)
    panel = record_panel(ids, history, cutoff, ("revenue_eur", *COUNTS))
    return Record(panel, find_rhythm(panel))
