from dataclasses import fields

import numpy as np
import pandas as pd

from kamsim.dynamics import SLOTS, State, segment_codes, state_from_tables, state_to_tables
from kamsim.schemas import DEALS, SEGMENTS, TRUTH, check


def assert_same_state(one: State, other: State) -> None:
    for field in fields(State):
        np.testing.assert_array_equal(
            getattr(one, field.name), getattr(other, field.name), err_msg=field.name
        )


def accounts_of(state: State) -> pd.DataFrame:
    segment = pd.Series([SEGMENTS[code] for code in state.segment], dtype="str")
    return pd.DataFrame({"account_id": pd.Series(state.account_ids, dtype="str"), "segment": segment})


def test_tables_hold_the_whole_state(start: State) -> None:
    truth, deals = state_to_tables(start)

    back = state_from_tables(accounts_of(start), truth, deals)

    assert_same_state(back, start)
    check(truth.assign(potential_36m_eur=0.0, churn_probability_12m=0.0), TRUTH)
    check(deals, DEALS)
    assert len(deals) > 0


def test_the_order_of_rows_does_not_matter(start: State) -> None:
    truth, deals = state_to_tables(start)

    back = state_from_tables(accounts_of(start).iloc[::-1], truth.iloc[::-1], deals.iloc[::-1])

    assert_same_state(back, start)


def test_a_state_without_deals(start: State) -> None:
    truth, deals = state_to_tables(start)

    assert (state_from_tables(accounts_of(start), truth, deals.iloc[:0]).amount == 0).all()


def test_lanes_are_copied_in_order(start: State) -> None:
    three = start.pick(np.array([0, 0, 0]))
    three.wallet[:] *= np.array([1.0, 2.0, 3.0])

    assert three.lanes == 3
    assert three.repeat(2).wallet[0].tolist() == np.repeat(three.wallet[0], 2).tolist()
    assert three.pick(np.array([2, 0])).wallet[0].tolist() == three.wallet[0, [2, 0]].tolist()
    assert three.repeat(2).age.shape == (len(start.account_ids), 6, SLOTS)


def test_a_copy_stands_alone(start: State) -> None:
    before = start.wallet.copy()

    start.copy().wallet[:] = 0

    np.testing.assert_array_equal(start.wallet, before)


def test_segments_are_numbered_in_the_order_of_attention() -> None:
    assert segment_codes(pd.Series(["smb", "strategic", "mid_market"])).tolist() == [2, 0, 1]
