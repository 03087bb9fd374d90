import numpy as np
import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting import plot_letters
from kamsim.reporting.plots.letters import letters_title

WON = pd.DataFrame(
    {
        "letters": [1, 2, 3, 5],
        "closed": [100, 300, 30, 10],
        "won_share": [0.1, 0.5, 0.5, 0.9],
        "low": [0.05, 0.4, 0.3, 0.6],
        "high": [0.2, 0.6, 0.7, 1.0],
    }
)


def test_the_title_weighs_by_the_opportunities() -> None:
    assert letters_title(WON, ENGLISH) == (
        "Won with 3 MEDDIC letters or more: 60% of the closed opportunities; with fewer: 40%"
    )
    assert letters_title(WON.head(2), ENGLISH).startswith("Won: 40% of the closed opportunities")


def test_points_with_intervals_and_the_number_they_rest_on() -> None:
    ax = plot_letters(WON)
    np.testing.assert_allclose(ax.lines[0].get_xydata(), WON[["letters", "won_share"]])
    ends = np.array(ax.collections[0].get_segments())
    np.testing.assert_allclose(ends[:, :, 1], WON[["low", "high"]])
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert labels[2:5] == ["2\n(300)", "3\n(30)", "4\n(–)"]


def test_without_letters_it_says_so() -> None:
    ax = plot_letters(WON.head(0), locale=Locale("fr"))
    assert ax.get_title(loc="left").startswith("Aucune lettre MEDDIC")
