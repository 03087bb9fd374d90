"""A plot in a notebook carries what it shows in words."""

from __future__ import annotations

import base64

from kamsim.locale import Locale
from kamsim.reporting.notebook_picture import describe, show_plot
from kamsim.reporting.style import finish, new_axes


def test_words_and_picture_travel_together() -> None:
    ax = finish(new_axes(4, 3), title="Costs rise", x_label="year", y_label="cost")

    data, metadata = show_plot(ax, Locale("en"))._repr_mimebundle_()

    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == data["text/plain"] == "Chart. Costs rise. Across: year; up: cost."


def test_wrapped_title_and_legend_are_one_line() -> None:
    ax = new_axes(4, 3)
    ax.plot([0, 1], label="one")
    ax.plot([1, 0], label="other")
    ax.legend()
    finish(ax, title="A long title that the width of the picture breaks in two", y_label="cost")

    assert describe(ax, Locale("en")) == (
        "Chart. A long title that the width of the picture breaks in two. Axis: cost. Signs: one, other."
    )


def test_every_panel_is_told_in_the_language_asked_for() -> None:
    figure = new_axes(4, 3).figure
    figure.clear()
    left, right = figure.subplots(1, 2)
    finish(left, title="Gauche", x_label="mois", y_label="coût")
    finish(right, title="Droite", x_label="mois", y_label="coût")

    assert describe(left, Locale("fr")) == (
        "Graphique. Gauche. En abscisse\u00a0: mois\u00a0; en ordonnée\u00a0: coût."
        " Droite. En abscisse\u00a0: mois\u00a0; en ordonnée\u00a0: coût."
    )
