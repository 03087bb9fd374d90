"""What `kamsim breakeven` and `kamsim flips` say."""

from pathlib import Path

import pytest

from kamsim.config import Scenario
from kamsim.errors import BundleError
from kamsim.locale import Locale
from kamsim.reporting import (
    advice_table,
    breakeven_frontier_table,
    flips_table,
    screening_table,
    sobol_table,
    write_breakeven_map,
)
from tests.reporting import breakeven_tables as made

BASE = Scenario.load("base")


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "best"),
        ({"guide_is_best": False}, "as good"),
        (
            {"guide_is_best": False, "guide_is_as_good": False, "loss_share": 0.032, "loss_eur": 5e5},
            "not best",
        ),
    ],
)
def test_the_advice_has_its_verdict(changes: dict[str, object], verdict: str) -> None:
    row = advice_table(made.advice(**changes), BASE).iloc[0]

    assert row["Verdict"] == verdict
    assert row["Guide's accounts per AE"] == "3 to 5"
    assert row["Cost of following the guide"] == ("€500k (3.2%)" if verdict == "not best" else "€0 (0.0%)")


def test_sides_of_a_frontier_stand_side_by_side() -> None:
    table = breakeven_frontier_table(made.frontier(), made.frontier_check(), BASE).set_index("Assumption")

    assert table.loc["Potential", "Changes below"] == "×0.80"
    assert table.loc["Potential", "Changes above"] == "never"
    assert table["Paired runs"].tolist() == ["–", "sign changes"]


@pytest.mark.parametrize(
    ("changes", "sure", "word"),
    [(True, False, "sign changes, unsure"), (False, True, "sign stays"), (False, False, "sign stays")],
)
def test_a_check_that_fails_is_said(changes: bool, sure: bool, word: str) -> None:
    checked = made.frontier_check(changes=changes, sure=sure)

    assert breakeven_frontier_table(made.frontier(), checked, BASE)["Paired runs"].iloc[1] == word


def test_the_nearest_flip_comes_first() -> None:
    table = flips_table(made.flips(), BASE)

    assert table["Assumption"].tolist() == ["Potential", "Churn propensity"]
    assert table["Flips at"].tolist() == ["×0.87", "does not flip"]
    assert table["Recommendation"].tolist() == ["3 to 5 strategic accounts per AE", ""]
    assert table.iloc[0, 1] == Locale("en").money_interval(65e3, 45e3, 85e3, "EUR")
    assert "95%" in table.columns[1]


def test_analyses_are_sorted_by_size() -> None:
    assert screening_table(made.screening(), BASE)["Assumption"].iloc[0] == "AE cost a month"
    shares = sobol_table(made.sobol(), Locale("fr"))
    assert shares.iloc[0].tolist()[:2] == ["Coût mensuel d'un AE", "0,60 (0,50 – 0,70)"]


def test_a_map_is_written(tmp_path: Path) -> None:
    tables = made.breakeven(), made.frontier(), made.advice(), BASE, "strategic"

    write_breakeven_map(tmp_path / "map.png", *tables)

    assert (tmp_path / "map.png").read_bytes()[:4] == b"\x89PNG"
    with pytest.raises(BundleError, match="cannot be written"):
        write_breakeven_map(tmp_path / "nowhere" / "map.png", *tables)
