"""A small table, a chain of stages made of it, and a look at all bytes of a folder."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from kamsim.bundle import write_stage
from kamsim.config import Scenario

Tiers = Callable[..., pd.DataFrame]


@pytest.fixture(scope="session")
def tiers() -> Tiers:
    """Make a table of tiers, of accounts numbered from `first` on."""

    def make(*tier: int, first: int = 0) -> pd.DataFrame:
        ids = pd.Series([f"A{first + i}" for i in range(len(tier))], dtype="str")
        return pd.DataFrame({"account_id": ids, "tier": pd.Series(tier, dtype="int64")})

    return make


@pytest.fixture
def chain(tmp_path: Path, scenario: Scenario, tiers: Tiers) -> Path:
    """A run with three stages, each computed from the one before."""
    write_stage(tmp_path, "scores", {"tiers": tiers(1, 2)}, scenario)
    write_stage(tmp_path, "values", {"tiers": tiers(1)}, scenario, inputs=("scores",))
    write_stage(tmp_path, "allocation", {"tiers": tiers(3)}, scenario, inputs=("values",))
    return tmp_path


@pytest.fixture(scope="session")
def contents() -> Callable[[Path], dict[str, bytes]]:
    """Read every file below a folder."""
    return lambda folder: {
        str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }
