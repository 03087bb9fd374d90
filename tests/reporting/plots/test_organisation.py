import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyBboxPatch

from kamsim.locale import ENGLISH, Locale
from kamsim.measures.organisation import COLUMNS
from kamsim.reporting import plot_organisation
from kamsim.reporting.plots.organisation import GONE_COLOUR, ROLE_COLOURS, organisation_title


@pytest.fixture
def chart() -> pd.DataFrame:
    rows = [
        ("x", "Ada", "economic_buyer", True, False, None, None, 0, 1.0),
        ("y", "Bo", "end_user", True, True, None, "x", 1, 0.0),
        ("z", "Cy", "procurement", None, False, None, "x", 1, 1.0),
        ("w", "Di", "economic_buyer", True, False, "2025-03-10", "x", 1, 2.0),
    ]
    names = [
        "stakeholder_id", "name", "decision_role", "engaged", "champion", "left_on", "reports_to", "level",
        "row",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=names).astype({"engaged": "boolean", "champion": "boolean"})
    return frame.assign(title="Head of operations", left_on=pd.to_datetime(frame["left_on"]))


def _boxes(ax) -> list[FancyBboxPatch]:
    return [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]


def test_title_counts_those_in_place(chart: pd.DataFrame) -> None:
    assert organisation_title(chart, "Acme", ENGLISH) == (
        "Acme: in contact with 2 of 3 people, a final budget holder among them"
    )
    # The other holder of a budget has left, and does not count.
    title = organisation_title(chart[chart["stakeholder_id"] != "x"], "Acme", Locale("fr"))
    assert title == "Acme\xa0: en contact avec 1 sur 2 personnes, sans détenteur final du budget"


def test_fill_says_engaged_frame_says_role_and_grey_says_gone(chart: pd.DataFrame) -> None:
    frames, fills = (
        [to_hex(getattr(box, f"get_{part}color")()).upper() for box in _boxes(plot_organisation(chart, "A"))]
        for part in ("edge", "face")
    )
    buyer, user, procurement = (ROLE_COLOURS[r] for r in ("economic_buyer", "end_user", "procurement"))
    assert frames == [buyer, user, procurement, GONE_COLOUR]
    assert fills == [buyer, user, "#FFFFFF", "#FFFFFF"]


def test_stars_and_leavers_are_written(chart: pd.DataFrame) -> None:
    texts = [text.get_text() for text in plot_organisation(chart, "A").texts]
    assert "★ Bo" in texts
    assert texts[-2:] == ["Di", "left March 2025, Head of…"]


@pytest.mark.parametrize("people", [5, 15])
def test_boxes_do_not_touch_and_hold_their_texts(people: int) -> None:
    rows = [
        {
            "stakeholder_id": f"p{n}", "name": "Marie-Christine Vandenbroucke",
            "title": "Directrice générale " * 3, "decision_role": "end_user", "engaged": True,
            "champion": True, "left_on": pd.NaT,
            "reports_to": "p0" if n else None, "level": int(n > 0), "row": max(0.0, n - 1.0),
        }
        for n in range(people)
    ]  # fmt: skip
    ax = plot_organisation(pd.DataFrame(rows), "A")
    ax.figure.draw_without_rendering()
    boxes = [box.get_window_extent() for box in _boxes(ax)]
    assert all(not a.overlaps(b) for n, a in enumerate(boxes) for b in boxes[:n])
    for number, text in enumerate(ax.texts):
        inner, outer = text.get_window_extent(), boxes[number // 2]
        assert inner.x1 <= outer.x1
        assert outer.y0 <= inner.y0 < inner.y1 <= outer.y1


def test_nobody_known() -> None:
    ax = plot_organisation(pd.DataFrame(columns=COLUMNS), "Acme", locale=Locale("fr"))
    assert " ".join(ax.get_title(loc="left").split("\n")).startswith("Pas d'organigramme de Acme")
