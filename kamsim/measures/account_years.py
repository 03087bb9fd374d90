"""An account year by year: revenue, what was kept of it, the hours it took and what it contributed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamsim import kpis
from kamsim.config import CoverageSettings
from kamsim.measures.contribution import cost_per_hour
from kamsim.measures.record import MONTHS_A_YEAR
from kamsim.schemas import ROLES

COLUMNS = [
    "until", "months", "revenue_eur", "nrr", "grr", "won_eur", "contraction_eur", "hours", "contribution_eur",
]  # fmt: skip


def account_years(history: pd.DataFrame, account: str, settings: CoverageSettings) -> pd.DataFrame:
    """Add up the recorded months of one account in years that end with the last one.

    Of a single account, NRR is this year's revenue over the last year's, and GRR the same up to 100 %
    (D-KPI-2). Contribution is margin on revenue less the hours of AE, SE and CSM at their cost an hour with
    clients; it is missing where the CRM holds no hours (D-KPI-4).

    Parameters
    ----------
    history : DataFrame
        HISTORY.
    account : str
    settings : CoverageSettings
        Margin, cost and hours of each role.

    Returns
    -------
    DataFrame
        One row a year, latest first: until (last month), months recorded, revenue_eur, nrr and grr against
        the year before (whole years only), won_eur, contraction_eur, hours of all roles, contribution_eur.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> from kamsim.schemas import HISTORY
    >>> account_years(HISTORY.empty(), "a", Scenario.load("base").coverage).empty
    True
    """
    months = history[history["account_id"] == account].sort_values("month").reset_index(drop=True)
    year = (len(months) - 1 - months.index.to_numpy()) // MONTHS_A_YEAR
    hours = months[[f"{role.lower()}_hours" for role in ROLES]]
    rates = [cost_per_hour(role, settings) for role in ROLES]
    told = months.assign(
        hours=hours.sum(axis=1, min_count=1),
        cost_eur=(hours * rates).sum(axis=1, min_count=1),
    )
    grouped = told.groupby(year)
    sums = grouped[["revenue_eur", "won_eur"]].sum()
    known = grouped[["contraction_eur", "hours", "cost_eur"]].sum(min_count=1)
    frame = pd.concat([grouped["month"].agg(until="max", months="count"), sums, known], axis=1)
    before = frame["revenue_eur"].shift(-1)
    whole = ((frame["months"] == MONTHS_A_YEAR) & (frame["months"].shift(-1) == MONTHS_A_YEAR)).to_numpy()
    pair = before.to_numpy()[None], frame["revenue_eur"].to_numpy()[None]
    frame = frame.assign(
        nrr=np.where(whole, kpis.nrr(*pair), np.nan),
        grr=np.where(whole, kpis.grr(*pair), np.nan),
        contribution_eur=settings.margin * frame["revenue_eur"] - frame["cost_eur"],
    )
    return frame.reset_index(drop=True)[COLUMNS]
