"""The columns of ACCOUNTS, filled row by row with Faker: plausible cell by cell, and nothing more.

No cell has to do with another, nor with the months before: no wallet behind the revenue, no family, no
owner who covers the region. That is what people write who need test data quickly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from faker import Faker

from kamsim.schemas import ACCOUNTS, SEGMENTS

INDUSTRIES = ("software", "industry", "retail", "finance", "health", "public")
REGIONS = ("north", "south", "east", "west")


def fill_accounts(rows: int, seed: int = 1) -> pd.DataFrame:
    """Fill so many rows and put them together as a table."""
    fake = Faker()
    fake.seed_instance(seed)
    cells = _cells(fake)
    return pd.DataFrame([{name: cell() for name, cell in cells.items()} for _ in range(rows)])


def _cells(fake: Faker) -> dict[str, Callable[[], Any]]:
    """Return what fills each column."""

    def amount(most: float) -> Callable[[], float]:
        return lambda: fake.pyfloat(min_value=0, max_value=most, right_digits=2)

    def share() -> float:
        return float(fake.pyfloat(min_value=0, max_value=1))

    cells: dict[str, Callable[[], Any]] = {
        "account_id": lambda: fake.unique.bothify("A#######"),
        "name": fake.company,
        "segment": lambda: fake.random_element(SEGMENTS),
        "industry": lambda: fake.random_element(INDUSTRIES),
        "region": lambda: fake.random_element(REGIONS),
        "city": fake.city,
        "country": fake.country_code,
        "latitude": lambda: float(fake.latitude()),
        "longitude": lambda: float(fake.longitude()),
        "parent_id": lambda: fake.bothify("A#######"),
        "owner_id": lambda: fake.bothify("R###"),
        "owner_since": lambda: fake.date_between("-5y"),
        "customer_since": lambda: fake.date_between("-10y"),
        "revenue_eur_per_month": amount(1e5),
        "disclosed_wallet_eur_per_month": amount(1e6),
        "firm_revenue_eur": amount(1e9),
        "headcount": lambda: fake.random_int(1, 100_000),
        "business_units": lambda: fake.random_int(1, 20),
        "units_penetrated": lambda: fake.random_int(0, 20),
        "relationship": share,
        "roles_engaged": share,
        "sponsor_identified": fake.boolean,
        "digital_maturity": share,
        "budget_confirmed": fake.boolean,
        "technical_complexity": share,
    }
    if set(cells) != set(ACCOUNTS.columns):
        raise SystemExit(f"error: not the columns of ACCOUNTS: {set(cells) ^ set(ACCOUNTS.columns)}")
    return cells
