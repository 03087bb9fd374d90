"""An account year by year."""

from __future__ import annotations

import pandas as pd
import pytest

from kamsim.measures import account_years


def test_years_end_with_the_last_month(make_history, scenario) -> None:
    history = make_history({"a": [5.0] + [10.0] * 12 + [15.0] * 12, "b": [99.0] * 25})

    years = account_years(history, "a", scenario.coverage)

    assert years["months"].tolist() == [12, 12, 1]
    assert years["revenue_eur"].tolist() == [180.0, 120.0, 5.0]
    assert years["nrr"].tolist()[0] == pytest.approx(1.5)
    assert years["grr"].tolist()[0] == pytest.approx(1.0)
    assert years[["nrr", "grr"]].iloc[1:].isna().all(axis=None), "one month is no year to compare with"


def test_contribution_is_margin_less_hours_at_their_cost(make_history, scenario) -> None:
    coverage = scenario.coverage
    history = make_history({"a": [1000.0] * 12}).assign(ae_hours=2.0, se_hours=1.0, csm_hours=0.0)

    year = account_years(history, "a", coverage).iloc[0]

    an_hour = {r: getattr(coverage, f"{r}_cost_eur") / getattr(coverage, f"{r}_hours") for r in ("ae", "se")}
    wanted = coverage.margin * 12_000 - 12 * (2 * an_hour["ae"] + an_hour["se"])
    assert year["hours"] == pytest.approx(36)
    assert year["contribution_eur"] == pytest.approx(wanted)


def test_without_hours_there_is_no_contribution(make_history, scenario) -> None:
    year = account_years(make_history({"a": [1.0] * 3}), "a", scenario.coverage).iloc[0]

    assert year[["hours", "contribution_eur", "nrr"]].isna().all()
    assert year["until"] == pd.Timestamp("2025-12-01")
