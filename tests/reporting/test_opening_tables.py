import numpy as np
import pandas as pd

from kamsim.locale import Locale
from kamsim.reporting import product_openings_table, segment_openings_table, underdeveloped_table

OPENING = {
    "name": "X", "segment": "strategic", "revenue_eur_per_year": 1.2e5, "share_of_potential": 0.25,
    "share_low": 0.1, "share_high": 0.5, "whitespace_eur": 1.2e6, "whitespace_low_eur": 4e5,
    "whitespace_high_eur": 3e6, "units": np.nan, "units_open": np.nan, "cross_sell_eur": np.nan,
    "is_ready": False,
}  # fmt: skip


def test_what_is_not_known_is_a_dash_and_amounts_share_a_unit() -> None:
    found = underdeveloped_table(pd.DataFrame([OPENING] * 12))

    assert len(found) == 8
    assert found.iloc[0].tolist() == [
        "X", "Strategic", "€120k", "25% (10% to 50%)", "€1.2M (€0.4M to €3.0M)", "–", "–", "not seen",
    ]  # fmt: skip
    assert underdeveloped_table(pd.DataFrame([OPENING]), Locale("fr")).iloc[0, -1] == "non vu"


def test_segments_and_all() -> None:
    row = {
        "segment": "smb", "customers": 20, "units": 60.0, "units_open": 45.0, "whitespace_eur": 2e6,
        "whitespace_low_eur": 1e6, "whitespace_high_eur": 4e6, "cross_sell_eur": 1.5e6, "upsell_eur": 5e5,
        "ready": 3, "ready_eur": 2e5,
    }  # fmt: skip

    found = segment_openings_table(pd.DataFrame([row, {**row, "segment": ""}]))

    assert found.iloc[0].tolist() == [
        "SMB", "20", "45 of 60", "€2.0M (€1.0M to €4.0M)", "€1.5M", "€0.5M", "3, €0.2M",
    ]  # fmt: skip
    assert found.iloc[1, 0] == "All"


def test_products_of_none_are_no_rows() -> None:
    assert product_openings_table(pd.DataFrame(columns=["product"])).empty
