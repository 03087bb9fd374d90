"""The whole plan on a generated portfolio: tables agree with each other and with their parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kamsim.bundle import read_portfolio, read_scenario, read_table
from kamsim.config import Scenario
from kamsim.coverage import CoveragePlan, plan_coverage, service_levels
from kamsim.errors import ConfigError
from kamsim.schemas import TABLES, check

CUTOFF = pd.Timestamp("2026-01-01")


@pytest.fixture(scope="module")
def given(tiny_run: Path) -> dict[str, Any]:
    assignment = read_table(tiny_run, "allocation", "assignment")
    return {
        "book": read_table(tiny_run, "allocation", "book"),
        "team": read_portfolio(tiny_run).team,
        "scores": read_table(tiny_run, "scores", "scores"),
        "scenario": read_scenario(tiny_run, "allocation"),
        "assignment": assignment[assignment["policy"] == "status_quo"],
    }


def plan(given: dict[str, Any], **changes: Any) -> CoveragePlan:
    parts = {**given, **changes}
    names = ("book", "team", "scores", "scenario")
    return plan_coverage(
        *(parts[name] for name in names), cutoff=CUTOFF, assignment=parts["assignment"], quarters=5
    )


def test_every_table_keeps_its_contract(given: dict[str, Any]) -> None:
    found = plan(given)

    assert found.remarks == {}
    assert len(found.tables()) == 10
    for name, table in found.tables().items():
        assert check(table, TABLES[name]).equals(table), name
        assert len(table), name


def test_tables_agree(given: dict[str, Any]) -> None:
    found, book = plan(given), given["book"]
    aes = found.workload.query("role == 'AE'")
    need = found.staffing.set_index("role")

    assert aes["accounts"].sum() == len(book)
    assert aes["client_hours"].sum() == pytest.approx(book["workload_hours"].sum())
    assert found.hiring.query("role == 'AE'")["needed"].unique() == pytest.approx(need["by_hours"]["AE"])
    assert found.hiring["quarter"].max() == 5
    own = found.bounds.set_index("kind").loc["scenario"]
    assert [own[f"tier_{t}_accounts"] for t in (1, 2, 3)] == [(book["tier"] == t).sum() for t in (1, 2, 3)]
    assert own["hours_needed"] == pytest.approx(book["workload_hours"].sum())
    assert found.marginal.set_index("more")["hours_per_month"]["AE"] == pytest.approx(found.hours_per_ae)


def test_more_leave_takes_more_people(given: dict[str, Any]) -> None:
    scenario: Scenario = given["scenario"]
    away = plan(given, scenario=scenario.override({"coverage.working_time.leave_share": 0.4}))
    there = plan(given)

    assert (away.staffing["by_hours"] > there.staffing["by_hours"]).all()
    assert away.staffing["by_ratio"].equals(there.staffing["by_ratio"])
    assert away.hours_per_ae < there.hours_per_ae


def test_a_team_that_cannot_serve_tier_3_is_said(given: dict[str, Any]) -> None:
    team = given["team"]
    found = plan(given, team=team.assign(capacity_hours=team["capacity_hours"] / 1e4))

    assert "no cut-off fits" in found.remarks["bounds"]
    assert found.bounds["kind"].tolist() == ["scenario"]


def test_nobody_owns_and_nothing_pays_are_said(given: dict[str, Any]) -> None:
    book = given["book"].assign(
        owner_id=pd.Series(None, index=given["book"].index, dtype="str"), gain_eur=0.0
    )
    found = plan(given, book=book, assignment=None)

    assert found.quotas.empty
    assert "no account has an owner" in found.remarks["quotas"]
    assert found.flat_maximum.empty
    assert "no effort pays" in found.remarks["flat_maximum"]


def test_another_books_assignment_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(
        ConfigError, match="each of 60 accounts of the book once, under one policy; got 59 rows"
    ):
        plan(given, assignment=given["assignment"].iloc[1:])


def test_service_levels_stand_behind_the_book(given: dict[str, Any]) -> None:
    book = given["book"]
    hours = service_levels(
        book["tier"].to_numpy(), book["technical_complexity"].to_numpy(), given["scenario"].coverage
    )
    assert book["workload_hours"].tolist() == hours["workload_hours"].tolist()


def test_a_part_timer_is_hired_for_as_a_share(given: dict[str, Any]) -> None:
    team = given["team"]
    long_ago = pd.Series(pd.NaT, index=team.index, dtype="datetime64[us]")
    halves = team.assign(capacity_hours=team["capacity_hours"] / 2, joined_on=long_ago)
    found = plan(given, team=halves)
    there = found.staffing.set_index("role")["full_time"]
    first = found.hiring.query("quarter == 1").set_index("role")

    assert there["AE"] == (team["role"] == "AE").sum() / 2
    before = first["people"] - first["arrivals"] + first["leavers"]
    assert before["AE"] == pytest.approx(there["AE"])
