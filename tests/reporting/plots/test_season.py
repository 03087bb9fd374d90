import pandas as pd
import pytest
from matplotlib.colors import to_hex

from kamsim.locale import ENGLISH, Locale
from kamsim.measures.season import COLUMNS
from kamsim.reporting import plot_season
from kamsim.reporting.plots.season import season_title
from kamsim.reporting.style import UNCLEAR, WORSE


@pytest.fixture
def season() -> pd.DataFrame:
    frame = pd.DataFrame({"calendar_month": range(1, 13), "pace": 1.0, "low": 0.9, "high": 1.1})
    frame.loc[7, ["pace", "low", "high"]] = 0.6, 0.5, 0.7
    return frame


def test_title_names_the_slowest_month(season: pd.DataFrame) -> None:
    assert season_title(season, ENGLISH) == "Aug: 40% fewer signatures than in the mean month"
    assert season_title(season, Locale("fr")) == (
        "août\xa0: 40\xa0% de signatures en moins que le mois moyen"
    )


def test_what_could_be_chance_is_no_finding(season: pd.DataFrame) -> None:
    title = season_title(season.assign(high=1.2), ENGLISH)
    assert title == "No month has clearly fewer signatures than the mean month"


def test_only_clear_months_have_a_colour(season: pd.DataFrame) -> None:
    colours = [to_hex(bar.get_facecolor()).upper() for bar in plot_season(season).patches]
    assert colours == [WORSE if month == 7 else UNCLEAR for month in range(12)]


def test_no_signature() -> None:
    ax = plot_season(pd.DataFrame(columns=COLUMNS))
    assert ax.get_title(loc="left").startswith("No season to see")
