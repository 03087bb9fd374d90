import json
from collections.abc import Callable
from dataclasses import asdict

import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.coverage import size_team
from kamsim.schemas import BOOK, TEAM


@pytest.fixture
def book(make_frame: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    return make_frame(
        BOOK,
        account_id=[f"a{i}" for i in range(12)],
        tier=[1] * 8 + [2] * 4,
        workload_hours=[16.25] * 8 + [2.0] * 4,
        se_hours=[9.0] * 10 + [0.0] * 2,
        csm_hours=[5.0] * 12,
    )


def test_aes_follow_the_ratios_and_pools_the_hours(book: pd.DataFrame, scenario: Scenario) -> None:
    settings = scenario.override(
        {"coverage.strategic.accounts_per_ae": 4, "coverage.mid_market.accounts_per_ae": 20}
    ).coverage
    people = size_team(book, settings).summary().set_index("role")["people"]

    assert people["AE"] == pytest.approx(8 / 4 + 4 / 20)
    assert people["SE"] == pytest.approx(90 / settings.se_hours)
    assert people["CSM"] == pytest.approx(60 / settings.csm_hours)


def test_the_frame_splits_people_by_tier(book: pd.DataFrame, scenario: Scenario) -> None:
    size = size_team(book, scenario.coverage)
    by_role = size.frame().groupby("role")["people"].sum()

    assert len(size.frame()) == 9
    assert by_role.to_dict() == pytest.approx(size.summary().set_index("role")["people"].to_dict())
    assert size.frame().groupby("role")["accounts"].sum().tolist() == [12, 12, 12]


def test_the_people_there_are_stand_beside(
    book: pd.DataFrame, scenario: Scenario, make_frame: Callable[..., pd.DataFrame]
) -> None:
    team = make_frame(TEAM, rep_id=["1", "2", "3"], role=["AE", "CSM", "AE"])
    summary = size_team(book, scenario.coverage, team).summary().set_index("role")

    assert summary["in_team"].to_dict() == {"AE": 2.0, "SE": 0.0, "CSM": 1.0}
    assert size_team(book, scenario.coverage).summary()["in_team"].isna().all()


def test_the_cost_is_people_times_a_person(book: pd.DataFrame, scenario: Scenario) -> None:
    summary = size_team(book, scenario.coverage).summary().set_index("role")

    assert summary.loc["SE", "cost_eur_per_month"] == pytest.approx(scenario.coverage.se_cost_eur * 90 / 90)


def test_it_goes_into_a_manifest(book: pd.DataFrame, scenario: Scenario) -> None:
    assert json.loads(json.dumps(asdict(size_team(book, scenario.coverage))))["needs"][0]["role"] == "AE"
