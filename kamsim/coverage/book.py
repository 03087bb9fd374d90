"""The book of business: one row an account, everything that a policy may see."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamsim.config import CoverageSettings
from kamsim.coverage.workload import service_levels
from kamsim.errors import SchemaError
from kamsim.schemas import ACCOUNTS, BOOK, OPPORTUNITIES, SCORES, TIERS, VALUES, Table, check


def build_book(
    accounts: pd.DataFrame,
    opportunities: pd.DataFrame,
    scores: pd.DataFrame,
    tiers: pd.DataFrame,
    values: pd.DataFrame,
    settings: CoverageSettings,
) -> pd.DataFrame:
    """Gather what is known, scored and believed of each account, and the hours its tier asks for.

    Parameters
    ----------
    accounts, opportunities, scores, tiers, values : DataFrame
        ACCOUNTS, OPPORTUNITIES, SCORES, TIERS and VALUES of the same accounts.
    settings : CoverageSettings
        Service levels (D-COV-1, D-TIER-1 to 3).

    Returns
    -------
    DataFrame
        BOOK, sorted by account.

    Raises
    ------
    SchemaError
        When a table breaks its contract, or an account is in one table and not in another.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> tables = [t.empty() for t in (ACCOUNTS, OPPORTUNITIES, SCORES, TIERS, VALUES)]
    >>> book = build_book(*tables, Scenario.load("saas_midmarket").coverage)
    >>> len(book), "workload_hours" in book
    (0, True)
    """
    book = check(accounts, ACCOUNTS)
    for frame, table in ((scores, SCORES), (tiers, TIERS), (values, VALUES)):
        checked = check(frame, table)
        _same_accounts(book, checked, table)
        book = book.merge(checked, on="account_id", validate="one_to_one")
    hours = service_levels(book["tier"].to_numpy(), book["technical_complexity"].to_numpy(), settings)
    deals = _open_deals(check(opportunities, OPPORTUNITIES), book["account_id"])
    book = book.assign(open_deals=deals, **hours)
    return check(book[list(BOOK.columns)], BOOK)


def _same_accounts(book: pd.DataFrame, frame: pd.DataFrame, table: Table) -> None:
    lacking = np.setdiff1d(book["account_id"], frame["account_id"])
    strange = np.setdiff1d(frame["account_id"], book["account_id"])
    if lacking.size:
        raise SchemaError(
            f"table {table.name}: account {lacking[0]!r} is missing ({lacking.size} accounts are)"
        )
    if strange.size:
        raise SchemaError(f"table {table.name}: account {strange[0]!r} is not in table accounts")


def _open_deals(opportunities: pd.DataFrame, account_ids: pd.Series[str]) -> pd.Series[int]:
    # A renewal keeps revenue; it is no deal to work on.
    is_open = (opportunities["status"] == "open") & (opportunities["kind"] != "renewal")
    counts = opportunities[is_open].groupby("account_id").size()
    return account_ids.map(counts).fillna(0).astype("int64")
