from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kamsim.bundle import Portfolio, fingerprint, read_portfolio, write_stage
from kamsim.config import Scenario
from kamsim.errors import BundleError
from kamsim.schemas import DATE, TABLES

Tiers = Callable[..., pd.DataFrame]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pd.Series(["nan"], dtype="str"), pd.Series([None], dtype="str")),
        (pd.Series(["nan", None], dtype="str"), pd.Series([None, "nan"], dtype="str")),
        (pd.Series([0.0]), pd.Series([np.nan])),
        (pd.Series([0.1 + 0.2]), pd.Series([0.3])),
        (pd.Series([1], dtype="int64"), pd.Series([1.0])),
        (pd.Series([1], dtype="Int64"), pd.Series([None], dtype="Int64")),
        (pd.Series([False], dtype="boolean"), pd.Series([None], dtype="boolean")),
        (pd.Series([1, 2]), pd.Series([2, 1])),
        (pd.Series([None], dtype=DATE), pd.Series(["1970-01-01"], dtype=DATE)),
    ],
)
def test_a_fingerprint_tells_other_content(one: pd.Series, other: pd.Series) -> None:
    assert fingerprint(one.to_frame("x")) != fingerprint(other.to_frame("x"))


def test_a_fingerprint_tells_other_names(tiers: Tiers) -> None:
    assert fingerprint(tiers(1)) != fingerprint(tiers(1).rename(columns={"tier": "level"}))
    assert fingerprint(tiers(1)) != fingerprint(tiers(1)[["tier", "account_id"]])


def test_a_portfolio_comes_back_with_the_tables_it_has(tmp_path: Path, scenario: Scenario) -> None:
    bare = Portfolio(*(TABLES[n].empty() for n in ("accounts", "history", "opportunities", "team")))
    write_stage(tmp_path, "portfolio", bare.tables(), scenario)

    back = read_portfolio(tmp_path)

    assert list(back.tables()) == ["accounts", "history", "opportunities", "team"]
    assert back.truth is None
    with pytest.raises(BundleError, match="holds no stage 'portfolio'"):
        read_portfolio(tmp_path / "nowhere")
