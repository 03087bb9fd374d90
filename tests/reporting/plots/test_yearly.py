import numpy as np
import pandas as pd

from kamsim.locale import ENGLISH
from kamsim.reporting import plot_yearly_revenue, yearly_differences
from kamsim.reporting.plots.yearly import yearly_title


def _frame(differences: list[float], lows: list[float]) -> pd.DataFrame:
    years = list(range(1, len(differences) + 1))
    return pd.DataFrame(
        {"policy": "balanced", "year": years, "difference_eur": differences, "low_eur": lows, "high_eur": 9e6}
    )


def test_differences_are_means_of_pairs(periods: pd.DataFrame) -> None:
    frame = yearly_differences(periods, "status_quo")
    assert "status_quo" not in set(frame["policy"])
    assert sorted(frame["year"].unique()) == [1, 2, 3]
    yearly = periods[(periods["tier"] == 0) & (periods["year"] == 3)].groupby("policy")["revenue_eur"].mean()
    row = frame[(frame["policy"] == "balanced") & (frame["year"] == 3)].iloc[0]
    assert np.isclose(row["difference_eur"], yearly["balanced"] - yearly["status_quo"])
    assert row["low_eur"] < row["difference_eur"] < row["high_eur"]


def test_more_confidence_is_wider(periods: pd.DataFrame) -> None:
    narrow, wide = (yearly_differences(periods, "status_quo", c) for c in (0.5, 0.99))
    assert ((wide["high_eur"] - wide["low_eur"]) > (narrow["high_eur"] - narrow["low_eur"])).all()


def test_title_tells_how_a_clear_lead_grows() -> None:
    title = yearly_title(_frame([1e5, 4e5], [5e4, 2e5]), "status_quo", ENGLISH, "EUR")
    assert title == "Balanced's lead in revenue over Status quo: +€100k in year\xa01, +€400k in year\xa02"


def test_title_tells_that_nobody_leads() -> None:
    title = yearly_title(_frame([1e5, 4e5], [5e4, -1.0]), "status_quo", ENGLISH, "EUR")
    assert title == "No policy is clearly ahead of Status quo in revenue in year\xa02"


def test_a_line_per_policy_and_a_tick_per_year(periods: pd.DataFrame) -> None:
    ax = plot_yearly_revenue(yearly_differences(periods, "status_quo"), "status_quo")
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names[0] == "Profit-maximising"
    assert len(names) == 6
    assert [label.get_text() for label in ax.get_xticklabels()] == ["Year\xa01", "Year\xa02", "Year\xa03"]
