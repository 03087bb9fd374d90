from itertools import pairwise

import pandas as pd
import pytest

from kamsim.locale import ENGLISH, Locale
from kamsim.measures.bridge import COLUMNS, PARTS
from kamsim.reporting import plot_bridge
from kamsim.reporting.plots.bridge import bridge_title


@pytest.fixture
def bridge() -> pd.DataFrame:
    amounts = [2e6, 1e5, 4e5, 2e4, -5e4, 0.0, -3.7e5, 2.1e6]
    return pd.DataFrame({"part": PARTS, "amount_eur": amounts, "basis": "month"})


def test_title_tells_what_came_and_what_went(bridge: pd.DataFrame) -> None:
    assert bridge_title(bridge, ENGLISH, "EUR") == (
        "Monthly revenue went from €2.0M to €2.1M (+5%) within a year: €520k came, €420k went"
    )
    yearly = bridge_title(bridge.assign(basis="year"), Locale("fr"), "EUR")
    assert yearly.startswith("Le CA est passé de 2,0\xa0M€ à 2,1\xa0M€")


def test_the_last_change_ends_where_the_end_stands(bridge: pd.DataFrame) -> None:
    bars = plot_bridge(bridge).patches
    assert len(bars) == 7  # "other" is nothing, so it is left out
    reached = bars[-2].get_y() + bars[-2].get_height()
    assert reached == pytest.approx(bars[-1].get_height()) == pytest.approx(2.1e6)


def test_money_is_written_in_the_currency(bridge: pd.DataFrame) -> None:
    texts = [text.get_text() for text in plot_bridge(bridge, currency="USD").texts]
    assert texts == ["$2.0M", "+$100k", "+$400k", "+$20k", "−$50k", "−$370k", "$2.1M"]


def test_labels_stay_below_the_title_and_apart(bridge: pd.DataFrame) -> None:
    ax = plot_bridge(bridge, locale=Locale("fr"))
    ax.figure.draw_without_rendering()
    assert max(t.get_window_extent().y1 for t in ax.texts) < ax._left_title.get_window_extent().y0
    names = [label.get_window_extent() for label in ax.get_xticklabels()]
    assert all(a.x1 < b.x0 for a, b in pairwise(names))


def test_no_revenue_no_bridge(bridge: pd.DataFrame) -> None:
    for nothing in (pd.DataFrame(columns=COLUMNS), bridge.assign(amount_eur=0.0)):
        assert plot_bridge(nothing).get_title(loc="left").startswith("No revenue bridge")
