"""Accounts as units, or gathered into départements; and whose territory is whose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd
from scipy.optimize import linear_sum_assignment

from kamsim.errors import ConfigError, SchemaError
from kamsim.schemas import TERRITORY_ACCOUNTS, check
from kamsim.territories.adjacency import point_adjacency
from kamsim.territories.departments import department_borders, departments, locate_departments
from kamsim.territories.result import TerritoryResult
from kamsim.travel import great_circle_km

Kind = Literal["accounts", "departments"]
KINDS: tuple[Kind, ...] = ("accounts", "departments")
ATTRIBUTES = {
    "clients": "accounts with revenue",
    "prospects": "accounts without",
    "revenue_eur_per_month": "their revenue",
    "potential_36m_eur": "predicted attainable spend over 36 months, once scored",
    "workload_hours": "AE hours that the service levels ask for, once a book is built",
}
"""What can be balanced in a portfolio."""


@dataclass(frozen=True, eq=False)
class AccountUnits:
    """Units that hold a portfolio's accounts.

    Attributes
    ----------
    units : DataFrame
        `unit_id`, `latitude`, `longitude`, and each attribute of `ATTRIBUTES` that is known and not 0 in all.
    adjacency : DataFrame
        `unit_id`, `neighbour_id`.
    accounts : DataFrame
        `account_id`, `unit_id` (missing where no coordinate is known, or far from every département).
    owners : dict of str to str
        Unit to the AE who owns most of it, by potential or else by number: the plan before.
    """

    units: pd.DataFrame
    adjacency: pd.DataFrame
    accounts: pd.DataFrame
    owners: dict[str, str]

    @property
    def attributes(self) -> list[str]:
        """Names of the attributes that can be balanced."""
        return [name for name in ATTRIBUTES if name in self.units.columns]


def account_units(accounts: pd.DataFrame, kind: Kind = "accounts") -> AccountUnits:
    """Take each account as a unit, or gather them in the départements that they lie in.

    Parameters
    ----------
    accounts : DataFrame
        ACCOUNTS or, with potential and workload, BOOK.
    kind : {"accounts", "departments"}
        Accounts are neighbours by triangulation; départements without accounts are units too.

    Returns
    -------
    AccountUnits

    Raises
    ------
    ConfigError
        For an unknown kind.
    SchemaError
        When no account can be placed.

    Examples
    --------
    >>> one = pd.DataFrame({"account_id": ["A"], "owner_id": ["R1"], "latitude": [45.76], "longitude": [4.84],
    ...     "revenue_eur_per_month": [10.0]})
    >>> gathered = account_units(one, "departments")
    >>> gathered.attributes, gathered.owners
    (['clients', 'revenue_eur_per_month'], {'69': 'R1'})
    """
    if kind not in KINDS:
        raise ConfigError(f"units must be one of {', '.join(KINDS)}, got {kind!r}")
    accounts = accounts.sort_values("account_id", ignore_index=True)
    held, unit = account_attributes(accounts), in_places(accounts, kind)
    if kind == "accounts":
        places = accounts.loc[unit.notna(), ["account_id", "latitude", "longitude"]]
        units = places.rename(columns={"account_id": "unit_id"}).reset_index(drop=True)
    else:
        units = departments()
    if unit.notna().sum() == 0:
        raise SchemaError(
            f"none of the {len(accounts)} accounts can be placed: no coordinates, or none near a unit"
        )
    sums = held.groupby(unit.to_numpy()).sum().reindex(units["unit_id"], fill_value=0.0)
    sums = sums.loc[:, sums.sum() > 0]
    units = units.assign(**{str(name): sums[name].to_numpy() for name in sums})
    adjacency = point_adjacency(units) if kind == "accounts" else department_borders()
    weight = held["potential_36m_eur"] if "potential_36m_eur" in held else pd.Series(1.0, index=held.index)
    named = pd.DataFrame({"account_id": accounts["account_id"], "unit_id": unit}).astype("str")
    return AccountUnits(units, adjacency, named, _owners(unit, accounts["owner_id"], weight))


def account_attributes(accounts: pd.DataFrame) -> pd.DataFrame:
    """Return what each account holds of `ATTRIBUTES`, as far as the table knows; in the order of its rows.

    Examples
    --------
    >>> account_attributes(pd.DataFrame({"revenue_eur_per_month": [10.0, None]})).to_numpy().tolist()
    [[1.0, 0.0, 10.0], [0.0, 1.0, 0.0]]
    """
    revenue = accounts["revenue_eur_per_month"].fillna(0.0)
    held = pd.DataFrame({"clients": (revenue > 0).astype(float), "prospects": (revenue <= 0).astype(float)})
    for name in ("revenue_eur_per_month", "potential_36m_eur", "workload_hours"):
        if name in accounts.columns:
            held[name] = accounts[name].fillna(0.0)
    return held


def in_places(accounts: pd.DataFrame, kind: Kind) -> pd.Series[str]:
    """Return the unit that each account lies in, missing where no coordinate is known or no unit is near."""
    if kind == "accounts":
        placed = accounts[["latitude", "longitude"]].notna().all(axis=1)
        return accounts["account_id"].where(placed, None)
    return locate_departments(accounts["latitude"].to_numpy(), accounts["longitude"].to_numpy())


def _owners(unit: pd.Series, owner: pd.Series, weight: pd.Series) -> dict[str, str]:
    known = unit.notna() & owner.notna()
    sums = weight[known].groupby([unit[known].to_numpy(), owner[known].to_numpy()]).sum()
    frame = pd.DataFrame(
        {
            "unit": [u for u, _ in sums.index],
            "owner": [o for _, o in sums.index],
            "weight": sums.to_numpy().round(6),
        }
    )
    first = frame.sort_values(["unit", "weight", "owner"], ascending=[True, False, True]).drop_duplicates(
        "unit"
    )
    return dict(zip(first["unit"], first["owner"], strict=True))


def field_team(team: pd.DataFrame) -> pd.DataFrame:
    """Return the AEs who can have a territory: those whose home is known or, if none is, all of them.

    Parameters
    ----------
    team : DataFrame
        TEAM.

    Returns
    -------
    DataFrame
        Its rows, sorted by `rep_id`.
    """
    reps = team[team["role"] == "AE"].sort_values("rep_id", ignore_index=True)
    at_home = reps[["latitude", "longitude"]].notna().all(axis=1)
    return reps[at_home].reset_index(drop=True) if at_home.any() else reps


def staff_territories(result: TerritoryResult, team: pd.DataFrame) -> dict[str, str]:
    """Give territories to AEs: one that bears an AE's id is theirs, the others go where homes are near.

    Parameters
    ----------
    result : TerritoryResult
    team : DataFrame
        TEAM.

    Returns
    -------
    dict of str to str
        Territory to AE, one each; the sum of distances from homes to centres is as small as can be. Without
        an AE are territories beyond the number of AEs, and all where no home is known.
    """
    reps = field_team(team)
    shapes = result.shapes
    mine = {name: name for name in shapes["territory_id"] if name in set(reps["rep_id"])}
    left = shapes[~shapes["territory_id"].isin(list(mine))]
    free = reps[~reps["rep_id"].isin(list(mine)) & reps["latitude"].notna()]
    apart = great_circle_km(
        left["latitude"].to_numpy()[:, None],
        left["longitude"].to_numpy()[:, None],
        free["latitude"].to_numpy(),
        free["longitude"].to_numpy(),
    )
    rows, columns = linear_sum_assignment(apart)
    names, ids = left["territory_id"].to_numpy(), free["rep_id"].to_numpy()
    return mine | {str(names[r]): str(ids[c]) for r, c in zip(rows, columns, strict=True)}


def account_territories(
    accounts: pd.DataFrame, result: TerritoryResult, staff: dict[str, str]
) -> pd.DataFrame:
    """Return TERRITORY_ACCOUNTS: unit, territory and AE of each account.

    Parameters
    ----------
    accounts : DataFrame
        `AccountUnits.accounts`.
    result : TerritoryResult
    staff : dict of str to str
        Territory to AE.

    Returns
    -------
    DataFrame
    """
    of_unit = result.territories.set_index("unit_id")["territory_id"]
    territory = accounts["unit_id"].map(of_unit)
    frame = accounts.assign(territory_id=territory, rep_id=territory.map(staff))
    return check(frame.astype("str"), TERRITORY_ACCOUNTS)
