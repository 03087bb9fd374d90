import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.locale import Locale
from kamsim.reporting import decision_table
from kamsim.reporting.decisions import decide

SCENARIO = Scenario.load("base")


def flips(name: str, low: float, high: float, *turns: tuple[str, float, float]) -> pd.DataFrame:
    """Rows of one recommendation: assumption, value of the flip, distance."""
    return pd.DataFrame(
        {
            "recommendation": name,
            "assumption": [turn[0] for turn in turns],
            "base": 1.0,
            "flip": [turn[1] for turn in turns],
            "distance": [turn[2] for turn in turns],
            "lead_eur": (low + high) / 2,
            "lead_low_eur": low,
            "lead_high_eur": high,
        }
    )


def test_decisions_stand_in_the_order_asked_for_with_their_nearest_flip() -> None:
    none = float("nan")
    table = pd.concat(
        [
            flips("attention", 1e3, 5e3, ("response", none, none)),
            flips("balanced over status_quo", 1e6, 2e6, ("churn", 1.5, 0.4), ("response", 0.8, 0.1)),
        ]
    )

    found = decision_table(table, ["balanced over status_quo", "attention"], SCENARIO)

    assert found.iloc[0].tolist() == [
        "Share out accounts and hours by “Balanced” instead of “Status quo”",
        "+€1.5M (+1.0 to +2.0)",
        "Take it",
        "Effort for half of the response at ×0.80 (now ×1.00)",
    ]
    assert found.iloc[1, 2:].tolist() == [
        "No matter: under €100k either way",
        "nothing within the plausible ranges",
    ]
    assert found.columns[1] == "Worth over 36 months (95% interval)"


def test_french() -> None:
    found = decision_table(
        flips("one_more_ae", -9e5, -8e5, ("margin", 0.9, 0.2)), ["one_more_ae"], SCENARIO, Locale("fr")
    )

    assert found.iloc[0].tolist()[2:] == ["À laisser", "Marge à 90\xa0% (aujourd'hui 100\xa0%)"]


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0, 0, "none"),
        (-9, 9, "small"),
        (1, 20, "take"),
        (-20, -1, "leave"),
        (-20, 20, "wait"),
        (-1, 20, "wait"),
    ],
)
def test_what_an_interval_asks_for(low: float, high: float, said: str) -> None:
    assert decide(low, high, 10) == said
