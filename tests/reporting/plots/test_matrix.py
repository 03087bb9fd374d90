import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.locale import Locale
from kamsim.reporting import plot_matrix, potential_and_effort


@pytest.fixture
def book() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_id": ["a", "b", "c", "d"],
            "tier": [1, 1, 2, 3],
            "potential_36m_eur": [9e5, 9e5, 1e5, 5e5],
            "half_hours": [2.0, 40.0, 40.0, 1.0],
        }
    )


def test_cells_are_the_policy_s(book: pd.DataFrame, scenario: Scenario) -> None:
    """High is above the limit, not at it: account d stays outside."""
    assert potential_and_effort(book, scenario.allocation)["cell"].tolist() == [
        "senior",
        "supported",
        "usual",
        "usual",
    ]


def test_the_title_counts_and_the_limits_are_drawn(book: pd.DataFrame, scenario: Scenario) -> None:
    settings = scenario.allocation
    ax = plot_matrix(potential_and_effort(book, settings), settings, locale=Locale("en"))
    title = ax.get_title(loc="left").replace("\n", " ")
    assert title == "Of 4 accounts, 1 have high potential at moderate effort, 1 at high effort"
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert ax.lines[-2].get_ydata()[0] == settings.high_potential_eur
    assert ax.lines[-1].get_xdata()[0] == settings.high_effort_hours
    assert [text.get_text() for text in ax.texts] == ["for a senior AE", "with SE support"]


def test_without_potential_it_says_so(book: pd.DataFrame, scenario: Scenario) -> None:
    nothing = potential_and_effort(book.assign(potential_36m_eur=0.0), scenario.allocation)
    assert (
        plot_matrix(nothing, scenario.allocation).get_title(loc="left")
        == "No account has a potential to show"
    )
