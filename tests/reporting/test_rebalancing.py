import pandas as pd
import pytest

from kamsim.locale import Locale
from kamsim.reporting import frequency_table, state_best
from kamsim.schemas import FREQUENCIES


@pytest.fixture
def frequencies() -> pd.DataFrame:
    rows = pd.DataFrame({name: [0.0] * 3 for name in FREQUENCIES.columns})
    return rows.assign(
        method="rule", rep_change_cost=[1.0, 1.0, -1.0], every_months=[12, 0, 0], moves=[7.4, 0, 0],
        difference_eur=[2e5, 0, 0], difference_low_eur=[1e5, 0, 0], difference_high_eur=[3e5, 0, 0],
    )  # fmt: skip


def test_rows_go_by_cost_and_frequency(frequencies: pd.DataFrame) -> None:
    table = frequency_table(frequencies)
    assert table["Rep-change cost"].tolist() == ["× −1.0", "× +1.0", "× +1.0"]
    assert table["Books realigned"].tolist() == ["never", "never", "every 12 months"]
    assert table.iloc[:, 4].tolist() == ["–", "–", "+€200k (+100 to +300)"]


@pytest.mark.parametrize(
    ("verdict", "best", "alike", "words"),
    [
        ("realign", 12, (6, 12), ["tous les 12\u00a0mois", "Sans écart établi", "tous les 6\u00a0mois"]),
        ("never", 0, (0,), ["laisser les portefeuilles"]),
        ("no difference", 3, (0, 3), ["pas de différence utile"]),
    ],
)
def test_one_sentence_a_cost(verdict: str, best: int, alike: tuple[int, ...], words: list[str]) -> None:
    row = {"rep_change_cost": -1.0, "best_months": best, "verdict": verdict, "as_good_months": alike}
    ends = {"difference_eur": 2e5, "difference_low_eur": 1e5, "difference_high_eur": 3e5}
    (line,) = state_best(pd.DataFrame([row | ends]), Locale("fr"))
    for word in words:
        assert word.replace("\u00a0", " ") in line.replace("\u00a0", " ")
