"""Organisation charts: trees, dates, counts, and agreement with the state at the cut-off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.errors import ConfigError
from kamsim.portfolio.past import SharedPast, record_block, start_block
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.portfolio.stakeholders import stakeholder_tables
from kamsim.portfolio.titles import TITLES, Rank, fits
from kamsim.schemas import DECISION_ROLES, INFLUENCE, SEGMENTS, STAKEHOLDERS, check

Tables = tuple[pd.DataFrame, pd.DataFrame]


@pytest.fixture(scope="module")
def tables(busy_block: RecordedBlock, busy: Scenario) -> Tables:
    return stakeholder_tables(busy_block, busy)


@pytest.fixture(scope="module")
def people(tables: Tables) -> pd.DataFrame:
    return tables[0]


@pytest.fixture(scope="module")
def present(people: pd.DataFrame) -> pd.DataFrame:
    return people[people["left_on"].isna()]


def happened(block: RecordedBlock, bit: int) -> pd.Series:
    """Count by account how often a bit is set."""
    return pd.Series(((block.recording.happened & bit) > 0).sum(axis=1), index=block.closing.account_ids)


def test_both_tables_keep_their_contracts_and_come_sorted(tables: Tables) -> None:
    for table, contract in zip(tables, (STAKEHOLDERS, INFLUENCE), strict=True):
        pd.testing.assert_frame_equal(check(table, contract), table)


def test_reporting_lines_of_those_present_are_trees_with_one_top(present: pd.DataFrame) -> None:
    tops = present["reports_to"].isna().groupby(present["account_id"]).sum()
    assert (tops == 1).all()
    account = present.set_index("stakeholder_id")["account_id"]
    lines = present.dropna(subset="reports_to")
    # Whoever is reported to is there, in the same account.
    assert (account.reindex(lines["reports_to"]).to_numpy() == lines["account_id"].to_numpy()).all()
    superior = present.set_index("stakeholder_id")["reports_to"]
    climbed = superior.copy()
    for _ in range(int(present.groupby("account_id").size().max())):
        climbed = pd.Series(climbed.map(superior).to_numpy(), index=superior.index, dtype="str")
    assert climbed.isna().all(), "a line that never reaches the top is a cycle"


def test_a_chart_has_levels_and_no_superior_with_a_crowd(present: pd.DataFrame, busy: Scenario) -> None:
    reports = present.groupby("reports_to").size()
    first_level = present["reports_to"].isin(present.loc[present["reports_to"].isna(), "stakeholder_id"])
    assert (~first_level & present["reports_to"].notna()).sum() > 100
    assert reports.max() < 12


def test_who_left_had_a_superior_in_the_account_unless_at_the_top(people: pd.DataFrame) -> None:
    gone = people[people["left_on"].notna()]
    assert gone["reports_to"].notna().any()
    assert gone["reports_to"].isna().any()
    lines = gone.dropna(subset="reports_to")
    assert (lines["reports_to"].str[:8] == lines["account_id"]).all()
    assert lines["reports_to"].isin(people["stakeholder_id"]).all()
    assert (lines["reports_to"] != lines["stakeholder_id"]).all()


def test_dates_stand_in_order_and_end_before_the_cutoff(people: pd.DataFrame, busy: Scenario) -> None:
    gone = people.dropna(subset="left_on")
    assert (gone["joined_on"] < gone["left_on"]).all()
    cutoff = pd.Timestamp(busy.portfolio.cutoff)
    assert people[["joined_on", "left_on"]].max().max() < cutoff
    first = cutoff - pd.DateOffset(months=busy.portfolio.history_months)
    assert people["left_on"].min() >= first
    assert (people["joined_on"] < first).any()


def test_ids_count_from_one_in_order_of_joining(people: pd.DataFrame, busy_block: RecordedBlock) -> None:
    number = people["stakeholder_id"].str[-3:].astype(int)
    assert (number == people.groupby("account_id").cumcount() + 1).all()
    first = pd.Timestamp("1970-01-01") + pd.DateOffset(months=busy_block.first_month)
    newcomers = people[people["joined_on"] >= first]
    assert newcomers.groupby("account_id")["joined_on"].apply(lambda d: d.is_monotonic_increasing).all()


def test_events_move_people_in_and_out(
    people: pd.DataFrame, present: pd.DataFrame, busy_block: RecordedBlock, busy: Scenario
) -> None:
    settings = busy.portfolio.stakeholders
    exits = happened(busy_block, 1) + happened(busy_block, 16)
    gone = people["left_on"].notna().groupby(people["account_id"]).sum()
    assert (gone == exits[gone.index]).all()
    joined = people["joined_on"] >= np.datetime64(busy_block.first_month, "M")
    newcomers = joined.groupby(people["account_id"]).sum()
    assert (newcomers == (exits + settings.merger_people * happened(busy_block, 4))[gone.index]).all()
    size = present.groupby("account_id").size() - settings.merger_people * happened(busy_block, 4)
    segment = pd.Series(np.array(SEGMENTS)[busy_block.closing.segment], index=size.index)
    for name in SEGMENTS:
        own, sizes = getattr(settings, name), size[segment == name]
        assert sizes.min() >= own.people_least
        error = 4 * sizes.std() / np.sqrt(len(sizes))
        assert sizes.mean() == pytest.approx(own.people_mean, abs=error)
    assert size[segment == "smb"].min() == settings.smb.people_least


def test_a_successor_takes_over_on_the_day_the_position_falls_free(people: pd.DataFrame) -> None:
    gone = people.dropna(subset="left_on")[["account_id", "left_on"]]
    came = people[["account_id", "joined_on", "title", "decision_role"]]
    met = gone.merge(
        came, left_on=["account_id", "left_on"], right_on=["account_id", "joined_on"], how="left"
    )
    assert len(met) == len(gone)
    assert met["joined_on"].notna().all()


def test_a_champion_stays_until_a_sponsor_leaves(present: pd.DataFrame, busy_block: RecordedBlock) -> None:
    """Appointments go to others: they take roles from us, not the sponsor."""
    calm = present["account_id"].map(happened(busy_block, 16)) == 0
    champions = present[calm & present["champion"]]
    assert len(champions) > 15
    assert (champions["joined_on"] < np.datetime64(busy_block.first_month, "M")).all()


def test_the_next_champion_is_chosen_anew(busy_block: RecordedBlock, busy: Scenario) -> None:
    """Who follows a sponsor who left is not always the sponsor who leaves next, and rarely the buyer."""
    sponsors = busy_block.recording.happened & 16
    block = replace(busy_block, recording=replace(busy_block.recording, happened=sponsors))
    people, _ = stakeholder_tables(block, busy)
    gone = people[people["left_on"].notna()].sort_values(["account_id", "left_on"])
    again = gone[gone["account_id"].duplicated()]
    assert len(again) > 100
    followed = again["joined_on"] >= np.datetime64(block.first_month, "M")
    assert 0.1 < followed.mean() < 0.8
    assert not gone["decision_role"].eq("economic_buyer").any()


def test_appointments_favour_the_top(
    people: pd.DataFrame, present: pd.DataFrame, busy_block: RecordedBlock
) -> None:
    no_sponsor_left = happened(busy_block, 16) == 0
    gone = people[people["account_id"].map(no_sponsor_left) & people["left_on"].notna()]
    assert gone["reports_to"].isna().mean() > 1.5 * present["reports_to"].isna().mean()


def test_each_account_has_one_economic_buyer_often_on_top(present: pd.DataFrame, busy: Scenario) -> None:
    buyers = present[present["decision_role"] == "economic_buyer"]
    assert (present["account_id"].drop_duplicates().to_numpy() == buyers["account_id"].to_numpy()).all()
    share = buyers["reports_to"].isna().mean()
    assert 0.5 < share < 0.85
    # Four people or more fill all four roles at the start; a reorganisation may change that.
    sizes = present.groupby("account_id")["decision_role"].nunique()
    assert sizes.max() == len(DECISION_ROLES)


def test_roles_cover_the_first_four_where_nothing_was_reorganised(
    people: pd.DataFrame, busy_block: RecordedBlock
) -> None:
    calm = happened(busy_block, 2) == 0
    here = people[people["left_on"].isna() & people["account_id"].map(calm)]
    roles = here.groupby("account_id")["decision_role"].agg(["nunique", "size"])
    assert len(roles) > 15
    assert (roles["nunique"] >= roles["size"].clip(upper=4)).all()


def test_titles_fit_role_and_place(people: pd.DataFrame) -> None:
    pairs = people[["title", "decision_role"]].drop_duplicates()
    assert all(fits(title, role) for title, role in pairs.itertuples(index=False))
    assert len(TITLES) == len(DECISION_ROLES) * len(Rank) * 4
    assert len(set(TITLES)) > 50
    # A junior title never stands above anybody.
    above = people[people["stakeholder_id"].isin(people["reports_to"])]["title"]
    assert not above.isin(["Category Buyer", "Solution Architect", "Team Leader"]).any()


def test_engaged_people_and_champion_agree_with_the_state(
    present: pd.DataFrame, people: pd.DataFrame, busy_block: RecordedBlock
) -> None:
    state = busy_block.closing
    by_account = present.groupby("account_id")
    size = by_account.size().to_numpy()
    engaged = by_account["engaged"].sum().to_numpy()
    assert (engaged == np.rint(state.roles[:, 0] * size)).all()
    champions = by_account["champion"].sum().to_numpy()
    assert (champions == (state.sponsorless[:, 0] == 0)).all()
    assert 0 < champions.mean() < 1
    owns = present[
        present["champion"]
        & (present["account_id"].map(dict(zip(state.account_ids, engaged, strict=True))) > 0)
    ]
    assert owns["engaged"].all()
    gone = people[people["left_on"].notna()]
    assert not gone["engaged"].any()
    assert not gone["champion"].any()


def test_the_economic_buyer_is_likelier_engaged_where_many_are(
    busy_block: RecordedBlock, busy: Scenario
) -> None:
    chances = []
    for share in (0.3, 0.8):
        roles = np.full_like(busy_block.closing.roles, share)
        known = replace(busy_block, closing=replace(busy_block.closing, roles=roles))
        people, _ = stakeholder_tables(known, busy)
        buyers = people[people["left_on"].isna() & (people["decision_role"] == "economic_buyer")]
        chances.append(buyers["engaged"].mean())
        # Harder to reach than others are.
        assert chances[-1] < share
    assert chances[1] > chances[0] + 0.3


def test_influence_sums_to_one_and_the_buyer_weighs_most(
    tables: Tables, present: pd.DataFrame, busy: Scenario
) -> None:
    influence = tables[1]
    assert (influence["stakeholder_id"].to_numpy() == present["stakeholder_id"].to_numpy()).all()
    assert np.allclose(influence.groupby("account_id")["influence"].sum(), 1, atol=1e-12)
    assert (influence["influence"] > 0).all()
    mean = influence["influence"].groupby(present["decision_role"].to_numpy()).mean()
    assert mean.idxmax() == "economic_buyer"
    assert buyers_weight(present, influence) == pytest.approx(
        busy.portfolio.stakeholders.buyer_influence, rel=0.3
    )


def buyers_weight(present: pd.DataFrame, influence: pd.DataFrame) -> float:
    """Estimate the buyer's weight against another's by the ratio of their totals over large accounts."""
    size = present.groupby("account_id")["account_id"].transform("size").to_numpy()
    is_buyer = (present["decision_role"] == "economic_buyer").to_numpy()
    large = size >= 8
    share = influence["influence"].to_numpy()
    return float(share[large & is_buyer].mean() / share[large & ~is_buyer].mean())


def test_blocks_of_any_size_give_the_same_rows(busy_past: SharedPast, busy: Scenario, tables: Tables) -> None:
    parts = [
        stakeholder_tables(record_block(busy_past, start_block(busy_past, *ends)), busy)
        for ends in ((0, 131), (131, 400))
    ]
    for whole, *pieces in zip(tables, *parts, strict=True):
        pd.testing.assert_frame_equal(pd.concat(pieces, ignore_index=True), whole)


def test_what_happens_elsewhere_moves_nobody(
    busy_block: RecordedBlock, busy: Scenario, people: pd.DataFrame
) -> None:
    quiet = busy_block.recording.happened.copy()
    most = int(np.argmax(((quiet & 17) > 0).sum(axis=1)))
    quiet[most] = 0
    other = replace(busy_block, recording=replace(busy_block.recording, happened=quiet))
    moved, _ = stakeholder_tables(other, busy)
    rest = people["account_id"] != busy_block.closing.account_ids[most]
    pd.testing.assert_frame_equal(
        moved[moved["account_id"] != busy_block.closing.account_ids[most]].reset_index(drop=True),
        people[rest].reset_index(drop=True),
    )
    assert moved["left_on"].notna().sum() < people["left_on"].notna().sum()


def test_a_knob_moves_only_what_it_is_about(
    busy_block: RecordedBlock, busy: Scenario, tables: Tables
) -> None:
    changed = busy.override({"portfolio.stakeholders.buyer_influence": 1.0})
    people, influence = stakeholder_tables(busy_block, changed)
    pd.testing.assert_frame_equal(people, tables[0])
    assert not np.allclose(influence["influence"], tables[1]["influence"])
    reach = busy.override({"portfolio.stakeholders.reorganised_share": 0.0})
    same = ["stakeholder_id", "name", "joined_on"]
    pd.testing.assert_frame_equal(stakeholder_tables(busy_block, reach)[0][same], tables[0][same])


def test_a_reorganisation_changes_lines_and_roles(
    busy_block: RecordedBlock, busy: Scenario, people: pd.DataFrame
) -> None:
    still = stakeholder_tables(busy_block, busy.override({"portfolio.stakeholders.reorganised_share": 0.0}))[
        0
    ]
    was_reorganised = people["account_id"].map(happened(busy_block, 2)).to_numpy() > 0
    for column in ("reports_to", "decision_role"):
        changed = (people[column].fillna("-") != still[column].fillna("-")).to_numpy()
        assert 0.05 < changed[was_reorganised].mean() < 0.9
        assert not changed[~was_reorganised].any()


def test_the_share_of_buyers_on_the_executive_committee_is_a_parameter(
    busy_block: RecordedBlock, busy: Scenario
) -> None:
    never = {"portfolio.stakeholders.executive_buyer_share": 0.0}
    never["portfolio.stakeholders.reorganised_share"] = 0.0
    people, _ = stakeholder_tables(busy_block, busy.override(never))
    buyers = people[people["decision_role"] == "economic_buyer"]
    assert buyers["reports_to"].notna().all()
    assert not people.loc[people["reports_to"].isna(), "decision_role"].eq("procurement").any()


@pytest.mark.parametrize("seed", range(3))
def test_smallest_accounts_have_room_for_every_event(
    scenario: Scenario, busy_block: RecordedBlock, seed: int
) -> None:
    """Two people, everything happening every month: the chart stays whole."""
    two = {
        f"portfolio.stakeholders.{name}.{figure}": 2
        for name in SEGMENTS
        for figure in ("people_mean", "people_least")
    }
    storm = np.full_like(busy_block.recording.happened, 63)
    block = replace(busy_block, recording=replace(busy_block.recording, happened=storm))
    people, influence = stakeholder_tables(block, scenario.override({**two, "seed": seed}))
    check(people, STAKEHOLDERS)
    here = people[people["left_on"].isna()]
    assert (here.groupby("account_id").size() == 2 + 2 * block.months).all()
    assert (here["reports_to"].isna().groupby(here["account_id"]).sum() == 1).all()
    assert len(influence) == len(here)


@pytest.mark.parametrize(
    ("setting", "value", "rule"),
    [
        ("smb.people_mean", 1.5, ">= 2"),
        ("strategic.people_mean", 4.0, "people_mean must be >= people_least"),
        ("roles", {"end_user": 1.0}, "must name technical_influencer, end_user, procurement"),
        ("roles", {"technical_influencer": 0.0, "end_user": 0.0, "procurement": 0.0}, "not all 0"),
        ("influence_shape", 9, "<= 4"),
    ],
)
def test_impossible_charts_are_refused(scenario: Scenario, setting: str, value: object, rule: str) -> None:
    with pytest.raises(ConfigError, match=rule):
        scenario.override({f"portfolio.stakeholders.{setting}": value})
