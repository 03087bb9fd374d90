import warnings

import pytest

from kamsim.errors import FeatureWarning, SmallSampleWarning
from kamsim.scoring.quiet import quietly


def test_estimators_are_quiet_and_other_warnings_are_not() -> None:
    with quietly():
        warnings.warn("left out", FeatureWarning, stacklevel=1)
        warnings.warn("few", SmallSampleWarning, stacklevel=1)
    with pytest.warns(RuntimeWarning, match="else"), quietly():
        warnings.warn("something else", RuntimeWarning, stacklevel=1)
