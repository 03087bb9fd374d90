import pandas as pd
import pytest

from kamsim.experiments import key_figures
from kamsim.locale import Locale
from kamsim.reporting import key_figure_table


@pytest.fixture
def figures(periods: pd.DataFrame) -> pd.DataFrame:
    return key_figures(periods, "status_quo", 0.95)


def test_a_row_a_policy_the_highest_contribution_first(figures: pd.DataFrame) -> None:
    table = key_figure_table(figures)

    assert table["Policy"].iloc[0] == "Profit-maximising"
    assert table["Policy"].iloc[-1] == "Round robin"
    assert len(table) == figures["policy"].nunique()


def test_figures_stand_with_their_intervals_in_their_units(figures: pd.DataFrame) -> None:
    table = key_figure_table(figures, tier=0, year=1).set_index("Policy").loc["Status quo"]

    value = figures.query("policy == 'status_quo' and year == 1 and figure == 'revenue_eur'").iloc[0]
    ends = [f"€{value[name] / 1e6:.1f}M" for name in ("value", "low", "high")]
    assert table["Revenue"] == f"{ends[0]} ({ends[1]} to {ends[2]})"
    assert table["NRR a year"] == "102.0%", "without a width there is nothing to put in brackets"
    assert table["Business units"] == "1.80"
    assert table["AE hours a month"] == "240"
    assert table["Utilisation"] == "92.0%"


def test_french_heads_and_missing_figures(figures: pd.DataFrame) -> None:
    some = figures.assign(value=figures["value"].where(figures["figure"] != "grr"))

    table = key_figure_table(some, Locale("fr"))

    assert table["GRR par an"].unique().tolist() == ["–"]
    assert "Taux d'occupation" in table
