from itertools import pairwise

import pandas as pd
import pytest

from kamsim.locale import Locale
from kamsim.reporting import plot_ladder
from kamsim.reporting.style import BETTER, UNCLEAR, WORSE
from kamsim.schemas import LADDER

STEPS = {
    "status_quo_revenue": 1,
    "guide_ratios": 2,
    "optimum_believed": 5,
    "optimum_true": 6,
    "clairvoyant": 10,
}
GAINS = [0.0, -1e6, 2e6, 4e6, 7e6]


@pytest.fixture
def ladder() -> pd.DataFrame:
    row = dict.fromkeys(LADDER.columns, 0.0)
    table = pd.DataFrame([row | {"step": step, "name": name} for name, step in STEPS.items()])
    table["contribution_eur"] = [1e7 + gain for gain in GAINS]
    difference = table["contribution_eur"].diff()
    table["difference_eur"] = difference
    table["difference_low_eur"], table["difference_high_eur"] = difference - 2e5, difference + 2e5
    table["regret_eur"] = [4e6 - gain for gain in GAINS]
    table.loc[3, ["true_eur", "bound_eur"]] = 2e7, 2.05e7
    return table


def test_bars_lead_from_step_to_step(ladder: pd.DataFrame) -> None:
    ax = plot_ladder(ladder, "status_quo_revenue")
    ends = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    assert ends == [pytest.approx(pair) for pair in pairwise(GAINS)]
    title = ax.get_title(loc="left").replace("\n", " ")
    assert "leaves €4.0M" in title
    assert "believed €2.0M" in title


def test_colours_tell_better_from_worse_from_unclear(ladder: pd.DataFrame) -> None:
    from matplotlib.colors import to_hex

    ladder.loc[2, "difference_low_eur"] = -1.0
    colours = [
        to_hex(bar.get_facecolor()).upper() for bar in plot_ladder(ladder, "status_quo_revenue").patches
    ]
    assert colours == [WORSE, UNCLEAR, BETTER, BETTER]


def test_a_bound_stands_where_the_curves_have_it(ladder: pd.DataFrame) -> None:
    ax = plot_ladder(ladder, "status_quo_revenue")
    marks = next(line for line in ax.lines if line.get_marker() == "|")
    assert marks.get_xydata().tolist() == [[4.5e6, 3.0]]
    assert plot_ladder(ladder.assign(bound_eur=float("nan")), "status_quo_revenue").get_legend() is None


def test_it_speaks_french(ladder: pd.DataFrame) -> None:
    ax = plot_ladder(ladder, "status_quo_revenue", locale=Locale("fr"))
    assert ax.get_yticklabels()[-1].get_text() == "Borne du clairvoyant"
