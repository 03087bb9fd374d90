"""The decision-flip map of one recommendation."""

import pytest

from kamsim.config import Scenario
from kamsim.reporting import plot_flips
from kamsim.reporting.style import BETTER, WORSE
from tests.reporting import breakeven_tables as made

BASE = Scenario.load("base")


@pytest.mark.parametrize(
    ("lead", "known", "words"),
    [
        (65e3, True, "leads by €65k as preset; nearest flip: potential at ×0.87"),
        (-65e3, True, "trails by €65k as preset; nearest flip: potential at ×0.87"),
        (65e3, False, "leads by €65k, and nothing in the plausible ranges flips it"),
        (-65e3, False, "trails by €65k, and nothing in the plausible ranges flips it"),
    ],
)
def test_the_title_says_lead_and_nearest_flip(lead: float, known: bool, words: str) -> None:
    ax = plot_flips(made.flips(lead, known=known), BASE, recommendation="strategic_ratio")

    title = " ".join(ax.get_title(loc="left").split())
    assert title == f"3 to 5 strategic accounts per AE {words}"


def test_beyond_the_flip_the_colour_changes() -> None:
    ax = plot_flips(made.flips(), BASE, recommendation="strategic_ratio")

    # From below: churn, which nothing flips; potential on top with its flip on the low side.
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Churn propensity", "Potential"]
    colours = [line.get_color() for line in ax.lines if line.get_linewidth() == 6]
    assert colours == [BETTER, BETTER, WORSE]
    beyond = next(line for line in ax.lines if line.get_color() == WORSE)
    ends = sorted(beyond.get_xdata())  # type: ignore[arg-type]
    assert ends[0] == 0.0
    assert 0 < ends[1] < 0.5


def test_no_such_recommendation() -> None:
    ax = plot_flips(made.flips(), BASE, recommendation="team_size")

    assert ax.get_title(loc="left") == "No recommendation to look at"
