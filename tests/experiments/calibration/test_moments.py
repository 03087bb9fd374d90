"""Moments against figures counted by hand on a handful of accounts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kamsim.experiments.calibration.moments import MOMENTS, measure_all, resample
from kamsim.experiments.calibration.traces import LOST, WON, Traces
from kamsim.streams import stream

SMB = 2


def traces() -> Traces:
    """Four SMB accounts over 24 months: one stays, one leaves, one joins and contracts, one never buys."""
    revenue = np.zeros((4, 24))
    revenue[0] = 100.0
    revenue[1, :12] = 300.0
    revenue[2, 6:] = 50.0
    revenue[2, 18:] = 40.0
    return Traces(
        segment=np.full(4, SMB),
        family=np.array([0, 1, 2, 2]),
        revenue=revenue,
        hours=np.array([[4.0], [3.0], [2.0], [1.0]]) * np.ones(24),
        revenue_now=revenue[:, -1],
        contracts=True,
        deal_account=np.array([0, 0, 0, 2, 3, 1]),
        deal_status=np.array([WON, WON, LOST, WON, LOST, WON]),
        deal_opened=np.array([0, 3, 4, 2, 5, -1]),
        deal_closed=np.array([2, 7, 5, 6, 8, -1]),
        deal_age=np.array([2.0, 4.0, 1.0, 4.5, 3.0, 9.0]),
        deal_amount=np.array([10.0, 20.0, 0.0, 70.0, 0.0, 500.0]),
    )


def plain(name: str, of: Traces, fewest: int = 1) -> float:
    moment = MOMENTS[name]
    return moment.plain(float(measure_all([moment], of, fewest)[0]))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("smb.leaving", (1 + 0.5) / (23 + 12)),  # A for 23 months at risk, B for 12
        ("smb.leaving_newcomers", 0.5 / 17),
        ("smb.contracting", (1 + 0.5) / (23 + 12 + 17)),
        ("smb.openings", (5 + 0.5) / 96),
        ("smb.openings_customers", (3 + 0.5) / (24 + 13 + 17)),
        ("smb.openings_prospects", (2 + 0.5) / (96 - 54)),
        ("smb.won_share", (3 + 0.5) / (3 + 2 + 1.0)),
        ("smb.cycle_p50", 4.0),
        ("smb.lost_age_p50", np.sqrt(3.0)),
        ("top_share_won", 70 * 0.4 / 100),
    ],
)
def test_counted_by_hand(name: str, expected: float) -> None:
    assert plain(name, traces()) == pytest.approx(expected)


def test_openings_by_effort_compare_within_segments() -> None:
    assert plain("openings_by_effort", traces()) == pytest.approx((3 + 0.5) / (2 + 0.5))


def test_what_lies_outside_of_the_recorded_months_is_not_counted() -> None:
    """The last deal closed before the record: its huge amount would change all."""
    seen = replace(traces(), deal_closed=np.array([2, 7, 5, 6, 8, 3]))
    assert plain("top_share_won", seen) == pytest.approx(0.6 * 500 / 600)


def test_too_few_events_say_nothing() -> None:
    moment = MOMENTS["smb.won_share"]
    assert np.isnan(measure_all([moment], traces(), 6)[0])
    assert np.isnan(measure_all([MOMENTS["strategic.leaving"]], traces(), 1)[0])


def test_families_are_drawn_whole() -> None:
    """Accounts 2 and 3 are one family: in no resample does one of them stand more often than the other."""
    moments = [MOMENTS["smb.won_share"]]
    drawn = resample(moments, traces(), 1, 400, stream(1, "test"))
    own = np.isfinite(drawn[:, 0])
    # Odds of a copies of A and c of 2 and 3: 2a + c wins to a + c losses, a half added to each.
    possible = {
        round(float(np.log((2 * a + c + 0.5) / (a + c + 0.5))), 9)
        for a in range(4)
        for c in range(4)
        if a + c <= 3
    }
    assert {round(float(v), 9) for v in drawn[own, 0]} <= possible


def test_a_resample_of_one_family_is_the_portfolio() -> None:
    whole = replace(traces(), family=np.zeros(4, np.int64))
    names = ("smb.leaving", "smb.cycle_p50", "top_share_won")
    moments = [MOMENTS[name] for name in names]
    drawn = resample(moments, whole, 1, 3, stream(1, "test"))
    assert drawn == pytest.approx(np.tile(measure_all(moments, whole, 1), (3, 1)))
