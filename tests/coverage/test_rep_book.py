"""A representative's book: who stays, who leaves, who comes, and why."""

from __future__ import annotations

import pandas as pd
import pytest

from kamsim.coverage import rep_book
from kamsim.schemas import ACCOUNTS, ASSIGNMENT, BOOK, MOVES, TEAM, Table


def fill(table: Table, **columns: list[object]) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    frame = pd.DataFrame(index=range(size))
    for name, column in table.columns.items():
        zero = {"str": "x", "float64": 0.0, "int64": 0, "bool": False}.get(column.dtype)
        blank = None if column.nullable else column.one_of[0] if column.one_of else zero
        frame[name] = pd.Series(columns.get(name, [blank] * size)).astype(column.dtype)
    return frame


@pytest.fixture
def tables() -> list[pd.DataFrame]:
    """Account "keep" stays with AE me, "gone" goes to you, "new" comes from you, "else" is none of mine."""
    ids = ["else", "gone", "keep", "new"]
    book = fill(
        BOOK, account_id=ids, gain_eur=[9.0, 1.0, 2.0, 3.0], industry=["media", "media", "retail", None],
        latitude=[0.0, 0.0, 1.0, None], longitude=[0.0] * 4,
    )  # fmt: skip
    accounts = fill(ACCOUNTS, account_id=ids, name=[i.upper() for i in ids])
    home = {"latitude": [0.0, 0.0], "longitude": [0.0, 0.0]}
    team = fill(TEAM, rep_id=["me", "you"], industries=["retail;energy", None], **home)
    assignment = fill(
        ASSIGNMENT,
        policy=["status_quo"] * 4 + ["plan"] * 4,
        account_id=ids * 2,
        rep_id=["you", "me", "me", "you", "you", "you", "me", "me"],
        ae_hours=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
    )
    moves = fill(MOVES, policy=["plan"] * 2, account_id=["gone", "new"], reason=["nearer", "more_hours"])
    return [book, accounts, team, assignment, moves]


def test_stays_leaves_comes(tables) -> None:
    mine = rep_book(*tables, "me", policy="plan").set_index("account_id")

    assert mine.index.tolist() == ["new", "keep", "gone"], "most believed gain first"
    assert mine["standing"].tolist() == ["comes", "stays", "leaves"]
    assert mine["hours_now"].tolist() == [0.0, 3.0, 2.0]
    assert mine["hours_plan"].tolist() == [8.0, 7.0, 0.0]
    assert mine["other_rep"].fillna("-").tolist() == ["you", "-", "you"]
    assert mine["reason"].fillna("-").tolist() == ["more_hours", "-", "nearer"]


def test_why_an_account_is_his(tables) -> None:
    mine = rep_book(*tables, "me", policy="plan").set_index("account_id")

    assert mine["knows_industry"].to_dict() == {"new": False, "keep": True, "gone": False}
    assert mine.loc["keep", "distance_km"] == pytest.approx(111.2, abs=0.1), "one degree of latitude"
    assert pd.isna(mine.loc["new", "distance_km"])


def test_a_stranger_has_no_book(tables) -> None:
    assert rep_book(*tables, "nobody", policy="plan").empty
