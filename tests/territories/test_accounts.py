"""Accounts as units or in départements, their owners, and whose a territory is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kamsim.errors import ConfigError, SchemaError
from kamsim.schemas import TEAM
from kamsim.territories import design_territories
from kamsim.territories.accounts import account_territories, account_units, field_team, staff_territories


@pytest.fixture
def accounts() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_id": ["A4", "A1", "A2", "A3", "A5"],
            "owner_id": ["R1", "R1", "R2", "R2", None],
            "latitude": [np.nan, 45.76, 45.75, 48.85, 43.3],
            "longitude": [np.nan, 4.84, 4.85, 2.35, 5.4],
            "revenue_eur_per_month": [5.0, 10.0, 0.0, 20.0, 0.0],
            "workload_hours": [1.0, 2.0, 8.0, 4.0, 3.0],
        }
    )


def team(homes: dict[str, tuple[float, float]]) -> pd.DataFrame:
    rows = pd.DataFrame({"rep_id": list(homes), "role": "AE"})
    rows = rows.assign(latitude=[h[0] for h in homes.values()], longitude=[h[1] for h in homes.values()])
    return pd.concat([TEAM.empty()[rows.columns], rows], ignore_index=True).astype(rows.dtypes.to_dict())


def test_departments_hold_what_lies_in_them(accounts: pd.DataFrame) -> None:
    gathered = account_units(accounts, "departments")
    rhone = gathered.units.set_index("unit_id").loc["69"]
    assert (rhone["clients"], rhone["prospects"], rhone["workload_hours"]) == (1, 1, 10)
    assert len(gathered.units) == 96
    assert gathered.accounts.set_index("account_id")["unit_id"].dropna().to_dict() == {
        "A1": "69", "A2": "69", "A3": "75", "A5": "13",
    }  # fmt: skip
    assert gathered.units["workload_hours"].sum() == 17  # all but the account without coordinates


def test_accounts_stand_for_themselves(accounts: pd.DataFrame) -> None:
    alone = account_units(accounts)
    assert alone.units["unit_id"].tolist() == ["A1", "A2", "A3", "A5"]
    assert alone.attributes == ["clients", "prospects", "revenue_eur_per_month", "workload_hours"]
    assert alone.owners == {"A1": "R1", "A2": "R2", "A3": "R2"}
    assert alone.accounts["unit_id"].isna().sum() == 1


def test_nothing_to_place_is_refused(accounts: pd.DataFrame) -> None:
    with pytest.raises(SchemaError, match="none of the 5 accounts can be placed"):
        account_units(accounts.assign(latitude=np.nan))
    with pytest.raises(ConfigError, match="units must be one of accounts, departments, got 'regions'"):
        account_units(accounts, "regions")  # type: ignore[arg-type]


def test_territories_go_to_the_nearest_homes(accounts: pd.DataFrame) -> None:
    alone = account_units(accounts)
    result = design_territories(alone.units, alone.adjacency, 2, ["workload_hours"], 0.5)
    staff = staff_territories(result, team({"North": (48.9, 2.4), "South": (45.0, 5.0)}))
    assert sorted(staff.values()) == ["North", "South"]
    table = account_territories(alone.accounts, result, staff).set_index("account_id")
    assert table.loc["A5", "rep_id"] == "South"
    assert table.loc["A4"].isna().all()


def test_an_ae_keeps_the_territory_that_bears_the_name(accounts: pd.DataFrame) -> None:
    alone = account_units(accounts)
    result = design_territories(
        alone.units, alone.adjacency, 2, ["workload_hours"], 0.9, {"A3": "South", "A1": "North"}, 0.0
    )
    staff = staff_territories(result, team({"North": (48.9, 2.4), "South": (45.0, 5.0)}))
    assert staff == {"North": "North", "South": "South"}


def test_the_field_is_those_with_a_home() -> None:
    both = team({"R1": (48.9, 2.4), "R2": (np.nan, np.nan)})
    assert field_team(both)["rep_id"].tolist() == ["R1"]
    assert field_team(both[1:])["rep_id"].tolist() == ["R2"]
