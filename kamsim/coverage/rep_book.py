"""One representative's book: his accounts, why each is his, the hours each asks for and gets."""

from __future__ import annotations

import pandas as pd

from kamsim.routing import INDUSTRY_SEPARATOR
from kamsim.travel import great_circle_km

COLUMNS = [
    "account_id", "name", "tier", "revenue_eur_per_month", "churn_probability_12m", "gain_eur",
    "workload_hours", "hours_now", "hours_plan", "standing", "other_rep", "reason", "owner_since",
    "distance_km", "knows_industry",
]  # fmt: skip


def rep_book(
    book: pd.DataFrame,
    accounts: pd.DataFrame,
    team: pd.DataFrame,
    assignment: pd.DataFrame,
    moves: pd.DataFrame,
    rep: str,
    *,
    policy: str,
    baseline: str = "status_quo",
) -> pd.DataFrame:
    """List the accounts that a representative has or gets, those where effort decides most first.

    Parameters
    ----------
    book, accounts, team : DataFrame
        BOOK, ACCOUNTS, TEAM.
    assignment, moves : DataFrame
        ASSIGNMENT under `policy` and `baseline`, MOVES under `policy`.
    rep : str
    policy, baseline : str
        The plan, and the books as they are.

    Returns
    -------
    DataFrame
        One row an account, most believed gain first: what BOOK says of it, hours_now and hours_plan (AE hours
        a month under baseline and plan; 0 where it is not his), standing ("stays", "leaves" or "comes"),
        other_rep and reason (of a move), owner_since, distance_km to his city, knows_industry.

    Examples
    --------
    >>> from kamsim.schemas import ACCOUNTS, ASSIGNMENT, BOOK, MOVES, TEAM
    >>> tables = [t.empty() for t in (BOOK, ACCOUNTS, TEAM, ASSIGNMENT, MOVES)]
    >>> rep_book(*tables, "AE-1", policy="balanced").empty
    True
    """
    plans = {
        name: assignment[assignment["policy"] == name].set_index("account_id") for name in (baseline, policy)
    }
    now, plan = plans[baseline], plans[policy]
    has, gets = now.index[now["rep_id"] == rep], plan.index[plan["rep_id"] == rep]
    mine = book[book["account_id"].isin(has.union(gets))].set_index("account_id")
    known = accounts.set_index("account_id").reindex(mine.index)
    moved = moves[moves["policy"] == policy].set_index("account_id").reindex(mine.index)
    stays = mine.index.isin(has) & mine.index.isin(gets)
    standing = pd.Series("leaves", index=mine.index).mask(mine.index.isin(gets), "comes").mask(stays, "stays")
    other = plan["rep_id"].reindex(mine.index).where(standing == "leaves", now["rep_id"].reindex(mine.index))
    person = team[team["rep_id"] == rep]
    told = mine.assign(
        name=known["name"],
        hours_now=now["ae_hours"].reindex(mine.index).where(mine.index.isin(has), 0.0),
        hours_plan=plan["ae_hours"].reindex(mine.index).where(mine.index.isin(gets), 0.0),
        standing=standing,
        other_rep=other.where(standing != "stays"),
        reason=moved["reason"],
        owner_since=known["owner_since"],
        distance_km=_distance(mine, person),
        knows_industry=_knows(mine["industry"], person),
    ).reset_index()
    return told.sort_values(["gain_eur", "account_id"], ascending=[False, True], ignore_index=True)[COLUMNS]


def _distance(mine: pd.DataFrame, person: pd.DataFrame) -> pd.Series:
    if person.empty:
        return pd.Series(float("nan"), index=mine.index)
    home = person.iloc[0]
    places = mine["latitude"].to_numpy("float64"), mine["longitude"].to_numpy("float64")
    return pd.Series(great_circle_km(*places, home["latitude"], home["longitude"]), index=mine.index)


def _knows(industries: pd.Series, person: pd.DataFrame) -> pd.Series:
    names = "" if person.empty or pd.isna(person["industries"].iloc[0]) else person["industries"].iloc[0]
    return industries.isin([name for name in str(names).split(INDUSTRY_SEPARATOR) if name])
