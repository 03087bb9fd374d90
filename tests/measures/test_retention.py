import pandas as pd
import pytest

from kamsim.measures import retention_curves
from kamsim.schemas import HISTORY


def test_the_share_falls_when_a_customer_leaves_and_stays_fallen(make_history, make_accounts) -> None:
    gone = [5.0] * 6 + [0.0] * 6 + [5.0] * 13
    history = make_history({"a": [5.0] * 25, "b": gone, "c": [0.0] + [5.0] * 24})
    curve = retention_curves(history, make_accounts({"a": "smb", "b": "smb", "c": "smb"}))

    assert curve["customers"].unique().tolist() == [2]  # c is no customer at the start
    assert curve["share"].tolist() == [1.0] * 6 + [0.5] * 19  # b came back, but had left


def test_the_constant_rate_is_that_of_the_first_year(make_history, make_accounts) -> None:
    history = make_history({"a": [5.0] * 25, "b": [5.0] * 12 + [0.0] * 13})
    curve = retention_curves(history, make_accounts({"a": "strategic", "b": "strategic"}))

    assert curve["constant"].iloc[[0, 6, 12, 24]].tolist() == pytest.approx([1.0, 0.5**0.5, 0.5, 0.25])
    assert (curve["low"] <= curve["share"]).all()
    assert (curve["share"] <= curve["high"]).all()


def test_segments_come_in_order_and_only_with_customers(make_history, make_accounts) -> None:
    history = make_history({"a": [5.0] * 13, "b": [5.0] * 13, "c": [0.0] * 13})
    curves = retention_curves(history, make_accounts({"a": "smb", "b": "strategic", "c": "mid_market"}))

    assert curves["segment"].unique().tolist() == ["strategic", "smb"]


def test_the_order_of_rows_does_not_matter(make_history, make_accounts) -> None:
    history = make_history({"a": [5.0] * 14, "b": [5.0] * 3 + [0.0] * 11})
    accounts = make_accounts({"a": "smb", "b": "mid_market"})

    pd.testing.assert_frame_equal(
        retention_curves(history[::-1], accounts[::-1]), retention_curves(history, accounts)
    )


def test_deal_by_deal_a_customer_is_who_bought_within_a_year(make_history, make_accounts) -> None:
    yearly = ([100.0] + [0.0] * 11) * 3
    history = make_history({"a": yearly, "b": [100.0] + [0.0] * 35})
    curve = retention_curves(history, make_accounts({"a": "smb", "b": "smb"}))

    assert curve["share"].tolist() == [1.0] + [0.5] * 24


def test_nothing_to_follow(make_history, make_accounts) -> None:
    assert retention_curves(make_history({"a": [5.0] * 12}), make_accounts({"a": "smb"})).empty
    assert retention_curves(HISTORY.empty(), make_accounts({"a": "smb"})).empty
