import numpy as np
import pandas as pd

from kamsim.bundle import read_table
from kamsim.locale import Locale
from kamsim.reporting.overview import TOP_MOVES, import_table, move_table, team_table, tier_table


def test_tiers_add_up(run) -> None:
    accounts = read_table(run, "portfolio", "accounts")
    scores, tiers = (read_table(run, "scores", name) for name in ("scores", "tiers"))
    table = tier_table(accounts, scores, tiers).set_index("Tier")
    assert table.index.tolist() == ["Tier 1", "Tier 2", "Tier 3", "All tiers"]
    counts = table["Accounts"].astype(int)
    assert counts["All tiers"] == counts.drop("All tiers").sum() == 60
    assert table.loc["All tiers", ["Share of revenue", "Share of potential"]].tolist() == ["100%", "100%"]


def test_tiers_of_a_portfolio_without_revenue(run) -> None:
    accounts = read_table(run, "portfolio", "accounts").assign(revenue_eur_per_month=0.0)
    table = tier_table(accounts, read_table(run, "scores", "scores"), read_table(run, "scores", "tiers"))
    assert table.iloc[3].tolist()[2:5] == ["0", "€0", "–"]


def test_import_rows_by_file() -> None:
    rows = {"b.csv": {"in": 1200, "accepted": 1190, "repaired": 4, "rejected": 10}, "a.csv": {"in": 3}}
    assert import_table(rows).to_numpy().tolist() == [
        ["a.csv", "3", "0", "0", "0"],
        ["b.csv", "1,200", "1,190", "4", "10"],
    ]


def test_team_beside_the_need() -> None:
    people = [{"role": "AE", "needed": 5.25, "there": 4.0}, {"role": "SE", "needed": 1.0, "there": None}]
    assert team_table(people, Locale("fr")).to_numpy().tolist() == [
        ["Account Executive (AE)", "4", "5,2", "−1,2"],
        ["Solutions Engineer (SE)", "–", "1,0", "–"],
    ]


def _moves(run, policy: str, **changes: pd.DataFrame) -> pd.DataFrame:
    tables = {
        "assignment": read_table(run, "allocation", "assignment"),
        "book": read_table(run, "allocation", "book"),
        "accounts": read_table(run, "portfolio", "accounts"),
        "team": read_table(run, "portfolio", "team"),
    } | changes
    return move_table(**tables, policy=policy, baseline="status_quo")


def test_moves_are_the_largest_ones_with_names_and_hours(run) -> None:
    moves = _moves(run, "profit_maximising")
    assert len(moves) == TOP_MOVES
    assert moves.iloc[0].tolist()[:2] == ["<script>alert('x')</script> & <img src=x onerror=y>", "Tier 2"]
    assert moves.iloc[0].tolist()[3] == "Bruno → Ada"
    hours = read_table(run, "allocation", "assignment").set_index(["policy", "account_id"])["ae_hours"]
    before, after = hours["status_quo", "A001"], hours["profit_maximising", "A001"]
    assert moves.iloc[0].tolist()[4] == f"{before:.1f} → {after:.1f}"
    assert round(before, 1) != round(after, 1)


def test_nobody_moves_under_the_status_quo(run) -> None:
    assert _moves(run, "status_quo").empty


def test_an_owner_can_be_absent_or_have_left(run) -> None:
    book = read_table(run, "allocation", "book")
    owners = book["owner_id"].to_numpy(object).copy()
    owners[1], owners[3] = np.nan, "X9"
    moves = _moves(run, "profit_maximising", book=book.assign(owner_id=pd.Series(owners, dtype="str")))
    assert moves.iloc[:2, 3].tolist() == ["nobody → Ada", "X9 → Ada"]
