"""Where sliders stop."""

from __future__ import annotations

import numpy as np
import pytest

from kamsim.apps import CoverageResponse
from kamsim.apps.stops import around, stops_of


@pytest.mark.parametrize("today", [1.0, 4.0, 37.5, 120.0, 1e5, 523_456.0])
def test_stops_rise_and_hold_todays(today: float) -> None:
    stops = around(today, least=1.0)

    assert (np.diff(stops) > 0).all()
    assert today in stops
    assert min(stops) >= max(1.0, today / 5)
    assert max(stops) <= today * 5 * (1 + 1e-9)
    assert len(stops) >= 8


def test_every_slider_can_stand_where_today_is(response: CoverageResponse) -> None:
    stops, today = stops_of(response), response.today

    assert all(
        now in values for values, now in zip(stops.accounts_per_ae, today.accounts_per_ae, strict=True)
    )
    assert {today.tier_1_above_eur, today.tier_2_from_eur} <= set(stops.cutoffs_eur)
    assert today.aes in stops.aes
    assert stops.moves == tuple(response.frontier["moves_allowed"])


def test_the_team_can_be_as_large_as_the_hours_ask_for(response: CoverageResponse) -> None:
    assert max(stops_of(response).aes) >= response.answer(response.today).aes_by_hours
