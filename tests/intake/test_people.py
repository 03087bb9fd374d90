from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamsim.errors import IntakeError
from kamsim.intake.people import by_region, gather_team, most_won

START = date(2025, 1, 1)


def deal(who, status="won", day=date(2025, 6, 1), amount=10, account="A"):
    return {
        "account_id": account,
        "owner_id": who,
        "status": status,
        "closed_on": day,
        "amount_eur": None if amount is None else Decimal(amount),
    }


OLD = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("deals", "owner"),
    [
        ([deal("a", amount=11), deal("b", amount=10), deal("b", amount="0.99")], "a"),
        ([deal("a", amount=10), deal("b", amount=5), deal("b", amount=5)], "b"),
        ([deal("a", day=OLD, amount=999), deal("b", amount=1)], "b"),
        ([deal("a", amount=10), deal("b", amount=10), deal("b", day=OLD, amount=1)], "b"),
        ([deal("a", day=OLD, amount=5), deal("b", day=OLD, amount=6)], "b"),
        ([deal("a"), deal("b", day=date(2025, 6, 2))], "b"),
        ([deal("a"), deal("b"), deal("b", "lost")], "b"),
        ([deal("b"), deal("a")], "a"),
        ([deal("a", "open", None, None), deal("b", "lost"), deal("b", "open", None, None)], "b"),
        ([deal("z", amount=999), deal("a", amount=1)], "a"),
        ([deal("a", amount="0.1")] * 3 + [deal("b", amount="0.3"), deal("b", "lost")], "a"),
    ],
)
def test_owner_is_who_won_most_and_ties_are_settled_in_order(deals, owner):
    assert most_won(deals, ["a", "b"], START) == {"A": owner}
    assert most_won(deals[::-1], ["a", "b"], START) == {"A": owner}


def test_account_that_no_ae_worked_on_has_no_owner():
    assert most_won([deal("z"), deal(None)], ["a"], START) == {}


@settings(deadline=None)
@given(
    regions=st.lists(st.one_of(st.none(), st.sampled_from("NSEW")), min_size=1, max_size=40),
    team=st.integers(1, 6),
)
def test_by_region_gives_every_account_and_keeps_neighbours_together(scenario, regions, team):
    aes = [f"AE-{n}" for n in range(team)]
    rows = [{"account_id": f"{n:02}", "region": r, "segment": "smb"} for n, r in enumerate(regions)]
    owners = by_region(rows, aes, scenario.coverage)
    assert sorted(owners) == [row["account_id"] for row in rows]
    assert owners == by_region(rows[::-1], aes, scenario.coverage)
    ordered = sorted(rows, key=lambda row: (row["region"] is None, row["region"] or "", row["account_id"]))
    books = [owners[row["account_id"]] for row in ordered]
    assert books == sorted(books)
    sizes = [books.count(ae) for ae in aes]
    assert max(sizes) - min(sizes) <= 1


def test_by_region_weighs_accounts_by_their_segment(scenario):
    large, small = (int(getattr(scenario.coverage, s).accounts_per_ae) for s in ("strategic", "smb"))
    segments = ["strategic"] * large + ["smb"] * small  # one full AE each
    rows = [{"account_id": f"{n:03}", "region": None, "segment": s} for n, s in enumerate(segments)]
    owners = by_region(rows, ["x", "y"], scenario.coverage)
    assert [owners[row["account_id"]] for row in rows] == ["x"] * large + ["y"] * small


def test_made_up_team_follows_the_guides_ratios(scenario):
    ratios = {"strategic": 4, "mid_market": 35, "smb": 120}
    coverage = scenario.override(
        {f"coverage.{segment}.accounts_per_ae": ratio for segment, ratio in ratios.items()}
    ).coverage
    people = gather_team(None, [], ["strategic"] * 40 + ["mid_market"] * 35 + ["smb"] * 121, coverage)
    roles = [row["role"] for row in people.rows]
    assert people.origin == "made_up"
    assert roles.count("AE") == 13  # 40 / 4 + 35 / 35 + 121 / 120, rounded up
    assert roles.count("SE") == 3  # (40 * 5 + 35 * 1) / 90
    assert roles.count("CSM") == 3  # (40 * 5 + 35 * 1 + 121 * 0.2) / 100
    assert people.aes[0] == "AE-01"
    assert {row["capacity_hours"] for row in people.rows if row["role"] == "SE"} == {coverage.se_hours}


def test_made_up_team_has_one_ae_at_least(scenario):
    assert gather_team(None, [], ["smb"], scenario.coverage).aes == ["AE-1"]


def test_named_owners_are_the_team_where_no_file_lists_one(small_export):
    team = small_export().portfolio.team
    assert team["rep_id"].tolist() == ["ann", "bob"]
    assert team["role"].unique().tolist() == ["AE"]


TEAM = {"team": {"file": "team.csv", "columns": {"rep_id": "id", "role": "job", "capacity_hours": "hours"}}}


def test_listed_team_keeps_the_idle_and_names_strangers(small_export):
    result = small_export(team="id,job,hours\nann,AE,50\nidle,,\ncy,CSM,x\n", changes=TEAM)
    team = result.portfolio.team.set_index("rep_id")
    assert team["role"].to_dict() == {"ann": "AE", "cy": "CSM", "idle": "AE"}
    assert team["capacity_hours"].to_dict() == {"ann": 50, "cy": 100, "idle": 65}
    lines = {item.key: item.details for item in result.report.items}
    assert lines["import.team_idle"] == {"rows": 2, "names": ("cy", "idle")}
    assert lines["import.team_strangers"] == {"rows": 1, "names": ("bob",)}
    assert lines["import.team_active"] == {"listed": 3, "active": 1}
    assert lines["import.agents_per_account"] == {"low": 1, "high": 2}


def test_who_works_on_rejected_opportunities_only_is_not_idle(small_export):
    deals = "id,firm,who,stage,start,end,amount\n1,A,ann,Won,,2025-02-10,1\n2,,idle,Open,,,\n"
    result = small_export(deals=deals, team="id,job,hours\nann,AE,\nidle,AE,\n", changes=TEAM)
    assert "import.team_idle" not in [item.key for item in result.report.items]


def test_team_without_an_ae_refuses_the_export(small_export):
    with pytest.raises(IntakeError, match=r"team.csv: lists no AE"):
        small_export(team="id,job,hours\ncy,CSM,\n", changes=TEAM)


def test_owners_are_known_by_id_or_name(small_export):
    changes = {"team": {"file": "team.csv", "columns": {"rep_id": "id", "name": "name"}}}
    result = small_export(team="id,name\nr1,ann\nr2,bob\n", changes=changes)
    assert result.portfolio.opportunities["owner_id"].tolist() == ["r1", "r2", "r1"]
    assert result.portfolio.accounts["owner_id"].tolist() == ["r1", "r1"]


def test_regions_of_team_and_accounts_that_never_meet_are_told(small_export):
    def said(region):
        changes = {"team": {"file": "team.csv", "columns": {"rep_id": "id", "region": "home"}}}
        result = small_export(team=f"id,home\nann,{region}\n", changes=changes)
        return "import.regions_apart" in [item.key for item in result.report.items]

    assert said("Centre")
    assert not said("South")
    assert not said("")
