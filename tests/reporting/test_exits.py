import pandas as pd
import pytest

from kamsim.locale import Locale
from kamsim.reporting import release_table
from kamsim.schemas import FALSE_RELEASE


@pytest.fixture
def releases() -> pd.DataFrame:
    rows = pd.DataFrame({name: [0.0] * 3 for name in FALSE_RELEASE.columns})
    return rows.assign(
        criterion=["progress", "progress", "sponsor"], months=[6, 6, 0], tier=[0, 1, 0],
        released=[100.0, 9.0, 30.0], false_released=[20.0, 1.0, 15.0], false_share=[0.2, 0.11, 0.5],
        net_eur=[2e6, 1e5, -1e5], net_low_eur=[1e6, 0.0, -2e5], net_high_eur=[3e6, 2e5, 0.0],
    )  # fmt: skip


def test_the_whole_has_a_row_a_criterion(releases: pd.DataFrame) -> None:
    table = release_table(releases)
    assert table.iloc[:, 0].tolist() == ["no progress for 6 months", "a lost sponsor"]
    assert table["Falsely released"].tolist() == ["20 (20%)", "15 (50%)"]
    assert table.iloc[0, 3] == "+€2.0M (+1.0 to +3.0)"


def test_by_tier_the_whole_is_left_out(releases: pd.DataFrame) -> None:
    table = release_table(releases, Locale("fr"), by_tier=True)
    assert table["Niveau"].tolist() == ["1"]
    assert table.iloc[0, 0] == "aucun progrès depuis 6 mois"
