import numpy as np
import pandas as pd

from kamsim.locale import ENGLISH
from kamsim.reporting import book_hours, plot_books
from kamsim.reporting.plots.books import books_title

WORKLOAD = pd.DataFrame(
    {"role": ["AE", "AE", "AE", "SE"], "held_by": ["r", "r", "nobody", "pool"], "tier": [1, 2, 1, 1],
     "accounts": [2, 3, 7, 9], "client_hours": [40.0, 20.0, 5.0, 9.0], "travel_hours": [20.0, 0.0, 0.0, 0.0]}
)  # fmt: skip
CAPACITY = pd.DataFrame(
    {
        "role": ["AE", "AE", "AE", "SE"],
        "rep_id": ["s", "r", "t", "x"],
        "effective_hours": [50.0, 40.0, 0.0, 90.0],
    }
)


def test_books_by_load() -> None:
    frame = book_hours(WORKLOAD, CAPACITY)
    assert frame["rep_id"].tolist() == ["r", "s", "t"]
    assert frame["load"].tolist() == [2.0, 0.0, 0.0]
    assert frame["accounts"].tolist() == [5, 0, 0]
    assert np.isinf(book_hours(WORKLOAD, CAPACITY.assign(effective_hours=0.0))["load"].iloc[0])


def test_title_counts_books_and_names_accounts_of_nobody() -> None:
    frame = book_hours(WORKLOAD, CAPACITY)
    assert books_title(frame, 0, ENGLISH) == (
        "1 of 3 books ask for more hours than their AE has; the fullest for 2.0 times as many"
    )
    assert books_title(frame, 7, ENGLISH).endswith("7 accounts have no AE")


def test_bars_stack_and_no_ae_is_said() -> None:
    ax = plot_books(book_hours(WORKLOAD, CAPACITY))
    tops = [p.get_y() + p.get_height() for p in ax.containers[1]]
    assert tops == [80.0, 0.0, 0.0]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["r", "s", "t"]
    nobody = plot_books(book_hours(WORKLOAD, CAPACITY[CAPACITY["role"] == "SE"]))
    assert nobody.get_title(loc="left").startswith("The team holds no AE")
