import pandas as pd
import pytest

from kamsim.locale import ENGLISH
from kamsim.reporting import plot_hiring
from kamsim.reporting.plots.hiring import hiring_title


def plan(opened: list[float], short: list[float]) -> pd.DataFrame:
    quarters = range(1, len(opened) + 1)
    frame = pd.DataFrame({"quarter": quarters, "role": "AE", "needed": 5.0, "opened": opened, "short": short})
    return frame.assign(people=5.0, effective=5.0 - frame["short"])


@pytest.mark.parametrize(
    ("opened", "short", "title"),
    [
        (
            [3.0, 0.0, 1.0],
            [2.0, 0.6, 0.5],
            "Posts to open (AE): 4 over 3 quarters; the need is met from quarter 3 on",
        ),
        ([3.0, 0.0], [2.0, 1.2], "Posts to open (AE): 3 over 2 quarters; 1.2 still lack at the end"),
        ([0.0, 0.0], [0.0, 0.0], "No post (AE) to open over 2 quarters: 5.0 people at speed for 5.0 needed"),
        ([1.0, 0.0], [0.0, 0.0], "Posts to open (AE): 1 over 2 quarters; the need is met from quarter 1 on"),
    ],
)
def test_title(opened: list[float], short: list[float], title: str) -> None:
    assert hiring_title(plan(opened, short), "AE", ENGLISH) == title


def test_one_role_is_drawn() -> None:
    frame = plan([3.0, 1.0], [2.0, 0.0])
    ax = plot_hiring(pd.concat([frame, frame.assign(role="SE", opened=9.0)]))
    assert [p.get_height() for p in ax.containers[0]] == [3.0, 1.0]
