"""The picture of a sweep states what moves the measure, or who leads."""

from __future__ import annotations

import pandas as pd

from kamsim.locale import Locale
from kamsim.reporting.plots.sweep import leading_parameter, plot_sweep
from tests.reporting.test_sweep import table_of


def title(ax: object) -> str:
    return " ".join(ax.get_title(loc="left").split())  # type: ignore[attr-defined]


def test_the_parameter_that_moves_most_runs_across() -> None:
    table = table_of(4, value=[1.0, 2.0, 1.1, 2.1], ratio=[3, 5, 3, 5], habit=["a", "a", "b", "b"])
    ax = plot_sweep(table)

    assert ax.get_xlabel() == "ratio"
    assert title(ax) == "NRR a year: highest at ratio = 5 (2.05), lowest at 3 (1.05)"
    assert ax.get_legend() is None
    line = ax.get_lines()[-1]
    assert line.get_ydata().tolist() == [1.05, 2.05]


def test_items_are_told_apart_and_the_leader_named() -> None:
    one, other = table_of(3, value=[1.0, 2.0, 9.0]), table_of(3, value=[2.0, 3.0, 1.0])
    table = pd.concat([one.assign(item="nearest"), other.assign(item="balanced")], ignore_index=True)

    ax = plot_sweep(table, locale=Locale("en"))

    assert title(ax) == "NRR a year: Balanced leads at 2 of 3 points"
    assert sorted(text.get_text() for text in ax.get_legend().get_texts()) == ["Balanced", "Nearest"]


def test_texts_have_places_side_by_side() -> None:
    ax = plot_sweep(table_of(2, value=[1.0, 2.0], ratio=["size", "equal"]))

    assert [label.get_text() for label in ax.get_xticklabels()] == ["equal", "size"]


def test_a_sweep_without_measures_says_so() -> None:
    assert title(plot_sweep(table_of(2, value=[None, None]))) == "No point states a measure"


def test_a_parameter_that_does_nothing_does_not_lead() -> None:
    rows = pd.DataFrame({"a": [1, 2, 1, 2], "b": ["x", "x", "y", "y"], "value": [1.0, 1.0, 2.0, 2.0]})

    assert leading_parameter(rows, ["a", "b"]) == "b"
