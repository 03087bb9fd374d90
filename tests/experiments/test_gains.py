"""Gains: those of the ladder, and what realigning once does to sales."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kamsim.experiments import measure_gains, rebalance, regret_ladder
from kamsim.experiments.gains import sales_gain
from kamsim.schemas import GAINS, check

from .test_ladder import COARSE, CUTOFF


@pytest.fixture(scope="module")
def gains(desk) -> pd.DataFrame:
    told: list[tuple[int, int]] = []
    found = measure_gains(
        desk.portfolio, desk.book, desk.portfolio.team, desk.scores, desk.scenario.override(COARSE),
        cutoff=CUTOFF, progress=lambda done, wanted: told.append((done, wanted)),
    )  # fmt: skip
    assert told[-1] == (3, 3)
    return found


def test_the_table_keeps_its_contract(gains: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(check(gains, GAINS), gains)
    assert (gains["low"] <= gains["value"]).all()
    assert (gains["value"] <= gains["high"]).all()


def test_they_are_those_of_the_ladder(desk, gains: pd.DataFrame) -> None:
    scenario = desk.scenario.override(COARSE)
    told = regret_ladder(
        desk.portfolio, desk.book, desk.portfolio.team, desk.scores, scenario, cutoff=CUTOFF
    ).gain()
    rows = gains.set_index("target")
    assert rows.loc["optimisation_gain", "value"] == told["gain"]
    assert rows.loc["gain_from_allocation", "high"] == told["from_allocation_high"]


def test_realignment_is_a_share_of_sales_whatever_they_leave(desk, gains: pd.DataFrame) -> None:
    """Half the margin halves the gain in contribution; of sales it is the same share."""
    lean = desk.scenario.override(COARSE | {"coverage.margin": desk.scenario.coverage.margin / 2})
    played = rebalance(desk.portfolio, desk.book, desk.scores, lean, cutoff=CUTOFF, every=[36]).frame()
    rows = played.set_index("every_months")
    sales = rows.loc[0, "contribution_eur"]
    sales += lean.experiment.months * desk.portfolio.team["cost_eur_per_month"].sum()
    own = gains.set_index("target").loc["realignment_gain", "value"]
    assert own == pytest.approx(rows.loc[36, "difference_eur"] / sales)


def test_books_are_realigned_once_however_long_the_horizon(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [f"{name}{end}" for name in ("gain", "from_allocation") for end in ("", "_low", "_high")]
    ladder, played = SimpleNamespace(gain=lambda: dict.fromkeys(whole, 0.1)), []

    def noted(*tables: Any, **named: Any) -> Any:
        played.append(rebalance(*tables, **named))
        return played[-1]

    monkeypatch.setattr("kamsim.experiments.gains.regret_ladder", lambda *_, **__: ladder)
    monkeypatch.setattr("kamsim.experiments.gains.rebalance", noted)

    measure_gains(
        desk.portfolio, desk.book, desk.portfolio.team, desk.scores,
        desk.scenario.override(COARSE | {"experiment.months": 48}), cutoff=CUTOFF,
    )  # fmt: skip

    assert played[0].frame()["realignments"].tolist() == [0, 1]


def test_of_nothing_sold_there_is_no_share() -> None:
    ends = {"difference_low_eur": [0.0, 0.0], "difference_high_eur": [0.0, 0.0]}
    rows = {"every_months": [0, 36], "contribution_eur": [-40.0, -40.0], "difference_eur": [0.0, 0.0]}

    assert np.isnan(sales_gain(pd.DataFrame(rows | ends), 40.0).value)
