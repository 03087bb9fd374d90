"""Allocation problems made of the numbers that matter; the rest is filled in."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kamsim.allocation import AllocationProblem
from kamsim.allocation.curves import ValueCurves
from kamsim.allocation.limits import Limits
from kamsim.config import Scenario
from kamsim.schemas import BOOK, DATE, NUMBER, ROLES, TEAM, Table

PLAIN = ("limits", "habit", "se_weight", "seed", "curves", "account_ids")
"""What is handed on as it is; everything else becomes an array."""

MakeProblem = Callable[..., AllocationProblem]


@pytest.fixture(scope="session")
def make_problem(scenario: Scenario) -> MakeProblem:
    """Make a problem of accounts with a workload, and AEs with a capacity; any array can be given."""

    def make(
        workload: Sequence[float],
        capacity: Sequence[float],
        *,
        gain: Sequence[float] | None = None,
        half: Sequence[float] | None = None,
        settings: dict[str, Any] | None = None,
        **arrays: Any,
    ) -> AllocationProblem:
        n, r = len(workload), len(capacity)
        zero, one = np.zeros(n), np.ones(n)
        curves = ValueCurves(
            zero,
            np.array(gain, float) if gain is not None else 1000 * one,
            np.array(half, float) if half is not None else one,
            1.4 * one,
        )
        given = {name: np.asarray(value) for name, value in arrays.items() if name not in PLAIN}
        parts: dict[str, Any] = {
            "account_ids": tuple(f"a{i:03d}" for i in range(n)),
            "rep_ids": tuple(f"r{i:03d}" for i in range(r)),
            "capacity": np.array(capacity, float),
            "owner": np.full(n, -1),
            "had_owner": given.get("owner", np.full(n, -1)) >= 0,
            "workload": np.array(workload, float),
            "minimum": 0.1 * np.array(workload, float),
            "se_hours": zero,
            "csm_hours": zero,
            "potential": one,
            "revenue": one,
            "firm_revenue": np.full(n, np.nan),
            "distance_km": np.full((n, r), np.inf),
            "hours_per_client_hour": np.ones((n, r)),
            "pool_effort": zero,
            "curves": curves,
            "gain_sd": zero,
            "handover_eur": zero,
            "habit": "revenue",
            "settings": scenario.allocation.model_copy(update=settings or {}),
            "senior": np.zeros(r, dtype=bool),
            "routed": np.ones((n, r), dtype=bool),
            "se_weight": 0.6,
            "seed": 7,
            "open_deals": np.zeros(n, dtype=np.int64),
            "limits": Limits(),
        }
        as_they_are = {name: arrays[name] for name in PLAIN if name in arrays}
        return AllocationProblem(**(parts | given | as_they_are))

    return make


def _frame(table: Table, rows: int, given: dict[str, Any]) -> pd.DataFrame:
    columns = {}
    for name, column in table.columns.items():
        default = column.one_of[0] if column.one_of else "x"
        if column.dtype == DATE:
            default = None
        elif column.dtype == NUMBER:
            default = np.nan if column.nullable else 0.0
        elif column.dtype == "int64" and not column.one_of:
            default = 0
        columns[name] = pd.Series(given.get(name, [default] * rows), dtype=column.dtype)
    return pd.DataFrame(columns)


@pytest.fixture(scope="session")
def make_book() -> Callable[..., pd.DataFrame]:
    """Make a BOOK of accounts with a workload; any column can be given."""

    def make(workload: Sequence[float], **columns: Any) -> pd.DataFrame:
        rows = len(workload)
        given = {
            "account_id": [f"a{i:03d}" for i in range(rows)],
            "owner_id": [None] * rows,
            "workload_hours": workload,
            "minimum_hours": [0.1 * w for w in workload],
            "gain_eur": [1000.0] * rows,
            "half_hours": [1.0] * rows,
            "exponent": [1.4] * rows,
        }
        return _frame(BOOK, rows, given | columns)

    return make


@pytest.fixture(scope="session")
def make_team() -> Callable[..., pd.DataFrame]:
    """Make a TEAM of people with a capacity, AEs by default; any column can be given."""

    def make(capacity: Sequence[float], **columns: Any) -> pd.DataFrame:
        rows = len(capacity)
        given = {"rep_id": [f"r{i:03d}" for i in range(rows)], "role": [ROLES[0]] * rows}
        return _frame(TEAM, rows, given | {"capacity_hours": capacity} | columns)

    return make
