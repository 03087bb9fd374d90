import numpy as np
import pandas as pd
import pytest

from kamsim.errors import ConfigError, SchemaError
from kamsim.scoring.panel import record_panel


def _rows(history: pd.DataFrame, account_id: str) -> pd.DataFrame:
    return history[history["account_id"] == account_id].sort_values("month")


def test_rows_land_on_their_account_and_month(planted, cutoff) -> None:
    panel = record_panel(planted.accounts["account_id"].tolist(), planted.history, cutoff)

    row = panel.account_ids.index("A0007")
    assert panel.months == 36
    np.testing.assert_array_equal(panel.revenue[row], _rows(planted.history, "A0007")["revenue_eur"])
    np.testing.assert_array_equal(panel.series["ae_hours"][row], _rows(planted.history, "A0007")["ae_hours"])


def test_a_month_nobody_recorded_has_no_revenue_and_unknown_hours(planted, cutoff) -> None:
    ids = planted.accounts["account_id"].tolist()
    history = planted.history
    gone = (history["account_id"] == "A0003") & (history["month"] == pd.Timestamp("2025-05-01"))

    panel = record_panel(ids, history[~gone], cutoff)

    row, month = panel.account_ids.index("A0003"), 36 - 8
    assert panel.revenue[row, month] == 0
    assert np.isnan(panel.series["ae_hours"][row, month])


def test_months_between_the_last_record_and_the_cutoff_count(planted, cutoff) -> None:
    later = cutoff + pd.DateOffset(months=2)
    panel = record_panel(planted.accounts["account_id"].tolist(), planted.history, later)
    assert panel.months == 38
    assert not panel.revenue[:, 36:].any()


def test_nothing_at_or_after_the_cutoff_is_read(planted) -> None:
    ids, cutoff = planted.accounts["account_id"].tolist(), pd.Timestamp("2025-01-01")
    whole = record_panel(ids, planted.history, cutoff)
    past = record_panel(ids, planted.history[planted.history["month"] < cutoff], cutoff)
    for name, array in whole.series.items():
        np.testing.assert_array_equal(array, past.series[name])


def test_before_gives_the_panel_of_an_earlier_cutoff(planted, cutoff) -> None:
    ids = planted.accounts["account_id"].tolist()
    earlier = record_panel(ids, planted.history, cutoff).before(20)
    direct = record_panel(ids, planted.history, pd.Timestamp("2024-09-01"))
    assert earlier.cutoff == direct.cutoff
    np.testing.assert_array_equal(earlier.revenue, direct.revenue)


def test_no_history_is_no_month(planted, cutoff) -> None:
    assert record_panel(["a"], planted.history.iloc[:0], cutoff).revenue.shape == (1, 0)


def test_an_account_that_nobody_knows_is_refused(planted, cutoff) -> None:
    with pytest.raises(SchemaError, match="table history: account_id 'A0000' is not in table accounts"):
        record_panel(["A0001"], planted.history, cutoff)


def test_a_cutoff_inside_a_month_is_refused(planted) -> None:
    with pytest.raises(ConfigError, match="first day of a month, got 2025-01-15"):
        record_panel(["A0001"], planted.history, pd.Timestamp("2025-01-15"))
