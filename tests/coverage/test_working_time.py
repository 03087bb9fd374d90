"""What is left of a month: leave, rituals, part time and ramp."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.coverage import net_capacity
from kamsim.coverage.working_time import ramp_speed, review_hours, tenure_months
from kamsim.errors import ConfigError
from kamsim.schemas import TEAM

MakeFrame = Callable[..., pd.DataFrame]
CUTOFF = pd.Timestamp("2026-01-01")
BASE = Scenario.load("base")


def capacity(make_frame: MakeFrame, scenario: Scenario = BASE, **given: Any) -> pd.DataFrame:
    ids = [f"p{i}" for i in range(len(given["role"]))]
    team = make_frame(TEAM, rep_id=ids, **given)
    return net_capacity(team, scenario.coverage, scenario.dynamics.people, cutoff=CUTOFF)


def test_the_parts_of_a_month_add_up_to_the_contract(make_frame: MakeFrame) -> None:
    found = capacity(make_frame, role=["AE", "SE", "CSM"], capacity_hours=[65.0, 45.0, 100.0])

    parts = found[["leave_hours", "ritual_hours", "other_hours", "client_hours"]].sum(axis=1)
    assert parts.tolist() == pytest.approx(found["contract_hours"].tolist())
    assert found["work_share"].tolist() == [1.0, 0.5, 1.0]


def test_leave_takes_its_share_of_client_hours(make_frame: MakeFrame) -> None:
    away = BASE.override({"coverage.working_time.leave_share": 0.25})
    found = capacity(make_frame, away, role=["AE"], capacity_hours=[60.0])

    assert found["client_hours"].tolist() == [45.0]
    assert found["leave_hours"].tolist() == pytest.approx([160 * 60 / 65 / 4])


def test_half_a_post_is_half_of_everything(make_frame: MakeFrame) -> None:
    found = capacity(make_frame, role=["AE", "AE"], capacity_hours=[65.0, 32.5]).set_index("rep_id")

    numbers = found.drop(columns=["role", "speed"]).loc
    assert (2 * numbers["p1"]).tolist() == pytest.approx(numbers["p0"].tolist())


def test_newcomers_count_at_their_speed_and_those_to_come_not_at_all(make_frame: MakeFrame) -> None:
    joined = [pd.NaT, pd.Timestamp("2025-11-01"), pd.Timestamp("2026-03-01")]
    found = capacity(make_frame, role=["AE"] * 3, capacity_hours=[65.0] * 3, joined_on=joined)

    assert found["speed"].tolist() == pytest.approx([1.0, 0.2 + 0.8 * 2 / 5, 0.0])
    assert found["effective_hours"].tolist() == pytest.approx(
        (found["client_hours"] * found["speed"]).tolist()
    )


def test_no_ramp_is_full_speed_from_the_first_day() -> None:
    at_once = BASE.override({"dynamics.people.ramp_months": 0.0}).dynamics.people
    assert ramp_speed([-1, 0, 3], at_once).tolist() == [0.0, 1.0, 1.0]


def test_tenure_counts_calendar_months() -> None:
    joined = pd.Series(pd.to_datetime(["2025-12-31", "2026-02-01"]))
    assert tenure_months(joined, CUTOFF).tolist() == [1, -1]


def test_reviews_by_the_week_month_and_quarter() -> None:
    changes = {"pipeline_review_hours": 3.0, "account_review_hours": 5.0, "business_review_hours": 6.0}
    changes |= {"priority_hours": 0.0}
    settings = BASE.override({f"coverage.working_time.{k}": v for k, v in changes.items()}).coverage
    assert review_hours(settings) == pytest.approx(13 + 5 + 2)


def test_more_than_a_month_is_refused(make_frame: MakeFrame) -> None:
    packed = BASE.override({"coverage.csm_hours": 150.0})
    with pytest.raises(ConfigError, match="month_hours must be at least 185, which csm_hours 150 and their"):
        capacity(make_frame, packed, role=["AE"], capacity_hours=[65.0])
