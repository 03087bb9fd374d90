"""The stage "territories" of a run folder: units, a plan of territories, and whose accounts these are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kamsim.bundle import has_table, read_manifest, read_portfolio, read_scenario, read_table, write_stage
from kamsim.errors import ConfigError, unknown_name
from kamsim.runs.standing import require_current
from kamsim.territories import TerritoryResult, design_territories
from kamsim.territories.accounts import (
    AccountUnits,
    Kind,
    account_territories,
    account_units,
    field_team,
    staff_territories,
)


@dataclass(frozen=True, eq=False)
class TerritoryStage:
    """What the stage wrote.

    Attributes
    ----------
    result : TerritoryResult
    accounts : DataFrame
        TERRITORY_ACCOUNTS.
    staff : dict of str to str
        Territory to AE.
    """

    result: TerritoryResult
    accounts: pd.DataFrame
    staff: dict[str, str]


def territory_stage(
    run: Path,
    *,
    units: Kind = "accounts",
    k: int | None = None,
    attributes: Sequence[str] | None = None,
    tolerance: float = 0.2,
    max_moved_share: float | None = None,
    require_tolerance: bool = False,
) -> TerritoryStage:
    """Design territories for the accounts of a run and write stage "territories".

    Parameters
    ----------
    run : Path
        The run folder. With a stage "allocation", potential and workload are balanced too.
    units : {"accounts", "departments"}
    k : int, optional
        Number of territories; that of the AEs with a home, by default.
    attributes : sequence of str, optional
        What is balanced; by default clients, prospects, and potential and workload or else revenue.
    tolerance : float
        Largest deviation from the mean, as a share of it.
    max_moved_share : float, optional
        Keep near to today's owners: the share of units that may leave theirs, at most. Territories then bear
        the ids of AEs.
    require_tolerance : bool
        Raise where no plan within tolerance is found; else the nearest one is written.

    Returns
    -------
    TerritoryStage

    Raises
    ------
    BundleError
        When the run holds no portfolio, or its allocation is out of date.
    ConfigError
        For an attribute that the run does not know, or no AE and no k.
    InfeasibleAllocationError
        As `design_territories` does.
    """
    portfolio = read_portfolio(run)
    booked = has_table(run, "allocation", "book")
    if booked:
        require_current(run, "allocation")
    reads = ("portfolio", "allocation") if booked else ("portfolio",)
    gathered = account_units(read_table(run, "allocation", "book") if booked else portfolio.accounts, units)
    wanted = _attributes(gathered, attributes)
    count = len(field_team(portfolio.team)) if k is None else k
    if k is None and count == 0:
        raise ConfigError("the team holds no AE: say how many territories there shall be (k)")
    scenario = read_scenario(run, reads[-1])
    result = design_territories(
        gathered.units, gathered.adjacency, count, wanted, tolerance,
        None if max_moved_share is None else gathered.owners, max_moved_share,
        islands="join", require_tolerance=require_tolerance, seed=scenario.seed,
    )  # fmt: skip
    staff = staff_territories(result, portfolio.team)
    accounts = account_territories(gathered.accounts, result, staff)
    tables = {
        "territories": result.territories,
        "territory_balance": result.balance,
        "territory_shapes": result.shapes,
        "territory_accounts": accounts,
    }
    facts = {
        "units": units,
        "largest_deviation": result.largest_deviation,
        "within_tolerance": result.within_tolerance,
        "moved_share": result.moved_share,
        "accounts_without_place": int(accounts["unit_id"].isna().sum()),
        "links": result.links[["unit_id", "neighbour_id"]].to_numpy().tolist(),
    }
    file_format = read_manifest(run, "portfolio").format
    write_stage(run, "territories", tables, scenario, inputs=reads, facts=facts, file_format=file_format)
    return TerritoryStage(result, accounts, staff)


def _attributes(gathered: AccountUnits, wanted: Sequence[str] | None) -> list[str]:
    known = gathered.attributes
    if not wanted:
        doubled = "revenue_eur_per_month" if "potential_36m_eur" in known else None
        return [name for name in known if name != doubled]
    for name in wanted:
        if name not in known:
            raise ConfigError(unknown_name("attribute", name, known))
    return list(dict.fromkeys(wanted))
