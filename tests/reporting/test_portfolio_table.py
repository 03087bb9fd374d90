import numpy as np
import pandas as pd

from kamsim.locale import Locale
from kamsim.reporting import portfolio_table


def test_texts_of_both_languages_and_a_dash_for_what_is_not_known() -> None:
    row = {
        "segment": "smb", "accounts": 1200, "customers": 800, "revenue_eur_per_year": 1.5e6,
        "revenue_share": 0.4, "logo_retention": np.nan, "low": np.nan, "high": np.nan, "grr": np.nan,
        "grr_low": np.nan, "grr_high": np.nan, "nrr": 1.02, "nrr_low": np.nan, "nrr_high": np.nan,
        "cycle_months": 2.25,
    }  # fmt: skip
    summary = pd.DataFrame([row, {**row, "segment": "", "logo_retention": 0.7, "low": 0.65, "high": 0.75}])

    english, french = portfolio_table(summary), portfolio_table(summary, Locale("fr"))

    assert english.iloc[0].tolist() == ["SMB", "1,200", "800", "€1.5M", "40%", "–", "–", "102%", "2.2"]
    assert english.iloc[1, [0, 5]].tolist() == ["All", "70% (65% to 75%)"]
    assert french.iloc[0, 3] == "1,5\xa0M€"
    assert french.columns[0] == "Segment"
