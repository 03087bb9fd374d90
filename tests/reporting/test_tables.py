import numpy as np
import pandas as pd
import pytest

from kamsim.locale import Locale, languages
from kamsim.reporting import assessment_table, comparison_table, render_text


def test_best_contribution_comes_first(comparison: pd.DataFrame) -> None:
    table = comparison_table(comparison)
    assert table["Policy"].tolist() == [
        "Profit-maximising", "Potential first", "Balanced", "Guide's ratios", "Status quo", "Nearest",
        "Round robin",
    ]  # fmt: skip


def test_row_of_the_best_policy(comparison: pd.DataFrame) -> None:
    row = comparison_table(comparison).iloc[0].tolist()
    assert row == [
        "Profit-maximising", "€14.5M", "104.5%", "83.5%", "5%", "+€2.5M (+1.9 to +3.1)", "+€1.9M", "10",
        "0.08%",
    ]  # fmt: skip


def test_the_baseline_has_no_difference_and_no_gap(comparison: pd.DataFrame) -> None:
    row = comparison_table(comparison).set_index("Policy").loc["Status quo"].tolist()
    assert row[4:] == ["–", "–", "0", "–"]


def test_heads_name_horizon_baseline_and_confidence(comparison: pd.DataFrame) -> None:
    heads = list(comparison_table(comparison, Locale("fr"), months=24, confidence=0.9).columns)
    assert heads[1] == "CA sur 24 mois"
    assert heads[5] == "CA, écart avec Statu quo (intervalle à 90\xa0%)"


def test_differences_share_one_unit(comparison: pd.DataFrame) -> None:
    contributions = comparison_table(comparison).iloc[:, 6]
    assert all(text == "–" or text.endswith("M") for text in contributions)


def test_row_order_does_not_matter(comparison: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(comparison_table(comparison), comparison_table(comparison.iloc[::-1]))


def test_missing_rates_are_dashes(comparison: pd.DataFrame) -> None:
    table = comparison_table(comparison.assign(nrr=np.nan, logo_retention=np.nan))
    assert set(table["NRR a year"]) | set(table["Logo retention"]) == {"–"}


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_terminal_text_is_aligned_and_narrow(comparison: pd.DataFrame, lang: str, currency: str) -> None:
    lines = render_text(comparison_table(comparison, Locale(lang), currency)).splitlines()
    rule = next(i for i, line in enumerate(lines) if set(line) == {"-"})
    assert max(map(len, lines)) <= 110
    assert 1 <= rule <= 3
    assert len(lines) == rule + 1 + len(comparison)
    assert len({len(line) for line in lines[rule:]}) == 1, "the last column is set flush right"


def test_assessment_tells_headlines_with_their_interval_beside_the_baseline() -> None:
    frame = pd.DataFrame({"model": "churn", "measure": ["my_own", "brier_skill", "auc"]})
    frame = frame.assign(value=[1.0, 0.04, 0.7123], baseline=[np.nan, 0.0, 0.5], rows=1200)
    frame = frame.assign(low=[np.nan, np.nan, 0.68], high=[np.nan, np.nan, 0.74])
    table = assessment_table(frame, Locale("fr"))
    assert len(table) == 2
    assert table.iloc[0].tolist()[0] == "Départ sous 12 mois"
    assert table.iloc[0].tolist()[2:] == ["0,712 (0,680 à 0,740)", "0,500", "1\u202f200"]
    assert table.iloc[1].tolist()[2:4] == ["0,040", "0,000"]


def test_tables_of_nothing() -> None:
    empty = pd.DataFrame({"model": [], "measure": [], "value": [], "baseline": [], "rows": []})
    assert len(assessment_table(empty)) == 0
