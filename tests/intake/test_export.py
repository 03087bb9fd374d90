import json
from collections import Counter
from contextlib import suppress
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamsim.errors import IntakeError
from kamsim.intake import read_export
from kamsim.schemas import TABLES, check


@pytest.fixture(scope="module")
def maven(shared_data, repository, scenario):
    return read_export(shared_data / "maven_crm", repository / "data/mappings/maven.toml", scenario)


@pytest.fixture(scope="module")
def salesforce(shared_data, repository, scenario):
    return read_export(
        shared_data / "salesforce_sample", repository / "data/mappings/salesforce.toml", scenario
    )


def lines(result):
    return {item.key: dict(item.details) for item in result.report.items}


def assert_tables_agree(result):
    """Hold the tables against each other; each was checked against its contract when it was made."""
    portfolio = result.portfolio
    ids = set(portfolio.accounts["account_id"])
    months = portfolio.history["month"].nunique()
    assert len(portfolio.history) == len(ids) * months
    assert set(portfolio.history["account_id"]) == ids
    assert set(portfolio.opportunities["account_id"]) <= ids
    aes = portfolio.team.loc[portfolio.team["role"] == "AE", "rep_id"]
    assert set(portfolio.accounts["owner_id"].dropna()) <= set(aes)
    assert portfolio.history["month"].max() + pd.offsets.MonthBegin(1) == result.cutoff
    assert portfolio.truth is None
    for rows in result.facts["rows"].values():
        assert rows["in"] == rows["accepted"] + rows["rejected"]
        assert rows["repaired"] <= rows["accepted"]
    assert len(result.rejected) == sum(rows["rejected"] for rows in result.facts["rows"].values())
    json.dumps(result.facts)


@pytest.mark.parametrize("name", ["maven", "salesforce"])
def test_tables_keep_their_contracts(name, request):
    result = request.getfixturevalue(name)
    for table, frame in {**result.portfolio.tables(), "rejected": result.rejected}.items():
        pd.testing.assert_frame_equal(check(frame, TABLES[table]), frame)


def test_maven_money_in_is_money_out(maven):
    assert_tables_agree(maven)
    assert maven.facts["won_total"] == "10005534"
    assert maven.portfolio.history["won_eur"].sum() == 10_005_534
    assert maven.portfolio.history["revenue_eur"].sum() == 10_005_534
    assert lines(maven)["import.money_out"] == {"money": 10_005_534, "difference": 0}
    assert (maven.scenario.currency, str(maven.cutoff.date())) == ("USD", "2018-01-01")


def test_maven_rows_are_all_accounted_for(maven):
    assert maven.facts["rows"]["accounts.csv"] == {"in": 85, "accepted": 85, "repaired": 13, "rejected": 0}
    pipeline = {"in": 8800, "accepted": 7375, "repaired": 1258, "rejected": 1425}
    assert maven.facts["rows"]["sales_pipeline.csv"] == pipeline
    assert maven.rejected["reason"].unique().tolist() == ["no account"]
    assert maven.portfolio.opportunities["status"].value_counts().to_dict() == {
        "won": 4238,
        "lost": 2473,
        "open": 664,
    }


def test_maven_report_names_the_known_faults(maven):
    said = lines(maven)
    spelled = [i.details["found"] for i in maven.report.items if i.key == "import.repaired_spelling"]
    assert spelled == ["Philipines", "technolgy", "GTXPro"]
    assert said["import.rejected_no_account"]["rows"] == 1425
    assert said["import.rejected_by_status"] == {
        "file": "sales_pipeline.csv",
        "open": 1425,
        "won": 0,
        "lost": 0,
    }
    assert said["import.team_active"] == {"listed": 35, "active": 30}
    assert len(said["import.team_idle"]["names"]) == 5
    assert said["import.agents_per_account"] == {"low": 10, "high": 30}
    assert said["import.owner_most_won"] == {"months": 12}
    assert said["import.concentration"]["share"] == pytest.approx(0.317, abs=0.0005)


def test_maven_faults_are_named_where_the_mapping_does_not_know_them(
    shared_data, repository, scenario, tmp_path
):
    text = (repository / "data/mappings/maven.toml").read_text(encoding="utf-8")
    bare = text.replace('technolgy = "technology"', "").replace('Philipines = "Philippines"', "")
    (tmp_path / "bare.toml").write_text(bare.replace('GTXPro = "GTX Pro"', ""), encoding="utf-8")
    result = read_export(shared_data / "maven_crm", tmp_path / "bare.toml", scenario)
    named = {i.details["found"]: i.details["near"] for i in result.report.items if "near" in i.details}
    assert named == {"GTXPro": "GTX Pro", "technolgy": "technology", "Philipines": "Philippines"}
    assert all(rows["repaired"] == 0 for rows in result.facts["rows"].values())
    assert result.facts["won_total"] == "10005534"


def test_maven_owner_is_who_won_most(maven, shared_data):
    raw = pd.read_csv(shared_data / "maven_crm" / "sales_pipeline.csv")
    won = raw[raw["deal_stage"] == "Won"].groupby(["account", "sales_agent"])["close_value"].sum()
    owners = maven.portfolio.accounts.set_index("account_id")["owner_id"]
    assert len(owners.dropna()) == 85
    for account, owner in owners.items():
        assert won[account, owner] == won[account].max()


