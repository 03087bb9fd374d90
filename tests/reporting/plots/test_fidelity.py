import numpy as np
import pandas as pd

from kamsim.reporting import plot_fidelity

PLANS = pd.DataFrame({"believed_eur": [1e6, 2e6], "true_eur": [1.5e6, 3e6], "simulated_eur": [1.2e6, 2.5e6]})
MEASURES = pd.DataFrame({"rank_correlation": [0.993, 1.0], "mean_error_share": [0.081, -0.1]})


def test_both_predictors_stand_over_the_line_of_equality() -> None:
    ax = plot_fidelity(PLANS, MEASURES)
    believed, true, equal = ax.lines
    assert believed.get_xdata().tolist() == [1e6, 2e6]
    assert true.get_ydata().tolist() == [1.2e6, 2.5e6]
    assert equal.get_xydata().tolist() == [[1e6, 1e6], [3e6, 3e6]]
    assert "0.993" in ax.get_title(loc="left")
    assert "8% too much" in ax.get_title(loc="left").replace("\n", " ")


def test_without_a_truth_the_believed_stand_alone() -> None:
    assert len(plot_fidelity(PLANS.assign(true_eur=np.nan), MEASURES.iloc[:1]).lines) == 2
