import copy
import pickle

import numpy as np
import pandas as pd
import pytest

from kamsim.scoring.plain_state import PlainState, plain, restore

FRAMES = [
    pd.DataFrame({"loss": [0.1, np.nan]}, index=pd.Index(["a", "b"], name="candidate")),
    pd.DataFrame(columns=["loss", "excess"], dtype="float64"),
    pd.DataFrame(),
    pd.DataFrame(
        {"at_risk": [3], "left": [1]}, index=pd.MultiIndex.from_tuples([(True, 2)], names=["e", "s"])
    ),
    pd.DataFrame({0: [True], "text": ["x"]}),
]


@pytest.mark.parametrize("frame", FRAMES)
def test_frames_come_back_the_same(frame: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(restore(plain(frame)), frame)


@pytest.mark.parametrize(
    "index", [pd.Index(["a", "é"], dtype="object"), pd.Index(["a"], dtype="str"), pd.Index([1, 2], name="n")]
)
def test_indexes_come_back_the_same(index: pd.Index) -> None:
    pd.testing.assert_index_equal(restore(plain(index)), index, exact=True)


def test_mappings_keep_keys_that_are_no_texts() -> None:
    given = {1: pd.Index(["a"]), False: "no", ("x", 2): None}
    back = restore(plain(given))
    assert [*map(type, back)] == [int, bool, tuple]
    assert back[1].equals(given[1])


class _Fitted(PlainState):
    def __init__(self) -> None:
        self.table_ = FRAMES[0]
        self.other = [1, 2]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_are_whole(copied) -> None:
    again = copied(_Fitted())
    pd.testing.assert_frame_equal(again.table_, FRAMES[0])
    assert again.other == [1, 2]
