import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PolyCollection

from kamsim.locale import Locale
from kamsim.reporting import plot_territories, territory_marks, territory_title
from kamsim.reporting.style import PALETTE

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


@pytest.fixture
def units() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "unit_id": list("abcd"),
            "territory_id": ["T1", "T1", "T2", "T3"],
            "latitude": [0.5, 0.5, 0.5, 0.5],
            "longitude": [0.5, 1.5, 2.5, 3.5],
        }
    )


def title(deviation: list[float], contiguous: list[bool], locale: Locale) -> str:
    balance = pd.DataFrame({"attribute": ["clients", "workload_hours"], "deviation": deviation})
    return territory_title(balance, pd.DataFrame({"contiguous": contiguous}), locale)


def test_title_states_the_largest_deviation_and_what_is_torn() -> None:
    assert title([0.02, -0.05], [True, True], Locale("en")) == (
        "2 contiguous territories, at most 5.0% from the mean (workload)"
    )
    assert title([0.02, -0.01], [True, False], Locale("fr")) == (
        "2 territoires, dont 1 en morceaux\xa0; à 2,0\xa0% au plus de la moyenne (clients)"
    )


def test_near_territories_look_different() -> None:
    grid = pd.DataFrame([(r, c) for r in range(5) for c in range(5)], columns=["latitude", "longitude"])
    marks = territory_marks(
        grid.astype(float).assign(
            unit_id=[f"u{i:02d}" for i in range(25)], territory_id=[f"T{i:02d}" for i in range(25)]
        )
    )
    look = marks.set_index(["latitude", "longitude"])["look"]
    assert all(look[r, c] != look[r, c + 1] for r in range(5) for c in range(4))
    assert all(look[r, c] != look[r + 1, c] for r in range(4) for c in range(5))


def test_names_stand_on_a_unit(units: pd.DataFrame) -> None:
    marks = territory_marks(units)
    assert marks.loc[marks["territory_id"] == "T1", "label_longitude"].tolist() == [0.5, 0.5]


def test_lines_are_drawn_where_territories_meet(units: pd.DataFrame) -> None:
    outlines = {name: [SQUARE + np.array([i, 0.0])] for i, name in enumerate("abcd")}
    ax = plot_territories(territory_marks(units), outlines=outlines)

    lines = [c for c in ax.collections if isinstance(c, LineCollection)]
    meeting = sorted({round(float(p[0]), 6) for c in lines for seg in c.get_segments() for p in seg})
    assert meeting == [2.0, 3.0]  # not at 1, within T1
    filled = next(c for c in ax.collections if isinstance(c, PolyCollection))
    faces = filled.get_facecolor()
    assert (faces[0] == faces[1]).all()
    assert not (faces[1] == faces[2]).all()


def test_units_without_outline_are_marks_of_their_territory(units: pd.DataFrame) -> None:
    ax = plot_territories(territory_marks(units), title="Finding")
    assert ax.get_title(loc="left") == "Finding"
    assert [len(c.get_offsets()) for c in ax.collections] == [2, 1, 1]
    assert len({tuple(c.get_facecolor()[0]) for c in ax.collections}) == 3 <= len(PALETTE)


def test_names_in_one_place_do_not_cover_each_other(units: pd.DataFrame) -> None:
    near = units.assign(longitude=[0.0, 10.0, 0.0, 0.0], territory_id=["T1", "T4", "T2", "T3"])
    ax = plot_territories(territory_marks(near))
    heights = [text.get_position()[1] for text in ax.texts[:3]]
    assert len(set(heights)) == 3
