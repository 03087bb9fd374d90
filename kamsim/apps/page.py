"""The page: sliders wired to the precomputed response. Nothing is computed here."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import ipywidgets
import pandas as pd

from kamsim.apps.pictures import draw_moves, draw_team
from kamsim.apps.response import CoverageResponse
from kamsim.apps.stops import stops_of
from kamsim.apps.what_if import Moves, WhatIf
from kamsim.apps.words import (
    result_table,
    say_count,
    say_coverage,
    say_limit,
    say_moves,
    state_finding,
    tier_table,
)
from kamsim.locale import Locale
from kamsim.reporting import show_plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Page:
    """A dashboard of one portfolio.

    Parameters
    ----------
    response : CoverageResponse
    locale : Locale
    """

    def __init__(self, response: CoverageResponse, locale: Locale) -> None:
        self._response, self._locale = response, locale
        self._today = response.answer(response.today)
        self._stops = stops_of(response)
        self._finding, self._results, self._tiers, self._moves = (ipywidgets.HTML() for _ in range(4))
        self._team_plot, self._moves_plot = ipywidgets.HTML(), ipywidgets.HTML()
        self._ratios, self._cutoffs, self._aes, self._most_moves = self._sliders()
        self._reset = ipywidgets.Button(description=locale.text("dashboard.reset"))
        self._reset.on_click(lambda _: self.set(response.today))
        self._held = False
        self._moves_drawn: Moves | None = None
        for slider in self._all_sliders:
            slider.observe(self._update, names="value")
        self._update()

    @property
    def setting(self) -> WhatIf:
        """What the sliders say."""
        first, second, third = (slider.value for slider in self._ratios)
        low, high = self._cutoffs.value
        return WhatIf((first, second, third), high, low, self._aes.value, self._most_moves.value)

    def set(self, setting: WhatIf) -> None:
        """Move all sliders, and update once."""
        self._held = True
        for slider, ratio in zip(self._ratios, setting.accounts_per_ae, strict=True):
            slider.value = ratio
        self._cutoffs.value = (setting.tier_2_from_eur, setting.tier_1_above_eur)
        self._aes.value, self._most_moves.value = setting.aes, self._limit(setting.most_moves)
        self._held = False
        self._update()

    def widget(self) -> ipywidgets.Widget:
        """Return the page as one widget."""
        text = self._locale.text
        controls = _column("controls", *self._all_sliders, self._reset)
        tables = _column("tables", self._results, self._tiers)
        plots = _column("plots", self._team_plot, self._moves_plot, self._moves)
        reading = ipywidgets.HTML(_paragraph(say_coverage(self._response, self._locale), "reading"))
        title = ipywidgets.HTML(f"<h1>{html.escape(text('dashboard.title'))}</h1>")
        body = _column("body", controls, tables, plots)
        return _column("page", title, self._finding, body, reading)

    @property
    def _all_sliders(self) -> list[Any]:
        return [self._aes, *self._ratios, self._cutoffs, self._most_moves]

    def _sliders(self) -> tuple[list[Any], Any, Any, Any]:
        stops, today, locale = self._stops, self._response.today, self._locale
        currency = self._response.scenario.currency
        ratios_today = zip(stops.accounts_per_ae, today.accounts_per_ae, strict=True)
        ratios = [
            self._slider(f"ratio_{tier}", values, now, [say_count(value, locale) for value in values])
            for tier, (values, now) in enumerate(ratios_today, start=1)
        ]
        amounts = [locale.money(v, currency, compact=True) for v in stops.cutoffs_eur]
        both = (today.tier_2_from_eur, today.tier_1_above_eur)
        cutoffs = self._slider("cutoffs", stops.cutoffs_eur, both, amounts, ipywidgets.SelectionRangeSlider)
        sizes = [say_count(value, locale) for value in stops.aes]
        aes = self._slider("team", stops.aes, today.aes, sizes)
        limits = stops.moves or (today.most_moves,)
        texts = [say_limit(v, self._response, locale) for v in limits]
        moves = self._slider("moves", limits, self._limit(today.most_moves), texts)
        moves.disabled = len(stops.moves) < 2
        return ratios, cutoffs, aes, moves

    def _slider(
        self,
        name: str,
        values: Sequence[float],
        value: float | tuple[float, float],
        texts: Sequence[str],
        kind: type[Any] = ipywidgets.SelectionSlider,
    ) -> Any:
        slider = kind(
            options=list(zip(texts, values, strict=True)),
            value=value,
            description=self._locale.text(f"dashboard.slider_{name}"),
            continuous_update=False,
        )
        return slider.add_class("kamsim-slider").add_class(f"kamsim-{name}")

    def _limit(self, most: int) -> int:
        """Return the largest stop within a limit."""
        return max(
            (stop for stop in self._stops.moves if stop <= most), default=(self._stops.moves or (most,))[0]
        )

    def _update(self, _: Any = None) -> None:
        """Answer the sliders: texts first, for they are there at once."""
        if self._held:
            return
        response, locale, today, setting = self._response, self._locale, self._today, self.setting
        if setting.tier_2_from_eur == setting.tier_1_above_eur:
            self._finding.value = _paragraph(locale.text("dashboard.cutoffs_equal"), "finding")
            return
        answer = response.answer(setting)
        self._finding.value = _paragraph(state_finding(response, answer, today, locale), "finding")
        self._results.value = _table(result_table(response, answer, today, locale), locale, "results")
        self._tiers.value = _table(tier_table(answer, today, locale), locale, "tiers")
        self._moves.value = _paragraph(say_moves(response, answer, locale), "moves")
        self._team_plot.value = _picture(draw_team(response, answer, self._stops, locale), locale)
        if answer.moves != self._moves_drawn:
            self._moves_plot.value = _picture(draw_moves(response, answer, locale), locale)
            self._moves_drawn = answer.moves


def _column(name: str, *children: ipywidgets.Widget) -> ipywidgets.Widget:
    return ipywidgets.VBox(list(children)).add_class(f"kamsim-{name}")


def _paragraph(text: str, name: str) -> str:
    live = ' role="status"' if name == "finding" else ""
    return f'<p class="kamsim-{name}-text"{live}>{html.escape(text)}</p>'


def _table(frame: pd.DataFrame, locale: Locale, name: str) -> str:
    """Write a table whose first column heads its rows, as HTML."""
    heads = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in frame.columns)
    rows = "".join(
        f'<tr><th scope="row">{html.escape(first)}</th>'
        + "".join(f"<td>{html.escape(text)}</td>" for text in rest)
        + "</tr>"
        for first, *rest in frame.itertuples(index=False)
    )
    caption = html.escape(locale.text(f"dashboard.{name}_caption"))
    body = f"<caption>{caption}</caption><tr>{heads}</tr>{rows}"
    return f'<table class="kamsim-table kamsim-{name}">{body}</table>'


def _picture(ax: Axes | None, locale: Locale) -> str:
    if ax is None:
        return ""
    picture = show_plot(ax, locale)
    data = base64.b64encode(picture.png).decode("ascii")
    return f'<img class="kamsim-plot" alt="{html.escape(picture.alt)}" src="data:image/png;base64,{data}">'
