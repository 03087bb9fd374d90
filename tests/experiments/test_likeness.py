"""Likeness: SDMetrics' four measures, and what they say of bundles that are equal, shuffled or shifted."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from kamsim.bundle import Portfolio
from kamsim.errors import SchemaError
from kamsim.experiments.likeness import (
    compare_bundles,
    contingency_similarity,
    correlation_similarity,
    ks_complement,
    tv_complement,
)
from kamsim.streams import stream

from .by_hand import hand_made

REAL = pd.DataFrame(
    {
        "x": [1.0, 2, 2, 3, 5, 8, 13, 21, None, 34],
        "y": [2.0, 1, 4, 3, 6, 5, 9, 30, 7, 40],
        "k": list("aabbbcccca"),
        "m": ["p", "q", None, "p", "q", "p", "p", None, "q", "p"],
    }
)
MADE = pd.DataFrame(
    {
        "x": [2.0, 3, 3, 4, 4, 9, 9, 30, 40, None],
        "y": [5.0, 2, 1, 8, 3, 4, 25, 10, 33, 6],
        "k": list("abbbbbccda"),
        "m": ["p", "p", "p", "p", None, "q", "q", "q", "q", "p"],
    }
)


def test_the_measures_are_those_of_sdmetrics() -> None:
    """The right-hand sides are what sdmetrics 0.32.0 gives for these tables (with pandas 2.3)."""
    assert ks_complement(REAL["x"], MADE["x"]) == pytest.approx(0.7777777777777778)
    assert tv_complement(REAL["k"], MADE["k"]) == pytest.approx(0.70000007, abs=1e-6)
    assert tv_complement(REAL["m"], MADE["m"]) == pytest.approx(0.9305555555555556)
    pair = ["x", "y"]
    assert correlation_similarity(REAL[pair], MADE[pair]) == pytest.approx(0.8746855838229235)
    pair = ["k", "m"]
    assert contingency_similarity(REAL[pair], MADE[pair], []) == pytest.approx(0.6)
    pair = ["y", "k"]
    assert contingency_similarity(REAL[pair], MADE[pair], ["y"]) == pytest.approx(0.4)


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    """Sixty accounts whose hours follow revenue, and whose segment does too."""
    money = np.sort(stream(1, "likeness").lognormal(3, 1, 60))
    segments = ["smb"] * 30 + ["mid_market"] * 20 + ["strategic"] * 10
    return hand_made([[x] * 12 for x in money], segments, hours=(money / 10).tolist())


def test_a_bundle_is_like_itself(portfolio: Portfolio) -> None:
    found = compare_bundles(portfolio, portfolio)

    assert (found.shapes["score"] == 1).all()
    assert found.pairs["score"].to_numpy() == pytest.approx(1.0)
    assert len(found.pairs) > 5
    assert found.frame()["shapes"].tolist() == [1.0] * len(found.frame())


def _score(frame: pd.DataFrame, **where: str) -> float:
    rows = frame
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return float(rows["score"].item())


def test_shuffling_a_column_spoils_pairs_and_no_shape(portfolio: Portfolio) -> None:
    hours = stream(2, "shuffle").permutation(portfolio.history["ae_hours"].to_numpy())
    made = dataclasses.replace(portfolio, history=portfolio.history.assign(ae_hours=hours))
    found = compare_bundles(made, portfolio)

    assert (found.shapes["score"] == 1).all()
    assert _score(found.pairs, table="history", first="revenue_eur", second="ae_hours") < 0.6


def test_shifting_a_column_spoils_its_shape_and_no_correlation(portfolio: Portfolio) -> None:
    revenue = portfolio.history["revenue_eur"] + 1e6
    made = dataclasses.replace(portfolio, history=portfolio.history.assign(revenue_eur=revenue))
    found = compare_bundles(made, portfolio)

    assert _score(found.shapes, table="history", column="revenue_eur") == 0.0
    assert _score(found.pairs, table="history", first="revenue_eur", second="ae_hours") == pytest.approx(1.0)


def test_dates_count_from_the_end_of_their_own_bundle(portfolio: Portfolio) -> None:
    month = (portfolio.history["month"] - pd.DateOffset(years=8)).astype("datetime64[us]")
    made = dataclasses.replace(portfolio, history=portfolio.history.assign(month=month))
    assert _score(compare_bundles(made, portfolio).shapes, table="history", column="month") > 0.9


def test_ids_names_and_empty_columns_are_left_out(portfolio: Portfolio) -> None:
    columns = set(compare_bundles(portfolio, portfolio).shapes["column"])
    assert not {"account_id", "owner_id", "region", "latitude"} & columns


def test_nothing_in_common_is_refused(portfolio: Portfolio) -> None:
    nothing = Portfolio(
        *(getattr(portfolio, n).iloc[:0] for n in ("accounts", "history", "opportunities", "team"))
    )
    with pytest.raises(SchemaError, match="no filled column in common"):
        compare_bundles(nothing, portfolio)
