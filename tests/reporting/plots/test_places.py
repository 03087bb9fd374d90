import pandas as pd
import pytest

from kamsim.locale import ENGLISH, Locale
from kamsim.measures.places import COLUMNS
from kamsim.reporting import plot_map
from kamsim.reporting.plots.places import LARGEST_DOT, SMALLEST_DOT, map_title


@pytest.fixture
def marks() -> pd.DataFrame:
    rows = [
        ("account", "big", "strategic", 48.9, 2.3, 90.0),
        ("account", "small", "smb", 45.8, 4.8, 10.0),
        ("account", "none", "smb", 43.3, 5.4, 0.0),
        ("home", "Lyon", None, 45.8, 4.8, None),
        ("city", "Paris", None, 48.9, 2.3, 90.0),
        ("city", "Saint-Denis", None, 48.9, 2.35, 0.0),
        ("city", "Lyon", None, 45.8, 4.8, 10.0),
    ]
    names = ["mark", "name", "segment", "latitude", "longitude", "revenue_eur_per_year"]
    return pd.DataFrame(rows, columns=names).astype({"revenue_eur_per_year": "float64"})


def test_title_sums_the_first_cities(marks: pd.DataFrame) -> None:
    assert map_title(marks, ENGLISH) == "3 of 3 cities hold 100% of the revenue"
    title = map_title(marks[marks["mark"] != "city"], Locale("fr"))
    assert title == "3 comptes, là où se trouvent leurs décideurs"


def test_revenue_is_the_area_of_a_dot(marks: pd.DataFrame) -> None:
    areas = [list(dots.get_sizes()) for dots in plot_map(marks).collections if len(dots.get_offsets())]
    assert areas[:3] == [[SMALLEST_DOT + LARGEST_DOT], pytest.approx([SMALLEST_DOT + LARGEST_DOT / 9]), [9.0]]


def test_names_that_would_touch_are_left_out(marks: pd.DataFrame) -> None:
    assert [text.get_text() for text in plot_map(marks).texts] == ["Paris", "Lyon"]


def test_a_degree_of_longitude_is_drawn_shorter(marks: pd.DataFrame) -> None:
    assert plot_map(marks).get_aspect() == pytest.approx(1.44, abs=0.01)  # 1 / cos 46°


def test_no_coordinates_no_map() -> None:
    ax = plot_map(pd.DataFrame(columns=COLUMNS), locale=Locale("fr"))
    assert ax.get_title(loc="left") == "Pas de carte\xa0: le portefeuille ne donne pas de coordonnées"
