"""RFM scores by hand, as of a cut-off, whatever the order of rows."""

import numpy as np
import pandas as pd
import pytest

from kamsim.errors import ConfigError, FeatureError
from kamsim.scoring import rfm_scores

CUTOFF = "2026-01-01"


def bought(*rows: tuple[str, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["account_id", "month", "revenue_eur"])
    return table.assign(month=pd.to_datetime(table["month"]))


def test_behaviour_is_counted_by_month_and_read_up_to_the_cutoff() -> None:
    purchases = bought(
        ("a", "2025-06-16", 10.0),
        ("a", "2025-06-20", 30.0),
        ("a", "2025-11-01", 20.0),
        ("a", "2026-01-01", 900.0),  # on the cut-off: not past
        ("late", "2026-02-01", 5.0),
        ("quiet", "2025-12-01", 0.0),
        ("returns", "2025-12-01", 50.0),
        ("returns", "2025-12-09", -60.0),
        ("returns", "2025-07-01", 7.0),
    )
    scores = rfm_scores(purchases, CUTOFF)
    assert scores.index.tolist() == ["a", "quiet", "returns"]
    assert scores.loc["a", ["recency_months", "frequency_months", "monetary_eur"]].tolist() == [2, 2, 30]
    assert scores.loc["returns", ["recency_months", "frequency_months", "monetary_eur"]].tolist() == [6, 1, 7]
    assert np.isnan(scores.loc["quiet", "recency_months"])
    assert scores.loc["quiet", ["frequency_months", "monetary_eur"]].tolist() == [0, 0]
    assert scores["rfm"].idxmin() == "quiet"


def test_days_within_a_month_count_as_a_share_of_it() -> None:
    scores = rfm_scores(bought(("a", "2025-11-16", 1.0)), CUTOFF)
    assert scores["recency_months"].tolist() == pytest.approx([1.5])


def test_fifths_are_even_and_ties_share_one() -> None:
    days = pd.date_range("2024-01-01", periods=20, freq="MS")
    purchases = bought(*[(f"A{i:02d}", str(day), 1.0 + i // 2) for i, day in enumerate(days)])
    scores = rfm_scores(purchases, CUTOFF)
    assert scores["recency_quintile"].tolist() == np.repeat([1, 2, 3, 4, 5], 4).tolist()
    assert scores["monetary_quintile"].tolist() == np.repeat([1, 2, 3, 4, 5], 4).tolist()
    assert set(scores["frequency_quintile"]) == {3}  # all bought in one month
    assert scores["rfm"].tolist() == np.repeat([131, 232, 333, 434, 535], 4).tolist()


def test_order_of_rows_does_not_matter_and_the_input_stays() -> None:
    days = pd.date_range("2024-01-01", periods=24, freq="MS")
    purchases = bought(*[(f"A{i % 7}", str(day), 1.0 + i * 5 % 11) for i, day in enumerate(days)])
    before = purchases.copy(deep=True)
    scores = rfm_scores(purchases, CUTOFF)
    pd.testing.assert_frame_equal(rfm_scores(purchases.iloc[::-1], CUTOFF), scores)
    pd.testing.assert_frame_equal(purchases, before)


def test_columns_may_have_other_names() -> None:
    purchases = bought(("a", "2025-11-01", 1.0))
    renamed = purchases.set_axis(["customer", "date", "usd"], axis=1)
    scores = rfm_scores(renamed, CUTOFF, account="customer", time="date", revenue="usd")
    assert scores.index.name == "customer"
    pd.testing.assert_frame_equal(scores.rename_axis("account_id"), rfm_scores(purchases, CUTOFF))


def test_what_cannot_be_scored_is_refused() -> None:
    purchases = bought(("a", "2025-11-01", 1.0), ("b", "2025-12-01", 2.0))
    with pytest.raises(ConfigError, match="did you mean 'month'"):
        rfm_scores(purchases, CUTOFF, time="months")
    with pytest.raises(ConfigError, match="as_of must be a moment, got 'soon'"):
        rfm_scores(purchases, "soon")
    with pytest.raises(FeatureError, match="no purchase lies before 2025-01-01"):
        rfm_scores(purchases, "2025-01-01")
    with pytest.raises(FeatureError, match=r"revenue_eur is missing in 1 row\(s\)"):
        rfm_scores(purchases.assign(revenue_eur=[1.0, np.nan]), CUTOFF)