def test_salesforce_sample_with_a_made_up_team(salesforce):
    assert_tables_agree(salesforce)
    assert salesforce.facts["won_total"] == "2815000"
    assert str(salesforce.cutoff.date()) == "2024-05-01"
    assert salesforce.facts["rows"]["Account.csv"]["accepted"] == 18
    assert salesforce.facts["rows"]["Opportunity.csv"] == {
        "in": 36,
        "accepted": 34,
        "repaired": 0,
        "rejected": 2,
    }
    assert salesforce.rejected["reason"].unique().tolist() == ["closed without a readable date"]
    assert lines(salesforce)["import.team_made_up"] == {"AE": 2, "SE": 1, "CSM": 1}
    owners = salesforce.portfolio.accounts["owner_id"].value_counts()
    assert sorted(owners.index) == ["AE-1", "AE-2"]


def test_deleted_salesforce_rows_are_left_out(shared_data, repository, scenario, tmp_path):
    source = shared_data / "salesforce_sample"
    for name in ("Account.csv", "Opportunity.csv"):
        text = (source / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("FALSE,sForce", "TRUE,sForce"), encoding="utf-8")
    result = read_export(tmp_path, repository / "data/mappings/salesforce.toml", scenario)
    assert len(result.portfolio.accounts) == 17
    assert "left out by the mapping" in result.rejected["reason"].tolist()


GOOD = st.builds(
    lambda firm, who, stage, day, cents: [firm, who, stage, "", f"2025-{day:02}-15", f"{cents / 100:.2f}"],
    firm=st.sampled_from(["A", "B", "Alpha"]),
    who=st.sampled_from(["ann", "bob", ""]),
    stage=st.sampled_from(["Won", "Lost", "Open"]),
    day=st.integers(1, 12),
    cents=st.integers(0, 10**9),
)
FAULTS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(["", "Z", "?", "31/12/2025", "1 000", "1,5", "2025-13-01"])),
    max_size=2,
)


def spoil(cells, faults):
    cells = list(cells)
    for place, text in faults:
        if place != 2 or not text:  # an unknown stage refuses the file
            cells[place] = text
    return cells


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(rows=st.lists(st.builds(spoil, GOOD, FAULTS), min_size=1, max_size=12), order=st.randoms())
def test_rows_in_are_rows_out_and_money_in_is_money_out(small_export, rows, order):
    head = "id,firm,who,stage,start,end,amount\n"
    numbered = [[str(n), *row] for n, row in enumerate(rows)]
    numbered.append(["last", "A", "ann", "Won", "2025-01-01", "2025-12-31", "1"])
    texts = [",".join(f'"{cell}"' for cell in row) + "\n" for row in numbered]
    result = small_export(deals=head + "".join(texts))
    assert_tables_agree(result)

    rejected = {json.loads(content)["id"] for content in result.rejected["content"]}
    accepted = set(result.portfolio.opportunities["opportunity_id"])
    assert rejected | accepted == {row[0] for row in numbered}
    assert not rejected & accepted
    won = sum(Decimal(row[6]) for row in numbered if row[3] == "Won" and row[0] in accepted)
    assert Decimal(result.facts["won_total"]) == won
    assert lines(result)["import.money_out"]["difference"] == 0

    order.shuffle(texts)
    again = small_export(deals=head + "".join(texts)).portfolio
    for name, frame in result.portfolio.tables().items():
        pd.testing.assert_frame_equal(frame, again.tables()[name])


@settings(max_examples=60, deadline=None)
@given(accounts=st.binary(max_size=80), deals=st.binary(max_size=80), header=st.booleans())
def test_random_bytes_are_read_or_refused(small_export, accounts, deals, header):
    heads = (b"id,name,staff,turnover,area,mother,boss\n", b"id,firm,who,stage,start,end,amount\n")
    before = heads if header else (b"", b"")
    with suppress(IntakeError):
        small_export(before[0] + accounts, before[1] + deals)


CHARACTERS = st.text(st.sampled_from(',;"\n AB019-.€é'), max_size=60)


@settings(max_examples=15, deadline=None)
@given(accounts=CHARACTERS, deals=CHARACTERS)
def test_random_cells_are_read_or_refused(small_export, accounts, deals):
    accounts = f"id,name,staff,turnover,area,mother,boss\nA,,,,,,\n{accounts}"
    deals = f"id,firm,who,stage,start,end,amount\n1,A,,Won,,2025-02-10,5\n{deals}"
    with suppress(IntakeError):
        assert_tables_agree(small_export(accounts, deals))


def test_source_must_be_a_folder(mapping_file, scenario, tmp_path):
    with pytest.raises(IntakeError, match=r"none: not a folder; an export is a folder of CSV files"):
        read_export(tmp_path / "none", mapping_file({}), scenario)


def test_missing_column_is_one_sentence(small_export):
    with pytest.raises(IntakeError) as caught:
        small_export("id,name,staf,turnover,area,mother\nA,,,,,\n")
    expected = "accounts.csv: the mapping asks for an unknown column 'staff': did you mean 'staf'?"
    assert str(caught.value) == expected


def test_scenario_is_the_given_one_but_for_the_currency(small_export, scenario):
    result = small_export(changes={"currency": "USD"})
    assert result.scenario.model_dump(exclude={"sources"}) == {
        **scenario.model_dump(exclude={"sources"}),
        "currency": "USD",
    }


def test_many_rows_are_read(small_export):
    rows = "".join(f"{n},A,ann,Won,2025-01-05,2025-02-{1 + n % 28:02},12.34\n" for n in range(10_000))
    result = small_export(deals=f"id,firm,who,stage,start,end,amount\n{rows}")
    assert result.facts["won_total"] == "123400"
    assert Counter(result.portfolio.opportunities["status"]) == {"won": 10_000}
