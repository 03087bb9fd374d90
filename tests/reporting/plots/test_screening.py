"""Morris's picture."""

import pytest

from kamsim.config import Scenario
from kamsim.locale import Locale
from kamsim.reporting import plot_screening
from tests.reporting import breakeven_tables as made

BASE = Scenario.load("base")


def test_the_two_largest_are_named() -> None:
    ax = plot_screening(made.screening(), BASE, output="strategic_ratio")

    assert " ".join(ax.get_title(loc="left").split()) == (
        "AE cost a month and effort for half of the response move the lead most:"
        " 3 to 5 strategic accounts per AE"
    )
    dots = [line.get_xydata()[0].tolist() for line in ax.lines if line.get_marker() == "o"]  # type: ignore[index]
    assert [pytest.approx(dot) for dot in dots] == [[3e6, 1.5e6], [2e6, 1e6], [1e5, 5e4]]
    texts = [t.get_text() for t in ax.texts]
    assert "1  AE cost a month" in texts
    assert "3  Churn propensity" in texts


def test_nothing_screened() -> None:
    ax = plot_screening(made.screening(), BASE, output="smb_ratio", locale=Locale("fr"))

    assert ax.get_title(loc="left") == "Aucune hypothèse examinée"
