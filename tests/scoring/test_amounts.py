import numpy as np
import pytest

from kamsim.errors import FeatureError
from kamsim.scoring.amounts import read_amounts


def test_a_target_may_be_missing_and_spend_may_not() -> None:
    np.testing.assert_array_equal(read_amounts([1.0, np.nan], "y"), [1.0, np.nan])
    with pytest.raises(FeatureError, match="spend must be 0 or above and known for every row"):
        read_amounts([1.0, np.nan], "spend")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1.0, np.inf], r"y holds infinity \(inf\) in 1 row"),
        (["much", "more"], "y must hold numbers"),
    ],
)
def test_what_is_no_amount_is_refused(values, message) -> None:
    with pytest.raises(FeatureError, match=message):
        read_amounts(np.array(values), "y")
