"""Today's books measured, what must move at least, and the frontier of moves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kamsim.errors import ConfigError
from kamsim.schemas import TEAM
from kamsim.streams import stream
from kamsim.territories import design_territories, point_adjacency, review_territories
from kamsim.territories.review import book_balance, least_moved, measure_plan, move_frontier
from tests.territories.worlds import grid, points


def team(*aes: str) -> pd.DataFrame:
    rows = pd.DataFrame({"rep_id": list(aes), "role": "AE", "latitude": 46.0, "longitude": 3.0})
    return rows.reindex(columns=list(TEAM.columns))


@pytest.fixture
def book() -> pd.DataFrame:
    """A hundred accounts of four AEs, whose books have nothing to do with the map."""
    rng = stream(3, "tests", "review")
    return pd.DataFrame(
        {
            "account_id": [f"A{i:03d}" for i in range(100)],
            "owner_id": [f"R{1 + i % 4 * (i % 3 > 0)}" for i in range(100)],
            "latitude": 44 + 4 * rng.random(100),
            "longitude": 1 + 4 * rng.random(100),
            "revenue_eur_per_month": np.where(rng.random(100) < 0.5, 100.0, 0.0),
            "potential_36m_eur": 1e5 * rng.lognormal(0, 0.3, 100),
            "workload_hours": 1.0,
        }
    )


def test_a_plan_is_measured_as_the_design_measures_its_own() -> None:
    units = points(120)
    pairs = point_adjacency(units)
    made = design_territories(units, pairs, 5, ["work"], 0.1)
    again = measure_plan(
        units, pairs, dict(made.frame()[["unit_id", "territory_id"]].to_numpy()), ["work"], 0.1
    )

    assert again.moved_share == 0
    assert again.largest_deviation == pytest.approx(made.largest_deviation)
    assert again.inertia_km2 == pytest.approx(made.inertia_km2)
    assert again.shapes["contiguous"].all()


def test_books_that_hang_apart_are_seen() -> None:
    units, pairs = grid(1, 4)
    torn = measure_plan(units, pairs, {"0-0": "a", "0-1": "b", "0-2": "a", "0-3": "b"}, ["work"], 0.1)
    assert not torn.shapes["contiguous"].any()
    whole = measure_plan(units, pairs, {"0-0": "a", "0-1": "a", "0-2": "b"}, ["work"], 0.1)
    assert whole.shapes["contiguous"].all(), "a unit that nobody owns is left out"
    assert whole.largest_deviation == pytest.approx(1 / 3)


def test_idle_aes_have_a_book_of_nothing() -> None:
    held = pd.DataFrame({"clients": [1.0, 1.0, 1.0], "prospects": 0.0})
    found = book_balance(held, pd.Series(["a", "a", "gone"]), ["a", "b"], 0.2)
    assert found["attribute"].unique().tolist() == ["clients"]
    assert found.set_index("territory_id")["deviation"].to_dict() == {"a": 1.0, "b": -1.0}


def test_no_even_plan_moves_less_than_the_least(book: pd.DataFrame) -> None:
    """The bound against plans that keep the tolerance: the share of the attribute that left its AE."""
    review = review_territories(book, team("R1", "R2", "R3", "R4"), tolerance=0.25, seed=1)
    assert review.design is not None
    assert review.design.within_tolerance
    frame = review.design.frame().merge(book, left_on="unit_id", right_on="account_id")
    for attribute, bound in review.least_moved.to_numpy():
        held = {
            "clients": frame["revenue_eur_per_month"] > 0,
            "prospects": frame["revenue_eur_per_month"] <= 0,
        }
        amount = held.get(attribute, frame.get(attribute)).astype(float)
        assert amount[frame["moved"]].sum() / amount.sum() >= bound - 1e-9
    assert review.least_moved["least_share"].max() > 0.05


def test_the_bound_counts_what_lacks_too() -> None:
    """One book a little over, the other far under: what must come is more than what must go."""
    balance = pd.DataFrame({"attribute": "x", "total": [11.0, 11.0, 2.0], "mean": 8.0, "tolerance": 0.25})
    assert least_moved(balance)["least_share"].tolist() == pytest.approx([4 / 24])


def test_today_and_design_side_by_side(book: pd.DataFrame) -> None:
    review = review_territories(
        book, team("R1", "R2", "R3", "R4"), tolerance=0.25, max_moved_share=0.9, shares=(0.05, 0.9), seed=1
    )
    summary = review.summary().set_index("plan")

    assert review.placed_share == 1
    assert summary["territories"].tolist() == [4, 4]
    assert summary["contiguous"]["today"] < summary["contiguous"]["design"] == 4
    assert summary["mean_km"]["design"] < summary["mean_km"]["today"]
    assert 0 < summary["moved_share"]["design"] <= 0.9
    assert review.frontier["max_moved_share"].tolist() == [0.05, 0.9]
    assert review.frontier["moved_share"].isna().tolist() == [True, False]
    assert set(review.books["attribute"]) == {"clients", "prospects", "potential_36m_eur", "workload_hours"}


def test_a_cap_that_no_plan_keeps_is_said(book: pd.DataFrame) -> None:
    review = review_territories(book, team("R1", "R2", "R3", "R4"), max_moved_share=0.01, shares=(), seed=1)
    assert review.design is None
    assert "no plan of contiguous territories was found that moves at most 1 of 100" in review.refused
    assert len(review.summary()) == 1


def test_without_coordinates_balance_is_all_there_is(book: pd.DataFrame) -> None:
    review = review_territories(book.assign(latitude=np.nan), team("R1", "R2", "R3", "R4"))
    placed = review_territories(book, team("R1", "R2", "R3", "R4"), shares=())

    assert review.today is None
    assert review.design is None
    assert review.frontier.empty
    assert review.books.equals(placed.books)
    assert review.summary()["contiguous"].isna().all()


def test_a_looser_cap_is_tried_one_after_another() -> None:
    units, pairs = grid(4, 4)
    before = {unit: "ab"[i % 2] for i, unit in enumerate(units["unit_id"])}
    found = move_frontier(units, pairs, 2, ["work"], 0.1, before, (1.0, 0.5))
    assert found["max_moved_share"].tolist() == [0.5, 1.0]
    assert (found["moved_share"] <= found["max_moved_share"]).all()


def test_a_team_without_aes_is_refused(book: pd.DataFrame) -> None:
    with pytest.raises(ConfigError, match="the team holds no AE"):
        review_territories(book, team("R1").assign(role="SE"))
