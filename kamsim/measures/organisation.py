"""The organisation chart of one account: who reports to whom, laid out in rows (D-ORG-1)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kamsim.errors import SchemaError, unknown_name
from kamsim.schemas import DECISION_ROLES

LEGIBLE = (5, 15)
"""So many people make a chart that can be read at a glance."""

COLUMNS = [
    "stakeholder_id", "name", "title", "decision_role", "engaged", "champion", "left_on", "reports_to",
    "level", "row",
]  # fmt: skip


def choose_account(accounts: pd.DataFrame, stakeholders: pd.DataFrame | None) -> str:
    """Choose an account worth a chart: the one with most revenue among those of a legible size.

    Parameters
    ----------
    accounts : DataFrame
        `ACCOUNTS`.
    stakeholders : DataFrame or None
        `STAKEHOLDERS`.

    Returns
    -------
    str
        Its id; where no account has `LEGIBLE` people, the one with most revenue; "" without accounts.

    Examples
    --------
    >>> accounts = pd.DataFrame({"account_id": ["a", "b"], "revenue_eur_per_month": [1.0, 2.0]})
    >>> choose_account(accounts, pd.DataFrame({"account_id": ["a"] * 6}))
    'a'
    """
    people = pd.Series(0, index=pd.Index(accounts["account_id"]))
    if stakeholders is not None:
        people = people.add(stakeholders["account_id"].value_counts(), fill_value=0)
    order = accounts.sort_values(["revenue_eur_per_month", "account_id"], ascending=[False, True])
    ids = order["account_id"].tolist()
    return next((i for i in ids if LEGIBLE[0] <= people[i] <= LEGIBLE[1]), ids[0] if ids else "")


def organisation_chart(
    stakeholders: pd.DataFrame | None, accounts: pd.DataFrame, account: str
) -> pd.DataFrame:
    """Lay the people of one account out as a tree: levels from the top, each leaf in a row of its own.

    Parameters
    ----------
    stakeholders : DataFrame or None
        `STAKEHOLDERS`, people who left included.
    accounts : DataFrame
        `ACCOUNTS`.
    account : str
        Id of the account.

    Returns
    -------
    DataFrame
        One row a person: the columns of `STAKEHOLDERS` that a chart shows, level (0 = at the top) and row
        (a superior stands in the middle of those who report to him). Empty where nobody is known.

    Raises
    ------
    SchemaError
        When there is no such account.

    Examples
    --------
    >>> people = pd.DataFrame({"stakeholder_id": ["x", "y", "z"], "account_id": "a", "name": "N",
    ...     "title": "T", "decision_role": "end_user", "engaged": True, "champion": False,
    ...     "left_on": pd.NaT, "reports_to": [None, "x", "x"]})
    >>> accounts = pd.DataFrame({"account_id": ["a"]})
    >>> organisation_chart(people, accounts, "a")[["level", "row"]].to_numpy().tolist()
    [[0.0, 0.5], [1.0, 0.0], [1.0, 1.0]]
    """
    if account not in set(accounts["account_id"]):
        raise SchemaError(unknown_name("account", account, accounts["account_id"].tolist()))
    if stakeholders is None or not (stakeholders["account_id"] == account).any():
        return pd.DataFrame(columns=COLUMNS)
    people = stakeholders[stakeholders["account_id"] == account].set_index("stakeholder_id", drop=False)
    people = people.iloc[np.lexsort(_rank(people))]
    place = _places(people)
    laid_out = people.assign(
        level=[place[i][0] for i in people.index], row=[place[i][1] for i in people.index]
    )
    return laid_out.reset_index(drop=True)[COLUMNS].sort_values("stakeholder_id", ignore_index=True)


def _rank(people: pd.DataFrame) -> tuple[Any, ...]:
    """Order those who report to the same person: who is there first, then by part in decisions, then id."""
    part = people["decision_role"].map({role: place for place, role in enumerate(DECISION_ROLES)})
    return people.index.argsort().argsort(), part.to_numpy(), people["left_on"].notna().to_numpy()


def _places(people: pd.DataFrame) -> dict[str, tuple[int, float]]:
    """Give every person a level and a row; whose superior is unknown stands at the top."""
    superior = {i: s for i, s in people["reports_to"].items() if isinstance(s, str) and s in people.index}
    place: dict[str, tuple[int, float]] = {}
    leaves = 0

    def put(person: str, level: int) -> float:
        nonlocal leaves
        place[person] = (level, 0.0)
        rows = [put(i, level + 1) for i in people.index if superior.get(i) == person and i not in place]
        row = (rows[0] + rows[-1]) / 2 if rows else float(leaves)
        leaves += not rows
        place[person] = (level, row)
        return row

    tops = [i for i in people.index if i not in superior]
    # Whoever stands in a circle of superiors is reached from no top: the first of them becomes one.
    for person in [*tops, *people.index]:
        if person not in place:
            put(person, 0)
    return place
