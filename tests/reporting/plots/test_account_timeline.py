"""The timeline of an account states what the year came to."""

from __future__ import annotations

import pandas as pd
import pytest

from kamsim.locale import Locale
from kamsim.reporting import plot_account_timeline

EN = Locale("en")


def months(*revenue: float, won: int = 0) -> pd.DataFrame:
    at = pd.date_range(end="2025-12-01", periods=len(revenue), freq="MS")
    return pd.DataFrame({"month": at, "revenue_eur": revenue, "deals_won": won, "deals_lost": 0})


def alerts(*settled: bool) -> pd.DataFrame:
    return pd.DataFrame({"settled": list(settled), "seen_on": [pd.Timestamp("2025-06-10")] * len(settled)})


def title(*args: pd.DataFrame) -> str:
    return " ".join(plot_account_timeline(*args, "Arc", locale=EN).get_title(loc="left").split())


@pytest.mark.parametrize(
    ("settled", "ending"),
    [
        ((), "on the year before)"),
        ((True,), "; no alert is open"),
        ((True, False), "; 1 alert is open"),
        ((False, False), "; 2 alerts are open"),
    ],
)
def test_title_states_growth_and_open_alerts(settled, ending) -> None:
    said = title(months(*[10.0] * 12, *[5.0] * 12), alerts(*settled))

    assert said.startswith("Arc: €60 in 12 months (−50% on the year before)")
    assert said.endswith(ending)


def test_without_a_year_before_there_is_no_growth() -> None:
    assert title(months(*[0.0] * 12, *[5.0] * 12), alerts()) == "Arc: €60 in its first year on record"
    assert title(months(*[0.0] * 24), alerts()) == "Arc: no revenue yet"
    assert title(months(), alerts()) == "Arc: no month on record"


def test_marks_are_named_once() -> None:
    ax = plot_account_timeline(months(*[5.0] * 3, won=1), alerts(False, False, True), "Arc", locale=EN)

    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "revenue of the month", "month with a signature", "alert, still open", "alert, answered",
    ]  # fmt: skip
    assert len(ax.lines) == 4, "revenue and three alerts"
