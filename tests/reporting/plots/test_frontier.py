import numpy as np
import pandas as pd

from kamsim.reporting import plot_frontier

FRAME = pd.DataFrame({"moved_share": [0.5, 0.3, np.nan, 0.6], "largest_deviation": [0.2, 0.5, np.nan, 0.2]})


def test_title_names_the_least_moved_and_the_most_even() -> None:
    ax = plot_frontier(FRAME, 0.25)
    assert ax.get_title(loc="left").replace("\n", " ") == (
        "Of the contiguous plans found, the nearest moves 30% of units (50% from the mean); the most even,"
        " 20%, moves 50%"
    )
    assert list(ax.lines[1].get_xdata()) == [0.3, 0.5, 0.6]


def test_no_plan_is_said() -> None:
    assert plot_frontier(FRAME.iloc[2:3], 0.25).get_title(loc="left").startswith("No frontier")
