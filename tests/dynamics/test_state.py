import numpy as np
import pandas as pd

from kamsim.dynamics import SLOTS, State, segment_codes


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
