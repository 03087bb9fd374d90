"""Every check that scikit-learn has for estimators of their kind; none is expected to fail."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from kamsim.scoring import ChurnClassifier, FramePreparation, PotentialRegressor

# The checks fit dozens of rows at a time, so the linear models are tried by "auto" and the trees apart.
ESTIMATORS = [
    FramePreparation(),
    ChurnClassifier(),
    ChurnClassifier(model="boosting", prior_rate=0.5),
    PotentialRegressor(),
    PotentialRegressor(model="boosting"),
]


@pytest.mark.filterwarnings("ignore::kamsim.errors.SmallSampleWarning")  # rightly said of ten rows
@pytest.mark.filterwarnings("ignore::kamsim.errors.FeatureWarning")  # rightly said of texts all different
@pytest.mark.filterwarnings("ignore:`sklearn.utils.parallel.delayed`:UserWarning")
@parametrize_with_checks(ESTIMATORS)
def test_scikit_learn_finds_no_fault(estimator, check) -> None:
    check(estimator)
