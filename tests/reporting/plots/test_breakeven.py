"""The break-even map: classes of cost, the preset's ring, and a title that says the verdict."""

import pytest

from kamsim.config import Scenario
from kamsim.locale import Locale
from kamsim.reporting import breakeven_cells, plot_breakeven
from tests.reporting import breakeven_tables as made

BASE = Scenario.load("base")


def test_cells_have_their_class_of_cost() -> None:
    cells = breakeven_cells(made.breakeven(), "strategic", "potential", "response")

    assert cells["cost"].tolist() == [0, 2, 4, 1, 3, 5]
    swapped = breakeven_cells(made.breakeven(), "strategic", "response", "potential")
    assert swapped["cost"].tolist() == [0, 1, 2, 3, 4, 5]


def test_the_picture_shows_ratios_and_preset() -> None:
    ax = plot_breakeven(made.breakeven(), made.frontier(), made.advice(), BASE, segment="strategic")

    assert [t.get_text() for t in ax.texts].count("4.5") == 5
    assert "40+" in [t.get_text() for t in ax.texts]
    # A potential and a response of 1 lie half way from 0.5 to 2 and on the second of 0.25, 1, 4.
    assert ax.lines[0].get_xydata().tolist() == [[0.5, 1.0]]  # type: ignore[union-attr]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["×0.50", "×2.00"]
    assert ax.get_xlabel() == "Potential"
    legend = ax.get_legend()
    assert legend is not None
    assert [t.get_text() for t in legend.get_texts()] == [
        "the guide is best", "as good (within 1%)", "costs up to 5%", "costs up to 20%",
        "costs more than 20%", "no ratio pays", "preset",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "3 to 5 strategic accounts per AE is best as preset, and in 17% of the map"),
        ({"guide_is_best": False}, "is as good as the best (4.5) as preset"),
        ({"guide_is_best": False, "guide_is_as_good": False, "loss_share": 0.03}, "costs 3.0% as preset"),
    ],
)
def test_the_title_says_the_verdict(changes: dict[str, object], words: str) -> None:
    ax = plot_breakeven(made.breakeven(), made.frontier(), made.advice(**changes), BASE, segment="strategic")

    assert words in " ".join(ax.get_title(loc="left").split())


def test_french_and_no_map() -> None:
    tables = made.breakeven(), made.frontier(), made.advice()
    french = plot_breakeven(*tables, BASE, segment="strategic", locale=Locale("fr"))
    assert french.get_ylabel() == "Effort pour la moitié de la réponse"
    none = plot_breakeven(*tables, BASE, segment="smb")
    assert none.get_title(loc="left") == "No map of these assumptions"
