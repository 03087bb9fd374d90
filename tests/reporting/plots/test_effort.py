import pandas as pd
import pytest

from kamsim.bundle import read_table
from kamsim.locale import ENGLISH
from kamsim.reporting import effort_by_tier, plot_effort
from kamsim.reporting.plots.effort import POTENTIAL, effort_title

BOOK = pd.DataFrame(
    {"account_id": ["a", "b", "c"], "tier": [1, 3, 3], "potential_36m_eur": [60.0, 30.0, 10.0]}
)
ASSIGNMENT = pd.DataFrame(
    {
        "policy": ["p"] * 3 + ["q"] * 3,
        "account_id": ["a", "b", "c"] * 2,
        "ae_hours": [1.0, 2.0, 1.0, 0.0, 0.0, 0.0],
    }
)


def test_shares_of_hours_and_potential() -> None:
    table = effort_by_tier(ASSIGNMENT, BOOK).set_index(["policy", "tier"])["share"]
    assert table[POTENTIAL].tolist() == pytest.approx([0.6, 0.0, 0.4])
    assert table["p"].tolist() == pytest.approx([0.25, 0.0, 0.75])
    assert table["q"].tolist() == [0.0, 0.0, 0.0]


def test_title_sets_hours_beside_potential() -> None:
    frame = effort_by_tier(ASSIGNMENT, BOOK)
    assert (
        effort_title(frame, ENGLISH) == "Tier 1 holds 60% of the potential and gets 0% to 25% of the AE hours"
    )
    alone = effort_title(frame[frame["policy"] != "q"], ENGLISH)
    assert alone == "Tier 1 holds 60% of the potential and gets 25% of the AE hours"


def test_potential_stands_above_the_policies_in_order(run) -> None:
    frame = effort_by_tier(read_table(run, "allocation", "assignment"), read_table(run, "allocation", "book"))
    ax = plot_effort(frame, order=["nearest", "balanced"])
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "Share of potential",
        "Nearest",
        "Balanced",
    ]
    widths = [sum(bar.patches[i].get_width() for bar in ax.containers) for i in range(3)]
    assert widths == pytest.approx([1, 1, 1])
