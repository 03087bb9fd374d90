"""The page without a browser: sliders, and what they change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kamsim.apps import CoverageResponse
from kamsim.apps.words import state_finding
from kamsim.locale import Locale

pytest.importorskip("ipywidgets", reason="the extra `dashboard` is not installed")

EN = Locale("en")


@pytest.fixture
def page(response: CoverageResponse) -> Any:
    from kamsim.apps.page import Page

    return Page(response, EN)


def _all(widget: Any) -> list[Any]:
    return [widget, *(each for child in getattr(widget, "children", ()) for each in _all(child))]


def _slider(page: Any, name: str) -> Any:
    return next(w for w in _all(page.widget()) if f"kamsim-{name}" in getattr(w, "_dom_classes", ()))


def _texts(page: Any) -> str:
    return " ".join(w.value for w in _all(page.widget()) if type(w).__name__ == "HTML")


def test_it_opens_with_today(page: Any, response: CoverageResponse) -> None:
    setting = page.setting
    assert replace(setting, most_moves=response.today.most_moves) == response.today
    assert setting.most_moves == response.frontier["moves_allowed"].iloc[-1]


@pytest.mark.parametrize(
    ("name", "attribute"), [("team", "aes"), ("ratio_1", "accounts_per_ae"), ("moves", "most_moves")]
)
def test_a_slider_changes_its_own_knob(page: Any, name: str, attribute: str) -> None:
    before = page.setting
    slider = _slider(page, name)
    slider.index = slider.index - 1 if slider.index else 1
    changed = page.setting

    assert getattr(changed, attribute) != getattr(before, attribute)
    assert replace(changed, **{attribute: getattr(before, attribute)}) == before


def test_the_texts_are_those_of_the_answer(page: Any, response: CoverageResponse) -> None:
    slider = _slider(page, "team")
    slider.index += 3
    answer = response.answer(page.setting)
    said = state_finding(response, answer, response.answer(response.today), EN)

    assert said.replace("'", "&#x27;") in _texts(page)


def test_back_to_today(page: Any) -> None:
    opened = page.setting
    for name in ("team", "ratio_2"):
        _slider(page, name).index += 2
    next(w for w in _all(page.widget()) if type(w).__name__ == "Button").click()

    assert page.setting == opened


def test_cutoffs_that_meet_are_said_and_not_answered(page: Any) -> None:
    cutoffs = _slider(page, "cutoffs")
    cutoffs.index = (3, 3)

    assert "Tier 2 must start below tier 1" in _texts(page)


def test_plots_carry_their_words(page: Any) -> None:
    assert _texts(page).count('alt="Chart.') == 2


def test_a_name_from_an_export_stays_text(response: CoverageResponse) -> None:
    from kamsim.apps.page import Page

    refused = replace(response, frontier=response.frontier.iloc[:0], remark="<script>alert(1)</script>")
    assert "<script>" not in _texts(Page(refused, EN))
