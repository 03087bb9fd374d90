"""Whether to redraw: tables, sentences, and a map that may not be there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from kamsim import reporting as r
from kamsim.locale import Locale
from kamsim.territories import TerritoryReview

BOOKS = pd.DataFrame({"territory_id": ["r", "s"], "attribute": "clients", "deviation": [0.5, -0.5]})
REVIEW = TerritoryReview(
    books=BOOKS,
    least_moved=pd.DataFrame({"attribute": ["clients"], "least_share": [0.15]}),
    today=None,
    design=None,
    frontier=pd.DataFrame({"moved_share": [np.nan], "largest_deviation": [np.nan]}),
    placed_share=0.0,
    refused="",
)


def test_without_places_today_has_balance_and_no_shape() -> None:
    assert r.review_table(REVIEW.summary()).to_numpy().tolist() == [
        ["Today's books", "2", "50%", "–", "–", "–"]
    ]
    assert r.say_places(REVIEW).startswith("No account can be placed on a map")
    assert r.map_plan(REVIEW.today).get_title(loc="left").startswith("No map")


def test_some_places_and_no_plan_are_said() -> None:
    some = replace(REVIEW, placed_share=0.5, refused="too few moves")
    assert r.say_places(some).splitlines() == [
        "Accounts that can be placed on a map: 50.0%."
        " The others count in today's books and lie in no territory",
        "No new plan: too few moves",
    ]
    assert r.say_places(replace(REVIEW, placed_share=1.0)) == "Every account can be placed on a map"


def test_least_moved_in_french() -> None:
    row = r.least_moved_table(BOOKS, REVIEW.least_moved, Locale("fr")).iloc[0].tolist()
    assert row == ["clients", "+50\xa0%", "−50\xa0%", "15\xa0%"]
