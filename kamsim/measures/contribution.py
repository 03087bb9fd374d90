"""What each account left over the last year, its share of the team's cost taken off (D-KPI-4)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamsim.config import CoverageSettings
from kamsim.measures.record import MONTHS_A_YEAR
from kamsim.schemas import ROLES

COLUMNS = ["account_id", "name", "segment", "revenue_eur", "cost_eur", "contribution_eur"]


def cost_per_hour(role: str, settings: CoverageSettings) -> float:
    """Return what an hour with clients costs, EUR: the full cost of a person over the hours with clients.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> settings = Scenario.load("base").coverage
    >>> cost_per_hour("AE", settings) == settings.ae_cost_eur / settings.ae_hours
    True
    """
    hours = float(getattr(settings, f"{role.lower()}_hours"))
    return float(getattr(settings, f"{role.lower()}_cost_eur")) / hours


def account_contribution(
    accounts: pd.DataFrame, history: pd.DataFrame, settings: CoverageSettings
) -> pd.DataFrame:
    """Work out the contribution of each account over the last 12 recorded months.

    Contribution is the margin on revenue less the recorded hours of AE, SE and CSM at their cost, which
    spreads what a person costs over the hours with clients.

    Parameters
    ----------
    accounts, history : DataFrame
        `ACCOUNTS`, `HISTORY`.
    settings : CoverageSettings
        Margin, hours and cost of the team.

    Returns
    -------
    DataFrame
        One row an account, most contribution first: account_id, name, segment, revenue_eur, cost_eur,
        contribution_eur, all of the 12 months. Where the CRM holds no hours of any role, cost_eur is
        missing and contribution_eur is the margin alone; a role without hours adds nothing.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> accounts = pd.DataFrame({"account_id": ["a"], "name": ["A"], "segment": ["smb"]})
    >>> month = pd.DataFrame({"account_id": ["a"], "month": [pd.Timestamp("2025-12-01")],
    ...     "revenue_eur": [1000.0], "ae_hours": [np.nan], "se_hours": [np.nan], "csm_hours": [np.nan]})
    >>> settings = Scenario.load("base").coverage
    >>> account_contribution(accounts, month, settings)["contribution_eur"].item() == settings.margin * 1000
    True
    """
    year = _last_year(history)
    sums = year.groupby("account_id")[["revenue_eur", *(f"{role.lower()}_hours" for role in ROLES)]].sum()
    known = any(year[f"{role.lower()}_hours"].notna().any() for role in ROLES)
    cost = sum(sums[f"{role.lower()}_hours"] * cost_per_hour(role, settings) for role in ROLES)
    told = pd.DataFrame({"revenue_eur": sums["revenue_eur"], "cost_eur": cost if known else np.nan})
    frame = accounts[["account_id", "name", "segment"]].merge(
        told, left_on="account_id", right_index=True, how="left"
    )
    frame["revenue_eur"] = frame["revenue_eur"].fillna(0.0)
    if known:
        frame["cost_eur"] = frame["cost_eur"].fillna(0.0)
    frame["contribution_eur"] = settings.margin * frame["revenue_eur"] - frame["cost_eur"].fillna(0.0)
    order = frame.sort_values(["contribution_eur", "account_id"], ascending=[False, True], ignore_index=True)
    return order[COLUMNS]


def _last_year(history: pd.DataFrame) -> pd.DataFrame:
    first = history["month"].max() - pd.DateOffset(months=MONTHS_A_YEAR - 1)
    return pd.DataFrame(history[history["month"] >= first])
