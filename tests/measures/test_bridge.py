import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamsim.measures import revenue_bridge
from kamsim.schemas import HISTORY, complete

CHANGES = ["new", "expansion", "price", "contraction", "other", "churn"]


def _parts(bridge: pd.DataFrame) -> dict[str, float]:
    return bridge.set_index("part")["amount_eur"].to_dict()


def test_every_part_is_told_apart(make_history) -> None:
    flat = [100.0] * 13
    history = make_history(
        {
            "bought": flat[:6] + [130.0] * 7,
            "churned": flat[:6] + [0.0] * 7,
            "fewer": flat[:6] + [80.0] * 7,
            "new": [0.0] * 6 + [40.0] * 7,
            "priced": flat[:6] + [102.0] * 7,
            "shrunk": flat[:6] + [95.0] * 7,
        },
        deals_won={"bought": [0] * 6 + [1] + [0] * 6, "new": [0] * 6 + [1] + [0] * 6},
        contraction_eur={"fewer": [0.0] * 6 + [20.0] + [0.0] * 6},
    )

    assert _parts(revenue_bridge(history)) == {
        "start": 500.0, "new": 40.0, "expansion": 30.0, "price": 2.0, "contraction": -20.0, "other": -5.0,
        "churn": -100.0, "end": 447.0,
    }  # fmt: skip


def test_a_win_in_the_month_of_a_contraction_keeps_both(make_history) -> None:
    history = make_history(
        {"a": [100.0] * 12 + [110.0]},
        deals_won={"a": [0] * 12 + [1]},
        contraction_eur={"a": [0.0] * 12 + [25.0]},
    )
    parts = _parts(revenue_bridge(history))

    assert (parts["expansion"], parts["contraction"]) == (35.0, -25.0)


def test_without_word_of_contractions_every_fall_is_one(make_history) -> None:
    parts = _parts(revenue_bridge(make_history({"a": [100.0] * 12 + [90.0]})))

    assert (parts["contraction"], parts["other"]) == (-10.0, 0.0)


def test_deal_by_deal_years_are_compared(make_history) -> None:
    bridge = revenue_bridge(
        make_history({"a": [50.0, 0.0] * 12, "b": [0.0] * 13 + [70.0] + [0.0] * 10, "c": [9.0] + [0.0] * 23})
    )

    assert bridge["basis"].unique().tolist() == ["year"]
    assert _parts(bridge) == pytest.approx(
        {
            "start": 309.0, "new": 70.0, "expansion": 0.0, "price": 0.0, "contraction": 0.0, "other": 0.0,
            "churn": -9.0, "end": 370.0,
        }
    )  # fmt: skip


@given(
    st.lists(st.lists(st.sampled_from([0.0, 10.0, 10.2, 14.0]), min_size=14, max_size=14), min_size=1),
    st.booleans(),
    st.integers(0, 99),
)
def test_the_parts_add_up_to_the_cent(revenue: list[list[float]], stated: bool, seed: int) -> None:
    luck = np.random.default_rng(seed)
    size = 14 * len(revenue)
    months = pd.date_range("2024-11-01", periods=14, freq="MS")
    history = pd.DataFrame(
        {
            "account_id": np.repeat([f"A{i}" for i in range(len(revenue))], 14),
            "month": np.tile(months, len(revenue)),
            "revenue_eur": np.concatenate(revenue),
            "deals_opened": 0,
            "deals_won": luck.integers(0, 2, size),
            "deals_lost": 0,
            "contraction_eur": luck.integers(0, 3, size) if stated else np.nan,
        }
    )
    bridge = revenue_bridge(complete(history, HISTORY))

    if len(bridge):
        parts = _parts(bridge)
        assert parts["start"] + sum(parts[p] for p in CHANGES) == pytest.approx(parts["end"], abs=0.004)
        assert parts["new"] >= 0 >= parts["churn"]


def test_too_short_a_history_has_no_bridge(make_history) -> None:
    assert revenue_bridge(make_history({"a": [1.0] * 12})).empty
    assert revenue_bridge(HISTORY.empty()).empty
