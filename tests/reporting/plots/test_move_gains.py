import pandas as pd
import pytest

from kamsim.locale import Locale
from kamsim.reporting import plot_move_gains

POINTS = pd.DataFrame(
    {
        "moves_allowed": [0, 5, 20],
        "accounts_moved": [0, 5, 18],
        "gain_hours_eur": 2e6,
        "gain_moves_eur": [0.0, 7e4, 1e5],
        "gain_bound_eur": [2.02e6, 2.1e6, 2.15e6],
    }
)


def test_the_title_says_how_few_moves_bring_most() -> None:
    assert plot_move_gains(POINTS).get_title(loc="left") == "5 of 18 moves bring 70% of what moves gain"


def test_the_plan_lies_under_its_bound_both_from_hours_alone() -> None:
    bound, plan = plot_move_gains(POINTS).get_lines()

    assert bound.get_ydata() == pytest.approx([2e4, 1e5, 1.5e5])
    assert plan.get_xydata().tolist() == [[0, 0], [5, 7e4], [18, 1e5]]


def test_where_no_move_gains_the_hours_are_told() -> None:
    title = plot_move_gains(POINTS.head(1), locale=Locale("fr")).get_title(loc="left")

    assert "2,0" in title
