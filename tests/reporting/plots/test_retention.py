import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.locale import ENGLISH, Locale
from kamsim.measures.retention import COLUMNS
from kamsim.reporting import plot_retention
from kamsim.reporting.plots.retention import retention_title


@pytest.fixture
def curves() -> pd.DataFrame:
    common = {"month": [0, 12, 24], "low": 0.3, "high": 1.0, "customers": 40}
    stays = {"segment": "strategic", "share": [1.0, 0.9, 0.82], "constant": [1.0, 0.9, 0.81]}
    leaves = {"segment": "smb", "share": [1.0, 0.7, 0.6], "constant": [1.0, 0.7, 0.49]}
    return pd.concat([pd.DataFrame({**common, **each}) for each in (stays, leaves)], ignore_index=True)


def test_title_names_the_segment_that_one_rate_misses_most(curves: pd.DataFrame) -> None:
    assert retention_title(curves, ENGLISH) == (
        "SMB: 60% of the customers are still there after 24 months; at the first year's rate it would be 49%"
    )


def test_a_single_year_cannot_be_missed_by_its_own_rate(curves: pd.DataFrame) -> None:
    year = curves[curves["month"] <= 12]
    assert retention_title(year, Locale("fr")) == "PME\xa0: 70\xa0% des clients sont encore là après 12 mois"


def test_a_line_and_a_constant_per_segment_and_the_bands(curves: pd.DataFrame, scenario: Scenario) -> None:
    ax = plot_retention(curves, validation=scenario.validation)
    assert [text.get_text() for text in ax.get_legend().get_texts()][:2] == ["Strategic (40)", "SMB (40)"]
    band = scenario.validation.smb.logo_retention
    assert [tuple(line.get_ydata()) for line in ax.lines].count(band) == 1
    assert len(plot_retention(curves).lines) == len(ax.lines) - 3


def test_nobody_to_follow() -> None:
    ax = plot_retention(pd.DataFrame(columns=COLUMNS), locale=Locale("fr"))
    assert ax.get_title(loc="left").startswith("Personne à suivre")
    assert not ax.axison
