"""Texts of a sweep: the highest first, with intervals, and the failed with their reason."""

from __future__ import annotations

import pandas as pd
import pytest

from kamsim.locale import Locale
from kamsim.reporting.sweep import failed_points_table, measure_rows, sweep_overview_table, write_value
from kamsim.schemas import SWEEP_COLUMNS


def table_of(points: int, **columns: object) -> pd.DataFrame:
    frame = pd.DataFrame({name: [None] * points for name in SWEEP_COLUMNS})
    frame = frame.assign(point=range(1, points + 1), ratio=range(points), measure="nrr", state="done")
    nothing = pd.Series([float("nan")] * points)
    return frame.assign(**{"low": nothing, "high": nothing, **columns})


def test_the_highest_come_first_and_no_more_than_twelve() -> None:
    shown = sweep_overview_table(table_of(20, value=[float(n) for n in range(20)]))

    assert shown["Point"].tolist() == [str(n) for n in range(20, 8, -1)]
    assert shown.columns.tolist() == ["Point", "ratio", "NRR a year"]


def test_an_interval_has_the_digits_of_its_value() -> None:
    table = table_of(1, value=[1234.5], low=[-10.0], high=[2000.0], measure="contribution_eur_difference")

    shown = sweep_overview_table(table, Locale("fr"))

    assert shown.iloc[0, -1] == "1\u202f234 (−10 à 2\u202f000)"
    assert "écart à la référence" in shown.columns[-1]


def test_another_measure_can_be_asked_for() -> None:
    table = pd.concat([table_of(2, value=[1.0, 2.0]), table_of(2, value=[7.0, 6.0], measure="grr")])

    assert sweep_overview_table(table, measure="grr")["Point"].tolist() == ["1", "2"]
    assert measure_rows(table, "absent").empty


def test_points_that_failed_are_named_with_their_parameters() -> None:
    table = table_of(3, value=[1.0] * 3, state=["done", "failed", "done"], error=[None, "no luck", None])

    assert failed_points_table(table).to_numpy().tolist() == [["2", "1", "no luck"]]
    assert failed_points_table(table_of(1, value=[1.0])).empty


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (1e-9, "0.000000"), (12.34, "12.3"), (True, "True"), (float("nan"), "–")]
)
def test_values_are_written_to_three_digits(value: float, text: str) -> None:
    assert write_value(value, Locale("en")) == text
