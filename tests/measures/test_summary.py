import numpy as np
import pytest

from kamsim import kpis
from kamsim.measures import portfolio_summary
from kamsim.schemas import OPPORTUNITIES


def test_figures_of_each_segment_and_of_all(make_history, make_accounts, make_opportunities) -> None:
    history = make_history({"a": [10.0] * 24, "b": [10.0] * 12 + [0.0] * 12, "c": [20.0] * 12 + [30.0] * 12})
    accounts = make_accounts({"a": "smb", "b": "smb", "c": "strategic"})
    deals = make_opportunities({"closed_on": "2025-03-01"}, {"closed_on": "2025-12-01", "kind": "renewal"})
    summary = portfolio_summary(accounts, history, deals).set_index("segment")

    assert summary.index.tolist() == ["strategic", "smb", ""]
    assert summary["accounts"].tolist() == [1, 2, 3]
    assert summary["customers"].tolist() == [1, 1, 2]
    assert summary["revenue_eur_per_year"].tolist() == [360.0, 120.0, 480.0]
    assert summary["revenue_share"].tolist() == [0.75, 0.25, 1.0]
    assert summary["logo_retention"].tolist() == pytest.approx([1.0, 0.5, 2 / 3])
    assert summary["nrr"].tolist() == pytest.approx([1.5, 0.5, 1.0])
    assert summary["grr"].tolist() == pytest.approx([1.0, 0.5, 0.75])
    before, after = np.array([120.0, 120.0, 240.0]), np.array([120.0, 0.0, 360.0])
    whole = summary.loc["", ["nrr_low", "nrr_high", "grr_low", "grr_high"]].tolist()
    low, high = kpis.ratio_interval(np.minimum(before, after), before)
    assert whole == pytest.approx([*kpis.ratio_interval(after, before), low, min(high, 1.0)])
    assert np.isnan(summary.loc["strategic", "nrr_low"])  # one customer tells of no spread
    assert summary["cycle_months"].tolist() == pytest.approx([np.nan, 1.94, 1.94], abs=0.01, nan_ok=True)
    ends = kpis.share_interval([1, 1, 2], [1, 2, 3])
    assert summary[["low", "high"]].to_numpy().T.tolist() == pytest.approx(np.array(ends))


def test_a_short_history_leaves_retention_open(make_history, make_accounts) -> None:
    summary = portfolio_summary(
        make_accounts({"a": "smb"}), make_history({"a": [10.0] * 12}), OPPORTUNITIES.empty()
    )

    assert summary[["logo_retention", "low", "high", "grr", "nrr", "nrr_high"]].isna().all(axis=None)
