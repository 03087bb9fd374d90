import json

import pandas as pd
import pytest

from kamsim.errors import IntakeError

HEAD = "id,firm,who,stage,start,end,amount\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("9,,ann,Won,2025-01-05,2025-02-10,1", "no account"),
        ("9,Z,ann,Won,2025-01-05,2025-02-10,1", "account is not in the accounts file"),
        ("9,A,ann,Won,2025-01-05,2025-02-10,", "won without a readable amount"),
        ("9,A,ann,Won,2025-01-05,2025-02-10,1.2.3", "won without a readable amount"),
        ("9,A,ann,Won,2025-01-05,,1", "closed without a readable date"),
        ("9,A,ann,Lost,2025-01-05,10.02.2025,1", "closed without a readable date"),
        ("9,A,ann,,2025-01-05,2025-02-10,1", "no stage"),
        (",A,ann,Won,2025-01-05,2025-02-10,1", "no id"),
        ("1,A,ann,Won,2025-01-05,2025-02-10,1", "id stands in an earlier row"),
        ("9,A,ann,Won,2025-01-05,2025-02-10", "number of cells differs from the header's"),
    ],
)
def test_opportunity_that_cannot_be_booked_is_rejected_with_its_reason(small_export, row, reason):
    good = "1,A,ann,Won,2025-01-05,2025-02-10,120\n"
    result = small_export(deals=f"{HEAD}{good}{row}\n")
    assert result.rejected[["source", "row", "reason"]].to_numpy().tolist() == [["deals.csv", 3, reason]]
    content = json.loads(result.rejected.loc[0, "content"])
    assert list(content.values() if isinstance(content, dict) else content) == row.split(",")
    assert len(result.portfolio.opportunities) == 1
    assert result.facts["won_total"] == "120"


def test_lost_and_open_ones_need_no_amount(small_export):
    result = small_export(deals=f"{HEAD}1,A,,Lost,,2025-02-10,\n2,A,,Open,,,\n")
    assert result.portfolio.opportunities["amount_eur"].isna().tolist() == [True, True]
    assert len(result.rejected) == 0


def test_hoped_closing_date_of_an_open_one_is_no_event(small_export):
    result = small_export(deals=f"{HEAD}1,A,,Won,,2025-02-10,5\n2,A,,Open,2025-03-01,2031-12-31,7\n")
    assert result.cutoff == pd.Timestamp("2025-04-01")
    assert result.portfolio.opportunities["closed_on"].isna().tolist() == [False, True]


def test_opening_after_the_closing_is_repaired_to_missing(small_export):
    result = small_export(deals=f"{HEAD}1,A,,Won,2025-02-11,2025-02-10,5\n2,A,,Won,2025-02-10,2025-02-10,5\n")
    assert result.portfolio.opportunities["opened_on"].isna().tolist() == [True, False]
    counts = result.report.frame().set_index(["outcome", "reason"])["rows"]
    assert counts["repaired", "opened_after_closing"] == 1


def test_account_may_be_named_instead_of_its_id(small_export):
    result = small_export(deals=f"{HEAD}1,Alpha,,Won,,2025-02-10,5\n")
    assert result.portfolio.opportunities["account_id"].tolist() == ["A"]


def test_stage_without_a_status_refuses_the_export(small_export):
    with pytest.raises(IntakeError) as caught:
        small_export(deals=f"{HEAD}1,A,,Wonn,,2025-02-10,5\n2,A,,Wonn,,2025-02-10,5\n")
    assert str(caught.value) == (
        "deals.csv: unknown stage 'Wonn': did you mean 'Won'? (rows: 2);"
        " the mapping's opportunities.status must say whether it is open, won or lost"
    )


def test_a_status_column_of_its_own_leaves_the_stage_as_it_is(small_export):
    deals = f"{HEAD}1,A,TRUE,Signed,,2025-02-10,5\n"
    changes = {
        "opportunities.columns.status": "who",
        "opportunities.columns.owner_id": None,
        "opportunities.status": {"TRUE": "won"},
        "owner_rule": "by_region",
    }
    row = small_export(deals=deals, changes=changes).portfolio.opportunities.loc[0]
    assert (row["status"], row["stage"]) == ("won", "Signed")


def test_negative_won_amount_refuses_the_export(small_export):
    with pytest.raises(IntakeError, match=r"deals.csv row 2: amount must be >= 0, got -5 \(id '1'\)"):
        small_export(deals=f"{HEAD}1,A,,Won,,2025-02-10,-5\n")
