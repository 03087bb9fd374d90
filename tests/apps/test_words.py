"""The finding and the tables say what the answer holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kamsim.apps import CoverageResponse
from kamsim.apps.words import result_table, say_coverage, say_moves, state_finding, tier_table
from kamsim.locale import Locale
from kamsim.schemas import FRONTIER

EN, FR = Locale("en"), Locale("fr")


def finding(response: CoverageResponse, locale: Locale = EN, **changes: object) -> str:
    answer = response.answer(replace(response.today, **changes))  # type: ignore[arg-type]
    return state_finding(response, answer, response.answer(response.today), locale)


def test_the_finding_names_the_sign_of_what_is_sure(response: CoverageResponse) -> None:
    assert finding(response).startswith("As it is today")
    assert "leaves less than today's" in finding(response, aes=200.0)
    sure = replace(response, gain_sd=0 * response.gain_sd)
    unsure = replace(response, gain_sd=1e9 + response.gain_sd)
    today, more = sure.answer(sure.today), sure.answer(replace(sure.today, aes=sure.today.aes + 1))
    expected = "more" if more.net.value > today.net.value else "less"
    assert f"leaves {expected} than today's" in finding(sure, aes=sure.today.aes + 1)
    assert "not clearly better or worse" in finding(unsure, aes=sure.today.aes + 1)


def test_the_table_sets_the_answer_beside_today(response: CoverageResponse) -> None:
    today = response.answer(response.today)
    answer = response.answer(replace(response.today, aes=response.today.aes + 2))
    rows = result_table(response, answer, today, EN).set_index("Figure")

    assert rows.loc["Full-time AEs"].tolist() == [
        EN.number(response.today.aes, 1),
        EN.number(response.today.aes + 2, 1),
        "+2.0",
    ]
    difference = response.difference(answer, today)
    assert rows.loc["Left after the AEs' cost", "Difference"] == EN.money_interval(
        difference.value, difference.low, difference.high, response.scenario.currency
    )
    assert rows.loc["AE hours asked, of those there", "Today"] == EN.percent(today.load, 0)


def test_a_team_of_nobody_has_no_load(response: CoverageResponse) -> None:
    nobody = response.answer(replace(response.today, aes=0.0))
    rows = result_table(response, nobody, response.answer(response.today), EN).set_index("Figure")

    assert rows.loc["AE hours asked, of those there"].tolist()[1:] == ["–", "–"]


def test_tiers_show_both_settings(response: CoverageResponse) -> None:
    today = response.answer(response.today)
    all_in_one = response.answer(replace(response.today, tier_1_above_eur=2.0, tier_2_from_eur=1.0))
    table = tier_table(all_in_one, today, EN)

    pairs = zip(today.tiers, all_in_one.tiers, strict=True)
    assert table["Accounts"].tolist() == [f"{old.accounts} → {new.accounts}" for old, new in pairs]
    assert table["Hours asked a month each"].iloc[0] == EN.number(all_in_one.tiers[0].hours_asked, 1)
    assert table["Hours asked a month each"].iloc[1] == "–"
    assert table["Hours given"].iloc[1].endswith("→ –")


def test_moves_are_said_or_why_not(response: CoverageResponse) -> None:
    today = response.answer(response.today)
    none = replace(response, frontier=FRONTIER.empty())
    nothing = none.answer(none.today)

    moved = response.frontier["accounts_moved"].iloc[-1]
    assert f"{EN.number(moved)} changes of owner" in say_moves(response, today, EN)
    assert "--frontier" in say_moves(none, nothing, EN)
    assert "too few hours" in say_moves(replace(none, remark="too few hours"), nothing, EN)


@pytest.mark.parametrize("locale", [EN, FR])
def test_both_languages_have_every_text(response: CoverageResponse, locale: Locale) -> None:
    today = response.answer(response.today)
    assert len(result_table(response, today, today, locale)) == 11
    assert locale.confidence(response.scenario.experiment.confidence) in say_coverage(response, locale)
    assert finding(response, locale, aes=1.0)
