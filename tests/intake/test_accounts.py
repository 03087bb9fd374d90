import pytest

from kamsim.errors import IntakeError


def accounts_of(result):
    return result.portfolio.accounts.set_index("account_id")


def csv(*rows):
    return "\n".join(["id,name,staff,turnover,area,mother,boss", *rows]) + "\n"


@pytest.mark.parametrize(
    ("staff", "turnover", "segment"),
    [
        ("5000", "", "strategic"),
        ("4999", "9e9", "mid_market"),
        ("249", "9000000000", "smb"),
        ("", "1500000000", "strategic"),
        ("", "50000000", "mid_market"),
        ("", "49999999", "smb"),
        ("", "", "smb"),
        ("0", "1500000000", "smb"),
    ],
)
def test_segment_by_headcount_then_revenue_then_the_rest(small_export, staff, turnover, segment):
    result = small_export(csv(f"A,,{staff},{turnover},,,", "B,,,,,,"))
    assert accounts_of(result).loc["A", "segment"] == segment


def test_stated_segment_wins_and_an_unknown_one_follows_the_rule(small_export):
    result = small_export(
        csv("A,strategic,900,,,,", "B,big,900,,,,"), changes={"accounts.columns.segment": "name"}
    )
    assert accounts_of(result)["segment"].tolist() == ["strategic", "mid_market"]
    counts = result.report.frame().set_index(["outcome", "reason"])["rows"]
    assert counts["repaired", "unknown_value"] == 1


def test_parents_by_id_or_name_and_none_that_makes_no_sense(small_export):
    result = small_export(
        csv(
            "A,Alpha,,,,,",
            "B,Beta,,,,Alpha,",
            "C,,,,,A,",
            "D,,,,,Nobody,",
            "E,,,,,E,",
            "F,,,,,G,",
            "G,,,,,F,",
            "H,,,,,F,",
        )
    )
    parents = accounts_of(result)["parent_id"]
    assert parents.dropna().to_dict() == {"B": "A", "C": "A", "H": "F"}
    counts = result.report.frame().set_index(["file", "outcome", "reason"])["rows"]
    assert counts["accounts.csv", "repaired", "unknown_parent"] == 1
    assert counts["accounts.csv", "repaired", "circular_parent"] == 3


def test_account_without_a_name_bears_its_id(small_export):
    assert accounts_of(small_export(csv("A,,,,,,", "B,Beta,,,,,")))["name"].tolist() == ["A", "Beta"]


def test_duplicate_account_id_refuses_the_export(small_export):
    with pytest.raises(IntakeError) as caught:
        small_export(csv("A,,,,,,", "B,,,,,,", " A,,,,,,"))
    assert str(caught.value) == "accounts.csv: id 'A' stands in rows 2, 4; ids must be unique"


def test_no_account_refuses_the_export(small_export):
    with pytest.raises(IntakeError, match=r"accounts.csv: none of its 1 rows is an account"):
        small_export(csv(",nobody,,,,,"))


def test_given_owner_must_be_an_ae_of_the_team(small_export):
    result = small_export(
        csv("A,,,,,,Ann Ace", "B,,,,,,r2", "C,,,,,,r3", "D,,,,,,zoe"),
        team="id,name,job\nr1,Ann Ace,AE\nr2,Bob,AE\nr3,Cy,SE\n",
        changes={
            "owner_rule": "given",
            "accounts.columns.owner_id": "boss",
            "team": {"file": "team.csv", "columns": {"rep_id": "id", "name": "name", "role": "job"}},
        },
    )
    assert accounts_of(result)["owner_id"].dropna().to_dict() == {"A": "r1", "B": "r2"}
    counts = result.report.frame().set_index(["file", "outcome", "reason"])["rows"]
    assert counts["accounts.csv", "repaired", "unknown_owner"] == 2
