"""Territories: which unit lies in which, what each holds, what shape it has, and whose accounts these are."""

from __future__ import annotations

from kamsim.contracts import FLAG, NUMBER, TEXT, WHOLE, Column, Table
from kamsim.schemas.columns import identity, share

TERRITORIES = Table(
    "territories",
    "The territory of each unit: a département, a post code, an account.",
    ("unit_id",),
    {
        "unit_id": identity("the unit"),
        "latitude": Column(NUMBER, "degrees north", "its place", at_least=-90, at_most=90),
        "longitude": Column(NUMBER, "degrees east", "its place", at_least=-180, at_most=180),
        "territory_id": identity("territory it lies in"),
        "previous_id": identity("territory in the plan before; missing where it had none", nullable=True),
        "moved": Column(FLAG, "-", "had another territory in the plan before; False where it had none"),
        "locked": Column(FLAG, "-", "the territory was given"),
    },
)

TERRITORY_BALANCE = Table(
    "territory_balance",
    "What each territory holds of each attribute that is balanced.",
    ("territory_id", "attribute"),
    {
        "territory_id": identity("the territory"),
        "attribute": Column(TEXT, "-", "name of the attribute"),
        "total": Column(NUMBER, "the attribute's", "sum over its units", at_least=0),
        "mean": Column(NUMBER, "the attribute's", "the mean territory", at_least=0),
        "deviation": Column(NUMBER, "share", "of the total from the mean", at_least=-1),
        "tolerance": Column(NUMBER, "share", "largest deviation that was asked for", at_least=0),
    },
)

TERRITORY_SHAPES = Table(
    "territory_shapes",
    "Size and shape of each territory.",
    ("territory_id",),
    {
        "territory_id": identity("the territory"),
        "units": Column(WHOLE, "count", "units in it", at_least=1),
        "latitude": Column(NUMBER, "degrees north", "its centre", at_least=-90, at_most=90),
        "longitude": Column(NUMBER, "degrees east", "its centre", at_least=-180, at_most=180),
        "fixed_centre": Column(FLAG, "-", "the centre was given; else it is the middle of the units"),
        "inertia_km2": Column(
            NUMBER, "km²", "sum over units of the squared distance to the centre", at_least=0
        ),
        "mean_km": Column(NUMBER, "km", "mean distance of a unit to the centre", at_least=0),
        "farthest_km": Column(NUMBER, "km", "distance of the farthest unit to the centre", at_least=0),
        "contiguous": Column(FLAG, "-", "its units are connected among themselves"),
        "moved_share": share("units that had another territory, of those that had one; 0 where none had"),
    },
)

TERRITORY_ACCOUNTS = Table(
    "territory_accounts",
    "The territory of each account, and the AE whose home suits it.",
    ("account_id",),
    {
        "account_id": identity("the account"),
        "unit_id": identity("unit it lies in; missing where no coordinate is known", nullable=True),
        "territory_id": identity("its territory; missing where no coordinate is known", nullable=True),
        "rep_id": identity(
            "AE whose home is nearest, one an AE; missing where there are more", nullable=True
        ),
    },
)
