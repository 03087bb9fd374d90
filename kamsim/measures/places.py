"""Where accounts, people and large cities are: what a map shows (D-ALL-1)."""

from __future__ import annotations

import pandas as pd

ACCOUNT, HOME, CITY = "account", "home", "city"
"""What a mark of the map stands for."""

COLUMNS = ["mark", "name", "segment", "latitude", "longitude", "people", "revenue_eur_per_year"]


def map_marks(accounts: pd.DataFrame, team: pd.DataFrame) -> pd.DataFrame:
    """Put on one map the accounts, the home cities of the team, and the cities with their revenue.

    Parameters
    ----------
    accounts, team : DataFrame
        `ACCOUNTS`, `TEAM`. What has no coordinates is left out.

    Returns
    -------
    DataFrame
        One row a mark: mark ("account", "home", "city"), name, segment (of accounts), latitude, longitude,
        people (of homes), revenue_eur_per_year (of accounts and cities). Accounts with most revenue first, so
        that small ones are drawn above; cities likewise, each at the middle of its accounts.

    Examples
    --------
    >>> accounts = pd.DataFrame({"name": ["x", "y"], "segment": "smb", "city": "Lyon", "longitude": 4.8,
    ...     "latitude": [45.0, 46.0], "revenue_eur_per_month": [1.0, 2.0]})
    >>> team = pd.DataFrame({"city": ["Lyon"], "latitude": [45.7], "longitude": [4.8], "rep_id": ["r"]})
    >>> map_marks(accounts, team)[["mark", "name", "revenue_eur_per_year"]].to_numpy().tolist()
    [['account', 'y', 24.0], ['account', 'x', 12.0], ['home', 'Lyon', nan], ['city', 'Lyon', 36.0]]
    """
    placed = accounts[accounts["latitude"].notna() & accounts["longitude"].notna()]
    placed = placed.assign(revenue_eur_per_year=12 * placed["revenue_eur_per_month"])
    homes = team[team["latitude"].notna() & team["longitude"].notna()]
    homes = homes.groupby(["latitude", "longitude"], as_index=False).agg(
        name=("city", "first"), people=("rep_id", "size")
    )
    cities = placed.groupby("city", as_index=False).agg(
        latitude=("latitude", "median"),
        longitude=("longitude", "median"),
        revenue_eur_per_year=("revenue_eur_per_year", "sum"),
    )
    marks = [
        _largest_first(placed.assign(mark=ACCOUNT)),
        homes.assign(mark=HOME).sort_values("name"),
        _largest_first(cities.rename(columns={"city": "name"}).assign(mark=CITY)),
    ]
    there = [frame.reindex(columns=COLUMNS) for frame in marks if len(frame)]
    return pd.concat(there, ignore_index=True) if there else pd.DataFrame(columns=COLUMNS)


def _largest_first(marks: pd.DataFrame) -> pd.DataFrame:
    return marks.sort_values(["revenue_eur_per_year", "name"], ascending=[False, True])
