"""Which decision roles of an account we are in contact with, and who could open the door to the others."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kamsim.schemas import DECISION_ROLES

COLUMNS = ["account_id", "decision_role", "people", "engaged", "champions", "state", "person", "through"]


def role_coverage(stakeholders: pd.DataFrame | None, account_ids: Sequence[str]) -> pd.DataFrame:
    """Count the people in place by decision role, and say whom to approach where none is engaged (D-STK-1).

    Parameters
    ----------
    stakeholders : DataFrame or None
        STAKEHOLDERS.
    account_ids : sequence of str

    Returns
    -------
    DataFrame
        One row an account and role: account_id, decision_role, people, engaged, champions, state ("engaged",
        "known": somebody is, and not engaged, "unknown": nobody is), person to approach (name, position; of
        those known the one nearest to the top), through (somebody engaged who stands next to him in the
        chart). Accounts of which nobody is known are left out.

    Examples
    --------
    >>> people = pd.DataFrame({"stakeholder_id": ["x", "y"], "account_id": "a", "name": ["Ada", "Bob"],
    ...     "title": ["CIO", "Clerk"], "decision_role": ["economic_buyer", "end_user"],
    ...     "engaged": [False, True], "champion": False, "left_on": pd.NaT, "reports_to": [None, "x"]})
    >>> role_coverage(people, ["a"])[["state", "person", "through"]].iloc[0].tolist()
    ['known', 'Ada, CIO', 'Bob, Clerk']
    """
    if stakeholders is None:
        return pd.DataFrame(columns=COLUMNS)
    there = stakeholders[stakeholders["left_on"].isna()]
    rows = []
    for account in account_ids:
        people = there[there["account_id"] == account]
        people = people.assign(
            engaged=people["engaged"].fillna(False).astype(bool), level=_levels(people)
        ).sort_values(["level", "stakeholder_id"])
        if len(people):
            rows += [_role(account, role, people) for role in DECISION_ROLES]
    return pd.DataFrame(rows, columns=COLUMNS)


def _levels(people: pd.DataFrame) -> list[int]:
    """Count the superiors above each person who are still in place."""
    superior = dict(zip(people["stakeholder_id"], people["reports_to"], strict=True))
    levels = []
    for person in people["stakeholder_id"]:
        above = {person}
        while superior.get(person) in superior and superior[person] not in above:
            person = superior[person]
            above.add(person)
        levels.append(len(above) - 1)
    return levels


def _role(account: str, role: str, people: pd.DataFrame) -> tuple[object, ...]:
    mine = people[people["decision_role"] == role]
    engaged, champions = int(mine["engaged"].sum()), int(mine["champion"].fillna(False).sum())
    state = "engaged" if engaged else "known" if len(mine) else "unknown"
    person = through = None
    if state == "known":
        first = mine.iloc[0]
        person, through = _named(first), _door(first, people)
    return account, role, len(mine), engaged, champions, state, person, through


def _door(target: pd.Series, people: pd.DataFrame) -> str | None:
    """Find somebody engaged who reports to the target, whom he reports to, or who has the same superior."""
    engaged = people[people["engaged"]]
    same = engaged["reports_to"].notna() & (engaged["reports_to"] == target["reports_to"])
    for near in (
        engaged["reports_to"] == target["stakeholder_id"],
        engaged["stakeholder_id"] == target["reports_to"],
        same,
    ):
        if near.any():
            return _named(engaged[near].iloc[0])
    return None


def _named(person: pd.Series) -> str:
    return f"{person['name']}, {person['title']}"
