import pandas as pd
import pytest

from kamsim.bundle import read_table
from kamsim.locale import Locale
from kamsim.reporting import criteria_table, disagreement_table, missing_buyer_table, state_missing_buyer
from kamsim.schemas import MEDDIC
from kamsim.scoring import qualify_accounts


@pytest.fixture(scope="module")
def book(run):
    accounts = read_table(run, "portfolio", "accounts")
    size = [1e7 + 1e6 * i for i in range(len(accounts))]  # the smaller, the more potential
    accounts = accounts.assign(firm_revenue_eur=size, budget_confirmed=False)
    accounts["budget_confirmed"] = accounts["budget_confirmed"].astype("boolean")
    return accounts, qualify_accounts(accounts, read_table(run, "scores", "scores"))


def deals(letters: list[dict[str, bool | None]], amounts: list[float]) -> pd.DataFrame:
    flags = pd.DataFrame(letters, columns=list(MEDDIC)).astype("boolean")
    names = {"opportunity_id": [f"o{i}" for i in range(len(flags))], "account_id": "x", "stage": "proof"}
    return flags.assign(**names, amount_eur=amounts, letters=flags.fillna(False).sum(axis=1))


NAMES = pd.DataFrame({"account_id": ["x"], "name": ["Acme"]})
FOUND = {"economic_buyer": True}
MISSED = {"economic_buyer": False, "champion": True, "metrics": True}


def test_criteria_that_order_by_potential_stand_out(book) -> None:
    table = criteria_table(book[1]).set_index(["Card", "Criterion"])["Rank correlation with potential"]
    assert table["ICP grid", "Firm revenue"] == "−1.00"
    assert table["ICP grid", "Budget"] == "–"
    assert table["Account score", "Potential"] > "0.9"
    assert len(table) == 12


def test_disagreement_goes_both_ways(book) -> None:
    accounts, qualified = book
    table = disagreement_table(qualified, accounts, each=3)
    place, card = (table[f"Place by {name}"].astype(int) for name in ("potential", "card"))
    assert (card < place).tolist() == [True] * 3 + [False] * 3
    gaps = qualified.accounts["icp_rank"] - qualified.accounts["potential_rank"]
    names = accounts.set_index("account_id")["name"]
    assert table["Account"][0] == names[qualified.accounts["account_id"][gaps.idxmax()]]
    assert table["Account"][3] == names[qualified.accounts["account_id"][gaps.idxmin()]]
    french = disagreement_table(qualified, accounts[::-1], Locale("fr"), card="account", each=3)
    assert french.columns[-1] == "Relation"
    assert len(disagreement_table(qualified, accounts, each=1000)) == len(accounts)


def test_missing_buyers_by_amount() -> None:
    rows = deals(
        [FOUND, MISSED, MISSED, {}, {"economic_buyer": None, "champion": True}], [9e5, 1e3, 5e4, 7e5, 2e4]
    )
    table = missing_buyer_table(rows, NAMES)
    assert table["Amount"].tolist() == ["€50k", "€20k", "€1.0k"]
    assert table["Known"].tolist() == ["Metrics, Champion", "Champion", "Metrics, Champion"]
    assert table["Letters of 6"].tolist() == ["2", "1", "2"]
    assert set(table["Account"]) == {"Acme"}
    assert len(missing_buyer_table(rows, NAMES, rows=1)) == 1


def test_the_sentence_counts_deals_and_money() -> None:
    rows = deals([FOUND, MISSED, MISSED], [75.0, 20.0, 5.0])
    assert state_missing_buyer(rows) == (
        "Economic Buyer not known: 2 of 3 open opportunities, 25% of their amount"
    )


def test_without_letters_the_table_is_empty_and_the_sentence_says_so() -> None:
    rows = deals([{}, {}], [float("nan"), 1.0])
    assert missing_buyer_table(rows, NAMES).empty
    assert state_missing_buyer(rows) == "No MEDDIC letter is on record for any of the 2 open opportunities"
    assert state_missing_buyer(rows.head(0)) == "No opportunity is open"
