import numpy as np
import pandas as pd
import pytest

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.plots import plot_survival
from kamsim.reporting.plots.survival import beside_retention, survival_title

YEARLY = {"strategic": 0.92, "smb": 0.68}


@pytest.fixture
def curves() -> pd.DataFrame:
    common = {"month": [0, 12, 36], "customers": 40}
    shares = {"strategic": [1.0, 0.95, 0.9], "mid_market": [1.0, 0.8, 0.2], "smb": [1.0, 0.68, 0.33]}
    return pd.concat(
        [
            pd.DataFrame({**common, "segment": s, "share": y, "low": 0.2, "high": 1.0})
            for s, y in shares.items()
        ],
        ignore_index=True,
    )


def test_title_names_the_segment_that_its_reference_misses_most(curves: pd.DataFrame) -> None:
    told = beside_retention(curves, YEARLY)
    assert survival_title(told, ENGLISH) == (
        "Strategic: 90% of today's customers are expected to be there after 36 months; "
        "at 92% a year it would be 78%"
    )


def test_without_a_reference_the_title_names_where_fewest_stay(curves: pd.DataFrame) -> None:
    title = survival_title(beside_retention(curves, {}), Locale("fr"))
    assert title.startswith("Mid-market")
    assert "20\xa0% des clients d'aujourd'hui" in title


def test_references_are_drawn_where_there_are_any(curves: pd.DataFrame) -> None:
    ax = plot_survival(curves, yearly=YEARLY)
    dashed = [line for line in ax.lines if line.get_linestyle() == "--" and len(line.get_xdata())]
    assert [round(line.get_ydata()[1], 2) for line in dashed] == [0.92, 0.68]
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == [
        "Strategic (40)", "Mid-market (40)", "SMB (40)", "92% or 68% a year, held for ever (D-RET-1)",
    ]  # fmt: skip
    assert len(plot_survival(curves).lines) == 3


def test_a_curve_starts_at_all_of_them_and_its_axis_at_nothing(curves: pd.DataFrame) -> None:
    ax = plot_survival(curves, yearly=YEARLY)
    assert ax.get_ylim()[0] == 0
    assert np.allclose([line.get_ydata()[0] for line in ax.lines if len(line.get_xdata())], 1)


def test_nobody_to_tell_of(curves: pd.DataFrame) -> None:
    ax = plot_survival(curves.iloc[:0], locale=Locale("fr"))
    assert ax.get_title(loc="left").startswith("Pas de survie à montrer")
    assert not ax.axison
