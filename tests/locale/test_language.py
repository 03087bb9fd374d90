import datetime
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamsim.errors import ConfigError
from kamsim.locale import Locale, catalogue, languages

ENGLISH, FRENCH = Locale("en"), Locale("fr")
amounts = st.floats(-1e12, 1e12)


def test_unknown_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="unknown language 'de': known are en, fr"):
        Locale("de")


def test_missing_key_is_named_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"unknown text 'policy\.balnced': did you mean 'policy\.balanced'"):
        ENGLISH.text("policy.balnced")


def test_missing_value_is_named() -> None:
    with pytest.raises(ConfigError, match=r"text 'year\.label' wants a value for 'year', got month"):
        ENGLISH.text("year.label", month="3")


def test_braces_in_a_value_are_inert() -> None:
    assert ENGLISH.text("year.label", year="{policy}") == "Year\xa0{policy}"


def test_policy_without_a_text_keeps_its_own_name() -> None:
    assert ENGLISH.policy("my_rule") == "my rule"
    assert FRENCH.policy("status_quo") == "Statu quo"


@pytest.mark.parametrize(
    ("amount", "english", "french"),
    [
        (0, "€0", "0\xa0€"),
        (950, "€950", "950\xa0€"),
        (1_234, "€1.2k", "1,2\xa0k€"),
        (85_400, "€85k", "85\xa0k€"),
        (999_400, "€999k", "999\xa0k€"),
        (999_960, "€1.0M", "1,0\xa0M€"),
        (1_234_567, "€1.2M", "1,2\xa0M€"),
        (-123_456_789, "−€123M", "−123\xa0M€"),
        (2.5e9, "€2.5bn", "2,5\xa0Md€"),
        (math.nan, "–", "–"),
        (None, "–", "–"),
    ],
)
def test_compact_money(amount: float | None, english: str, french: str) -> None:
    assert ENGLISH.money(amount, "EUR", compact=True) == english
    assert FRENCH.money(amount, "EUR", compact=True) == french


def test_money_in_full_keeps_every_unit() -> None:
    assert ENGLISH.money(10_005_534, "USD") == "$10,005,534"
    assert FRENCH.money(10_005_534, "EUR") == "10\u202f005\u202f534\xa0€"
    assert ENGLISH.money(1234.5, "USD", digits=2) == "$1,234.50"


@pytest.mark.parametrize(
    ("amount", "text"), [(1.9e6, "+€1.9M"), (-1.9e6, "−€1.9M"), (0, "€0"), (-0.2, "€0"), (0.2, "€0")]
)
def test_signed_money(amount: float, text: str) -> None:
    assert ENGLISH.money(amount, "EUR", compact=True, signed=True) == text


@given(amounts)
def test_signs_are_symmetric(amount: float) -> None:
    up = ENGLISH.money(abs(amount), "EUR", compact=True, signed=True)
    down = ENGLISH.money(-abs(amount), "EUR", compact=True, signed=True)
    assert up.lstrip("+") == down.lstrip("−")
    assert not up.startswith("−")


def test_percentages() -> None:
    assert ENGLISH.percent(0.1234) == "12.3%"
    assert FRENCH.percent(0.1234) == "12,3\xa0%"
    assert ENGLISH.percent(12.3456, 0) == "1,235%"
    assert ENGLISH.percent(-0.05, 0) == "−5%"
    assert ENGLISH.percent(0.05, 0, signed=True) == "+5%"
    assert ENGLISH.percent(math.nan) == ENGLISH.percent(None) == "–"


def test_interval_shares_one_unit() -> None:
    assert FRENCH.money_interval(1.92e6, -1.2e6, 2.6e6, "EUR") == "+1,9\xa0M€ (−1,2 à +2,6)"
    assert ENGLISH.money_interval(12, -5, 30, "EUR") == "+€12 (−5 to +30)"
    assert ENGLISH.money_interval(math.nan, 0, 1, "EUR") == "–"
    assert ENGLISH.money_interval(0.3e6, 0.02e6, 0.6e6, "EUR", like=6e6) == "+€0.30M (+0.02 to +0.60)"


@given(st.floats(1e3, 1e9), st.floats(0.02, 0.5))
def test_ends_of_an_interval_do_not_look_alike(middle: float, half: float) -> None:
    text = ENGLISH.money_interval(middle, middle * (1 - half), middle * (1 + half), "EUR")
    low, high = text.partition("(")[2].rstrip(")").split(" to ")
    assert low != high


def test_dates() -> None:
    day = datetime.date(2026, 1, 31)
    assert (ENGLISH.date(day), FRENCH.date(day)) == ("Jan 31, 2026", "31 janv. 2026")
    assert (ENGLISH.month(day), FRENCH.month(day)) == ("January 2026", "janvier 2026")


def test_a_new_language_is_one_file(tmp_path, monkeypatch) -> None:
    english = catalogue.resources.files("kamsim.locale") / "en.toml"
    (tmp_path / "en.toml").write_text(english.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "de.toml").write_text(
        '[policy]\nbalanced = "Ausgewogen"\n[compact]\nmillion = "#,##0 Mio. ¤"\n', encoding="utf-8"
    )
    monkeypatch.setattr(catalogue.resources, "files", lambda package: tmp_path)
    catalogue.read_catalogue.cache_clear()
    try:
        assert languages() == ["de", "en"]
        german = Locale("de")
        assert german.policy("balanced") == "Ausgewogen"
        assert german.money(1.25e6, "EUR", compact=True) == "1,2 Mio. €"
    finally:
        monkeypatch.undo()
        catalogue.read_catalogue.cache_clear()
