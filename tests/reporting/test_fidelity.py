import pandas as pd

from kamsim.locale import Locale
from kamsim.reporting import belief_table, fidelity_table

MEASURES = pd.DataFrame(
    {
        "predictor": ["believed", "true"], "plans": [200, 200], "slope": [1.04, 1.12], "r2": [0.9916, 0.9952],
        "rank_correlation": [0.993, 0.997], "mean_error_eur": [-1.93e6, 0.86e6],
        "mean_error_share": [-0.081, 0.036], "error_sd_eur": [0.1e6, 0.12e6],
        "error_sd_share": [0.004, 0.005],
    }
)  # fmt: skip


def test_a_row_a_predictor_in_one_unit() -> None:
    table = fidelity_table(MEASURES)
    assert table["Mean error"].tolist() == ["−€1.9M (−8.1%)", "+€0.9M (+3.6%)"]
    assert table["R²"].tolist() == ["0.992", "0.995"]


def test_calibration_in_french() -> None:
    row = {"level": 0.5, "gain_inside_1": 0.55, "gain_inside_2": 0.84}
    table = belief_table(pd.DataFrame([row | {"value_inside_1": 0.94, "value_inside_2": 1.0}]), Locale("fr"))
    assert table.iloc[0].tolist() == ["0,5", "55\u00a0%", "84\u00a0%", "94\u00a0%", "100\u00a0%"]
    assert table.columns.is_unique
