"""Settled rows become the typed tables of a portfolio."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from kamsim.intake.mapping import Recognition
from kamsim.intake.report import ReportLine
from kamsim.intake.revenue import current_revenue
from kamsim.intake.rows import Row
from kamsim.schemas import ACCOUNTS, NUMBER, OPTIONAL_WHOLE, SEGMENTS, WHOLE, Table, check

TOP_SHARE = 0.2
"""The share of accounts whose weight the report tells (D-CON-1); its text names it."""


def build_table(rows: Iterable[Row], table: Table) -> pd.DataFrame:
    """Give rows the columns and types of a table.

    Parameters
    ----------
    rows : iterable of Row
        What they lack is missing; what the table lacks is dropped.
    table : Table
        The contract.

    Returns
    -------
    DataFrame
        Checked, sorted by key.

    Examples
    --------
    >>> from kamsim.schemas import TEAM
    >>> ann = {"rep_id": "1", "name": "Ann", "role": "AE", "capacity_hours": 65, "cost_eur_per_month": 9000}
    >>> build_table([ann], TEAM)[["name", "capacity_hours"]]
      name  capacity_hours
    0  Ann            65.0
    """
    rows = list(rows)
    columns = {}
    for name, column in table.columns.items():
        number = {NUMBER: float, WHOLE: int, OPTIONAL_WHOLE: int}.get(column.dtype)
        values: list[Any] = [row.get(name) for row in rows]
        if number is not None:
            values = [None if value is None else number(value) for value in values]
        columns[name] = pd.Series(values, dtype=column.dtype)
    return check(pd.DataFrame(columns), table)


def build_accounts(
    accounts: Iterable[Row], deals: Iterable[Row], history: pd.DataFrame, recognition: Recognition
) -> pd.DataFrame:
    """Build ACCOUNTS: customers since their first win, at the revenue that won deals make at the cut-off."""
    revenue = current_revenue(history, recognition)
    since: dict[str, date] = {}
    for deal in deals:
        if deal["status"] == "won":
            account, day = deal["account_id"], deal["closed_on"]
            since[account] = min(since.get(account, day), day)
    rows = [
        row
        | {
            "customer_since": since.get(row["account_id"]),
            "revenue_eur_per_month": revenue[row["account_id"]],
        }
        for row in accounts
    ]
    return build_table(rows, ACCOUNTS)


def describe_accounts(accounts: pd.DataFrame, history: pd.DataFrame) -> list[ReportLine]:
    """Say what portfolio came out: sizes, customers, and how concentrated the won value is."""
    customers = int((accounts["revenue_eur_per_month"] > 0).sum())
    sizes = {segment: int((accounts["segment"] == segment).sum()) for segment in SEGMENTS}
    lines = [
        ReportLine("import.title_portfolio"),
        ReportLine("import.segments", {"rows": len(accounts), **sizes}),
        ReportLine("import.customers", {"customers": customers, "prospects": len(accounts) - customers}),
    ]
    won = history.groupby("account_id")["won_eur"].sum().sort_values(ascending=False)
    if won.sum() > 0:
        top = won.iloc[: math.ceil(TOP_SHARE * len(won))].sum() / won.sum()
        lines.append(ReportLine("import.concentration", {"share": float(top)}))
    return lines
