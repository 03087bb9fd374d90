import pandas as pd

from kamsim.reporting import plot_flat_maximum

FRAME = pd.DataFrame({"effort_factor": [1.25, 0.75, 1.0], "lost_share": [0.009, 0.012, 0.0]})


def test_title_takes_a_quarter_either_way_whatever_the_order() -> None:
    ax = plot_flat_maximum(FRAME)
    title = ax.get_title(loc="left").replace("\n", " ")
    assert title == "A quarter less than the best effort loses 1.2% of profit, a quarter more 0.9%"
    assert list(ax.lines[1].get_xdata()) == [0.75, 1.0, 1.25]


def test_no_effort_pays_is_said() -> None:
    assert plot_flat_maximum(FRAME.iloc[:0]).get_title(loc="left").startswith("No effort pays")
