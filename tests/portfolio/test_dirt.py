"""Dirt: each kind is neutral at 0, touches its own columns only, and leaves tables in their contract."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.observation_settings import DirtSettings
from kamsim.portfolio.dirt import MAY_BE_MISSING, soil
from kamsim.portfolio.history_table import history_table
from kamsim.portfolio.leads import lead_table
from kamsim.portfolio.opportunity_table import opportunity_table
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.schemas import ACCOUNTS, LEADS, OPPORTUNITIES, STAKEHOLDERS, check, complete

SOILED = {"accounts": ACCOUNTS, "opportunities": OPPORTUNITIES, "stakeholders": STAKEHOLDERS, "leads": LEADS}
CLEAN = {
    f"portfolio.dirt.{name}": 0.0 for name in DirtSettings.model_fields if name.endswith("_share")
}  # what dates and ages say then matters no more
HALF = 0.5


def _accounts(block: RecordedBlock) -> pd.DataFrame:
    state = block.closing
    facts = block.facts.assign(
        owner_id=block.team["rep_id"].to_numpy()[block.owner],
        revenue_eur_per_month=state.revenue[:, 0],
        business_units=pd.array(state.units[:, 0], dtype="Int64"),
        relationship=state.goodwill[:, 0],
        roles_engaged=state.roles[:, 0],
        sponsor_identified=pd.array(state.sponsorless[:, 0] == 0, dtype="boolean"),
    )
    return complete(facts.astype({"owner_id": "str"}), ACCOUNTS)


def _stakeholders(block: RecordedBlock) -> pd.DataFrame:
    people = [
        (f"{account}-P{k:03d}", account, f"Zoë Lefèvre {k}", "buyer", "procurement")
        for account in block.account_ids
        for k in range(1, 4)
    ]
    names = ["stakeholder_id", "account_id", "name", "title", "decision_role"]
    frame = complete(pd.DataFrame(people, columns=names).astype("str"), STAKEHOLDERS)
    return frame.assign(
        joined_on=pd.Timestamp("2020-05-01").as_unit("us"), engaged=pd.array([True] * len(frame))
    )


def _clean(block: RecordedBlock, scenario: Scenario) -> Portfolio:
    return Portfolio(
        accounts=_accounts(block),
        history=history_table(block, scenario),
        opportunities=opportunity_table(block, scenario),
        team=block.team,
        stakeholders=_stakeholders(block),
        leads=lead_table(block.facts, block.closing.arrival, block.team, scenario),
    )


@pytest.fixture(scope="module")
def clean(block: RecordedBlock, recorded_scenario: Scenario) -> Portfolio:
    return _clean(block, recorded_scenario)


@pytest.fixture(scope="module")
def with_dirt(clean: Portfolio, block: RecordedBlock, recorded_scenario: Scenario) -> Any:
    def make(**knobs: Any) -> Portfolio:
        changed = {f"portfolio.dirt.{name}": value for name, value in knobs.items()}
        return soil(clean, block, recorded_scenario.override(CLEAN | changed))

    return make


def _changed(one: Portfolio, other: Portfolio) -> set[str]:
    """Name the columns that differ, as table.column; tables with other rows as table."""
    found = set()
    for name, frame in one.tables().items():
        against = other.tables()[name]
        if len(frame) != len(against):
            found.add(name)
            continue
        found |= {f"{name}.{column}" for column in frame if not frame[column].equals(against[column])}
    return found


def test_a_clean_crm_is_what_was_written(clean: Portfolio, with_dirt: Any) -> None:
    assert _changed(clean, with_dirt()) == set()


@pytest.mark.parametrize(
    ("knob", "may_change"),
    [
        ("missing_share", {f"{table}.{name}" for table, names in MAY_BE_MISSING.items() for name in names}),
        ("stale_share", {"accounts.relationship", "accounts.roles_engaged"}),
        ("duplicated_opportunity_share", {"opportunities"}),
        ("duplicated_stakeholder_share", {"stakeholders"}),
        ("duplicated_lead_share", {"leads"}),
        ("misspelt_share", {"accounts.name", "accounts.industry", "accounts.city", "stakeholders.name"}),
        ("late_share", {f"opportunities.{name}" for name in ("status", "stage", "reason", "closed_on")}),
    ],
)
def test_each_kind_touches_its_own_columns(
    knob: str, may_change: set[str], clean: Portfolio, with_dirt: Any
) -> None:
    assert _changed(clean, with_dirt(**{knob: HALF})) == may_change


def test_tables_keep_contract_and_order(with_dirt: Any) -> None:
    dirty = with_dirt(**{knob.rsplit(".")[-1]: HALF for knob in CLEAN})
    for name, table in SOILED.items():
        frame = dirty.tables()[name]
        pd.testing.assert_frame_equal(check(frame, table), frame[list(table.columns)])


def test_kinds_do_not_move_one_another(with_dirt: Any) -> None:
    missing = with_dirt(missing_share=HALF)
    both = with_dirt(missing_share=HALF, late_share=HALF, misspelt_share=HALF, stale_share=HALF)
    hit = missing.accounts[list(MAY_BE_MISSING["accounts"])].isna()
    pd.testing.assert_frame_equal(both.accounts[list(MAY_BE_MISSING["accounts"])].isna(), hit)
    late = with_dirt(late_share=HALF)
    assert both.opportunities["status"].equals(late.opportunities["status"])


def test_cells_are_missing_as_often_as_the_knob_says(clean: Portfolio, with_dirt: Any) -> None:
    before, after = clean.accounts, with_dirt(missing_share=0.2).accounts
    names = list(MAY_BE_MISSING["accounts"])
    assert before[names].notna().all(axis=None)
    assert after[names].isna().to_numpy().mean() == pytest.approx(0.2, abs=0.03)
    assert after["disclosed_wallet_eur_per_month"].equals(before["disclosed_wallet_eur_per_month"])


def test_amounts_are_missing_of_open_opportunities_only(clean: Portfolio, with_dirt: Any) -> None:
    after = with_dirt(missing_share=HALF).opportunities
    closed = clean.opportunities["status"] != "open"
    assert after.loc[closed, "amount_eur"].equals(clean.opportunities.loc[closed, "amount_eur"])
    assert after.loc[~closed, "amount_eur"].isna().mean() == pytest.approx(HALF, abs=0.15)


@pytest.mark.parametrize("months", [6, 60])
def test_stale_ratings_are_those_of_then(
    months: int, clean: Portfolio, with_dirt: Any, block: RecordedBlock
) -> None:
    """The clean ratings here have no error, so an old one is the past itself."""
    after = with_dirt(stale_share=HALF, stale_months=months).accounts
    then = block.opening.goodwill[:, 0] if months == 60 else block.recording.goodwill[:, -1 - months]
    rated, now = after["relationship"].to_numpy(), clean.accounts["relationship"].to_numpy()
    old = ~np.isclose(rated, now)
    np.testing.assert_allclose(rated[old], then[old])
    assert old.mean() == pytest.approx(HALF, abs=0.1)


def test_late_ends_look_open_or_later(clean: Portfolio, with_dirt: Any, recorded_scenario: Scenario) -> None:
    before, after = clean.opportunities, with_dirt(late_share=HALF, late_days=60.0).opportunities
    cutoff = pd.Timestamp(recorded_scenario.portfolio.cutoff)
    hidden = (before["status"] != "open") & (after["status"] == "open")
    assert hidden.sum() > 5
    assert after.loc[hidden, ["closed_on", "reason"]].isna().all(axis=None)
    passed = before.loc[hidden, ["proof_on", "endorsed_on", "approved_on"]].notna().sum(axis=1)
    stages = np.array(["proof of concept", "endorsement", "budget approval", "signature"])
    assert (after.loc[hidden, "stage"] == stages[passed]).all()
    moved = (after["closed_on"] > before["closed_on"]) & ~hidden
    assert moved.sum() > 100
    assert not (after["closed_on"] < before["closed_on"]).any()
    assert (after["closed_on"].dropna() < cutoff).all()
    renewals = before["kind"] == "renewal"
    assert after.loc[renewals, "closed_on"].equals(before.loc[renewals, "closed_on"])
    assert after["amount_eur"].equals(before["amount_eur"])


def test_an_opportunity_entered_twice_is_much_like_itself(clean: Portfolio, with_dirt: Any) -> None:
    before, after = clean.opportunities, with_dirt(duplicated_opportunity_share=0.2).opportunities
    again = after[~after["opportunity_id"].isin(before["opportunity_id"])]
    assert len(again) == pytest.approx(0.2 * len(before), rel=0.2)
    keys = ["account_id", "kind", "status", "closed_on", "proof_on"]
    pairs = again.merge(before, on=keys, suffixes=("", "_first"))
    near = pairs[(pairs["amount_eur"] / pairs["amount_eur_first"] - 1).abs() <= 0.05]
    assert set(again["opportunity_id"]) <= set(near["opportunity_id"])
    assert not (again["opened_on"] > again["closed_on"]).any()
    kept = after[after["opportunity_id"].isin(before["opportunity_id"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, before)


def test_people_and_leads_entered_twice_have_their_first_entry_beside_them(
    clean: Portfolio, with_dirt: Any
) -> None:
    dirty = with_dirt(duplicated_stakeholder_share=HALF, duplicated_lead_share=HALF)
    is_new = ~dirty.stakeholders["stakeholder_id"].isin(clean.stakeholders["stakeholder_id"])
    people = dirty.stakeholders[is_new]
    held = clean.stakeholders.groupby("account_id")["name"].agg(set)
    assert len(people) == pytest.approx(HALF * len(clean.stakeholders), rel=0.1)
    assert not any(name in held[account] for account, name in people[["account_id", "name"]].to_numpy())
    number = people["stakeholder_id"].str[-3:].astype(int)
    assert (number == 4 + people.groupby("account_id").cumcount()).all()
    kept = dirty.stakeholders[~is_new].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, clean.stakeholders)
    leads = dirty.leads[~dirty.leads["lead_id"].isin(clean.leads["lead_id"])]
    once = clean.leads[clean.leads["status"] == "accepted"].set_index("account_id").loc[leads["account_id"]]
    assert len(leads) > 20
    assert (once["arrived_on"].to_numpy() < leads["arrived_on"].to_numpy()).all()


def test_the_dirt_of_an_account_does_not_depend_on_others(
    clean: Portfolio, block: RecordedBlock, part_of_block: RecordedBlock, recorded_scenario: Scenario
) -> None:
    whole = soil(clean, block, recorded_scenario)
    part = soil(_clean(part_of_block, recorded_scenario), part_of_block, recorded_scenario)
    for name in ("accounts", "opportunities", "stakeholders"):
        frame = whole.tables()[name]
        same = frame[frame["account_id"].isin(part_of_block.account_ids)].reset_index(drop=True)
        pd.testing.assert_frame_equal(part.tables()[name], same, check_exact=True)


def test_inputs_are_not_changed(clean: Portfolio, with_dirt: Any) -> None:
    before = {name: frame.copy(deep=True) for name, frame in clean.tables().items()}
    with_dirt(**{knob.rsplit(".")[-1]: HALF for knob in CLEAN})
    for name, frame in clean.tables().items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_a_portfolio_may_lack_people_and_leads(
    clean: Portfolio, block: RecordedBlock, recorded_scenario: Scenario
) -> None:
    bare = Portfolio(clean.accounts, clean.history, clean.opportunities, clean.team)
    assert soil(bare, block, recorded_scenario).stakeholders is None
