import pandas as pd
import pytest
from matplotlib.figure import Figure

from kamsim.locale import Locale
from kamsim.reporting import plot_policy_differences
from kamsim.reporting.style import BETTER, UNCLEAR, WORSE


def _title(ax) -> str:
    return " ".join(ax.get_title(loc="left").split("\n"))


def test_title_states_the_winner(comparison: pd.DataFrame) -> None:
    ax = plot_policy_differences(comparison)
    assert _title(ax) == "Profit-maximising brings +€1.9M (95%: +1.4 to +2.3) of contribution over 36 months"


def test_title_states_that_there_is_no_winner(unclear_comparison: pd.DataFrame) -> None:
    ax = plot_policy_differences(unclear_comparison, locale=Locale("fr"))
    assert _title(ax).startswith("Aucune politique ne fait clairement mieux que Statu quo")


def test_best_on_top_and_a_line_at_zero(comparison: pd.DataFrame) -> None:
    ax = plot_policy_differences(comparison)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names[-1] == "Profit-maximising"
    assert names[0] == "Round robin"
    assert "Status quo" not in names
    assert list(ax.lines[0].get_xdata()) == [0, 0]


def test_colour_says_what_the_interval_says(comparison: pd.DataFrame) -> None:
    ax = plot_policy_differences(comparison)
    points = {line.get_ydata()[0]: line.get_color() for line in ax.lines if line.get_marker() == "o"}
    assert [points[place] for place in range(6)] == [WORSE, UNCLEAR, UNCLEAR, UNCLEAR, BETTER, BETTER]


def test_points_are_the_contribution_differences(comparison: pd.DataFrame) -> None:
    ax = plot_policy_differences(comparison)
    shown = sorted(line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o")
    others = comparison[~comparison["is_baseline"]]
    assert shown == pytest.approx(sorted(others["contribution_difference_eur"]))


def test_it_draws_where_it_is_told(comparison: pd.DataFrame) -> None:
    figure = Figure()
    left, right = figure.subplots(1, 2)
    assert plot_policy_differences(comparison, right) is right
    assert not left.lines


def test_axis_and_ticks_have_units(comparison: pd.DataFrame) -> None:
    ax = plot_policy_differences(comparison, currency="USD", months=24)
    ax.figure.draw_without_rendering()
    assert ax.get_xlabel() == "Contribution minus that of Status quo, over 24 months"
    texts = [label.get_text() for label in ax.get_xticklabels()]
    assert "$0" in texts
    assert "+$1.0M" in texts
