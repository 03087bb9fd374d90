import pandas as pd

from kamsim.locale import Locale
from kamsim.reporting import territory_table

SHAPES = pd.DataFrame(
    {"territory_id": ["T02", "T01"], "units": [1200, 3], "mean_km": [81.4, 5.0], "contiguous": [True, False],
     "moved_share": [0.0, 0.25]}
)  # fmt: skip
BALANCE = pd.DataFrame(
    {
        "territory_id": ["T01", "T02", "T01", "T02"],
        "attribute": ["clients", "clients", "workload_hours", "workload_hours"],
        "deviation": [0.031, -0.031, 0.0, 0.2],
    }
)


def test_rows_stand_by_name_in_both_languages() -> None:
    table = territory_table(SHAPES, BALANCE, {"T01": "R9"})
    assert table.to_numpy().tolist() == [
        ["T01", "R9", "3", "+3.1%", "0.0%", "5", "no", "25%"],
        ["T02", "–", "1,200", "−3.1%", "+20.0%", "81", "yes", "0%"],
    ]
    french = territory_table(SHAPES, BALANCE, {}, Locale("fr"))
    assert french.columns[3] == "clients, écart à la moyenne"
    assert french.iloc[1, 2] == "1\u202f200"
