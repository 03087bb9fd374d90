import matplotlib as mpl
import pytest
from matplotlib import _pylab_helpers

from kamsim.locale import Locale
from kamsim.reporting.style import (
    BASELINE_COLOUR,
    MARKERS,
    PALETTE,
    finish,
    new_axes,
    policy_looks,
    write_percent_ticks,
)


def test_nothing_of_the_session_changes() -> None:
    before = dict(mpl.rcParams)
    finish(new_axes(), title="a" * 500)
    assert dict(mpl.rcParams) == before
    assert _pylab_helpers.Gcf.get_all_fig_managers() == []


def test_a_long_title_stays_in_its_figure() -> None:
    ax = new_axes()
    ax.set_yticks([0, 1], ["a long name of a policy", "another long name"])
    finish(ax, title="word " * 60)
    figure = ax.figure
    figure.draw_without_rendering()
    box = ax._left_title.get_window_extent()
    assert box.x1 <= figure.bbox.x1


@pytest.mark.parametrize("top", [0.013, 0.18, 0.9, 2.9])
def test_percent_ticks_are_exact(top: float) -> None:
    ax = new_axes()
    ax.plot([0, 1], [0, top])
    write_percent_ticks(ax.yaxis, Locale("en"))
    ax.figure.draw_without_rendering()
    shown = [float(label.get_text().rstrip("%").replace("−", "-")) for label in ax.get_yticklabels()]
    assert shown == pytest.approx([100 * place for place in ax.get_yticks()])


def test_looks_are_distinct_and_stable() -> None:
    policies = ["status_quo", "a", "b", "c", "d", "e", "f"]
    looks = policy_looks(policies, "status_quo")
    assert looks["status_quo"][0] == BASELINE_COLOUR
    assert len({colour for colour, _ in looks.values()}) == 7
    assert looks == policy_looks(policies[::-1], "status_quo")
    assert len(PALETTE) == len(MARKERS)
