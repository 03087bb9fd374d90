import numpy as np
import pandas as pd
import pytest

from kamsim.errors import FeatureError
from kamsim.locale import Locale, languages
from kamsim.locale.catalogue import read_catalogue
from kamsim.scoring import ChurnClassifier, explain, explain_in_words
from kamsim.scoring.explanation import COLUMNS
from kamsim.scoring.explanation_words import UNITS, write_value

ENGLISH, FRENCH = Locale("en"), Locale("fr")


def _explanation(*causes: tuple, target: str = "churn", score: float = 0.34, typical: float = 0.12):
    rows = [
        (row, feature, value, usual, effect, k + 1, target, score, typical)
        for k, (row, feature, value, usual, effect) in enumerate(causes)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def test_a_sentence_names_causes_in_both_directions() -> None:
    said = explain_in_words(
        _explanation(
            ("A1", "use", 0.31, 0.72, 0.9),
            ("A1", "plan", "basic", "pro", -0.4),
            ("A1", "reviews", np.nan, 2.0, 0.3),
        )
    )
    assert said["A1"] == (
        "Churn 34% (typical 12%). Raised by: use 0.31 (typical 0.72); reviews not known (typical 2)."
        " Lowered by: plan basic (typical pro)."
    )
    assert said.index.name == "row"


def test_features_of_kamsim_are_named_and_undone() -> None:
    explanation = _explanation(
        ("A1", "revenue_3m", np.log1p(1200), np.log1p(85_400), 0.9),
        ("A1", "months_since_last_win", 7.0, 1.0, 0.8),
        ("A1", "ae_hours_3m", np.log1p(0.5), np.log1p(12.0), 0.7),
        ("A1", "segment", "mid_market", "smb", -0.5),
        ("A1", "some_new_column", 3.0, 4.0, -0.4),
    )
    said = explain_in_words(explanation, kamsim_features=True)["A1"]
    assert "revenue over 3 months €1.2k a month (typical €85k a month)" in said
    assert "time since the last win 7 months (typical 1 month)" in said
    assert "AE time over 3 months 0.5 h a month (typical 12.0 h a month)" in said
    assert "segment mid-market (typical SMB)" in said
    assert "some_new_column 3 (typical 4)" in said


def test_columns_of_other_tables_are_left_as_they_are() -> None:
    said = explain_in_words(_explanation(("A1", "headcount", 120, 35.0, 0.4)))["A1"]
    assert said.endswith("Raised by: headcount 120 (typical 35).")


def test_french() -> None:
    said = explain_in_words(
        _explanation(("A1", "win_rate", 0.1, 0.4, 0.9), ("A1", "open_deals", np.log1p(3), 0.0, -0.9)),
        FRENCH,
        kamsim_features=True,
    )["A1"]
    assert said == (
        "Churn 34\xa0% (typique 12\xa0%). En hausse par\xa0: taux de gain 10\xa0% (typique 40\xa0%)."
        " En baisse par\xa0: affaires ouvertes 3 (typique 0)."
    )


def test_potential_is_money() -> None:
    explanation = _explanation(("A1", "use", 1, 0, 0.5), target="potential", score=1.2e6, typical=4e5)
    assert explain_in_words(explanation)["A1"].startswith("Potential €1.2M (typical €400k).")
    assert explain_in_words(explanation, currency="USD")["A1"].startswith("Potential $1.2M")


def test_small_effects_are_not_worth_a_word() -> None:
    said = explain_in_words(_explanation(("A1", "use", 1, 0, 0.019), ("A2", "use", 1, 0, -0.021)))
    assert said["A1"].endswith("Nothing known of the account sets it apart.")
    assert said["A2"].endswith("Lowered by: use 1 (typical 0).")


def test_every_account_explained_gets_a_text() -> None:
    rows = np.arange(400)
    X = pd.DataFrame({"hours": rows % 20, "new": rows % 2 == 0}, index=[f"A{i}" for i in rows])
    model = ChurnClassifier(model="linear").fit(X, (rows % 20 < 6) ^ (rows % 11 == 0))
    said = explain_in_words(explain(model, X))
    assert sorted(said.index) == sorted(X.index)
    assert said.str.startswith("Churn ").all()
    assert "Raised by: hours 0 (typical 9.5). Lowered by: new yes (typical no)." in said["A0"]


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (np.log1p(9.0), "log_count", "9"),
        (np.log(4.0), "log_whole", "4"),
        (np.log1p(2e6), "log_money", "€2.0M"),
        (np.log(1.5), "log_change", "+50%"),
        (0.256, "share", "26%"),
        (12.0, "months", "12 months or more"),
        (1.0, "yes_no", "yes"),
        (np.False_, "as_given", "no"),
        (0.0312, "as_given", "0.031"),
        (1234.6, "as_given", "1,235"),
        (0.0, "as_given", "0"),
        (None, "share", "not known"),
        ("x", "share", "x"),
    ],
)
def test_values_are_written_in_their_units(value, kind: str, text: str) -> None:
    assert write_value(value, kind, ENGLISH) == text


def test_an_explanation_that_is_none_is_refused() -> None:
    with pytest.raises(FeatureError, match="column 'row' is missing"):
        explain_in_words(pd.DataFrame({"a": [1]}))


@pytest.mark.parametrize("lang", languages())
def test_every_feature_named_has_a_known_unit_the_same_in_every_language(lang: str) -> None:
    texts, english = read_catalogue(lang), read_catalogue("en")
    names = {k.removeprefix("feature.name.") for k in texts if k.startswith("feature.name.")}
    units = {k.removeprefix("feature.unit."): u for k, u in texts.items() if k.startswith("feature.unit.")}
    assert names == set(units)
    assert set(units.values()) <= set(UNITS)
    assert all(english[f"feature.unit.{name}"] == unit for name, unit in units.items())
