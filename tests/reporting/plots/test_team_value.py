import pandas as pd
import pytest

from kamsim.locale import Locale
from kamsim.reporting import plot_team_value

FRAME = pd.DataFrame(
    {"aes": [1.0, 2.0, 3.0], "best_eur": [5e6, 6e6, 6.2e6], "spread_eur": [4e6, 4.1e6, 4.2e6],
     "cost_eur": [4e5, 8e5, 1.2e6]}
)  # fmt: skip


def test_lines_are_net_of_cost_and_tops_are_marked() -> None:
    ax = plot_team_value(FRAME, (2.0, 2.0, 3.0), 1.5, months=36)
    lines = {line.get_label(): line.get_ydata() for line in ax.lines}
    assert list(lines["hours where they bring most"]) == pytest.approx([4.6e6, 5.2e6, 5.0e6])
    assert [float(line.get_xdata()[0]) for line in ax.lines if line.get_marker() == "o"] == [2.0, 1.0]
    assert ax.get_title(loc="left").replace("\n", " ") == (
        "Most is left with 2 AEs, and 2 to 3 come within 1%; there are 1.5"
    )


def test_in_french_money() -> None:
    ax = plot_team_value(FRAME, (2.0, 2.0, 3.0), 1.0, months=36, locale=Locale("fr"))
    assert "36 mois" in ax.get_ylabel()
