import numpy as np
import pandas as pd
import pytest

from kamsim.reporting import plot_whitespace, whitespace_parts

OPENINGS = pd.DataFrame(
    {
        "segment": ["smb", "strategic", "smb"],
        "revenue_36m_eur": [1e5, 4e5, 1e5],
        "whitespace_eur": [1e5, 6e5, 2e5],
        "cross_sell_eur": [5e4, 4e5, np.nan],
        "upsell_eur": [5e4, 2e5, np.nan],
    }
)


def test_parts_add_up_to_the_potential_largest_segment_first() -> None:
    parts = whitespace_parts(OPENINGS).set_index("segment")

    assert parts.index.tolist() == ["strategic", "smb"]
    assert parts.loc["smb"].tolist() == [2e5, 5e4, 5e4, 2e5]
    assert parts.to_numpy().sum() == pytest.approx(1.5e6)


def test_bars_are_as_long_as_the_potential_and_told_by_hatching() -> None:
    ax = plot_whitespace(whitespace_parts(OPENINGS))
    ends = {round(bar.get_x() + bar.get_width()) for bar in ax.patches}

    assert {1_000_000, 500_000} <= ends
    assert {bar.get_hatch() or "" for bar in ax.patches} == {"", "//", ".."}


def test_the_title_tells_of_units_only_where_they_are_known() -> None:
    unknown = OPENINGS.assign(cross_sell_eur=np.nan, upsell_eur=np.nan)
    split, whole = (
        " ".join(plot_whitespace(whitespace_parts(each)).get_title(loc="left").split())
        for each in (OPENINGS, unknown)
    )

    assert split == "Customers buy 40% of what they could; 50% of the rest is in units that do not buy yet"
    assert whole == "Customers buy 40% of what they could"
    assert plot_whitespace(whitespace_parts(OPENINGS.head(0))).get_title(loc="left")
