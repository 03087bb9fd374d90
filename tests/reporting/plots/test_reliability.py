import numpy as np
import pandas as pd
import pytest

from kamsim.locale import Locale
from kamsim.reporting.plots import plot_lift, plot_reliability, reliability_curve
from kamsim.streams import stream


@pytest.fixture
def predictions() -> pd.DataFrame:
    draw = stream(1, "reliability")
    p = draw.beta(2, 5, 2000)
    return pd.DataFrame({"predicted": p, "happened": (draw.random(2000) < p).astype(float)})


def test_honest_probabilities_lie_in_their_intervals(predictions) -> None:
    curve = reliability_curve(predictions)
    inside = curve["predicted"].between(curve["low"], curve["high"])
    assert len(curve) == 10
    assert curve["rows"].sum() == 2000
    assert inside.sum() >= 8


def test_a_bin_where_it_never_happened_reaches_down_to_nothing() -> None:
    table = pd.DataFrame({"predicted": np.repeat([0.1, 0.9], 20), "happened": np.repeat([0.0, 1.0], 20)})
    curve = reliability_curve(table)
    assert curve["low"].iloc[0] == 0
    assert curve["high"].iloc[-1] == 1
    assert curve["high"].iloc[0] == pytest.approx(1 - 0.025 ** (1 / 20))


def test_the_curve_is_drawn_beside_the_line_where_both_agree(predictions) -> None:
    curve = reliability_curve(predictions)
    ax = plot_reliability(curve, locale=Locale("fr"))
    line, points = ax.lines[0], ax.lines[1]
    assert list(line.get_xdata()) == list(line.get_ydata())
    assert np.allclose(points.get_ydata(), curve["happened"])
    assert ax.get_title(loc="left").startswith("Prévu ")


def test_a_lift_has_a_bar_a_tenth_and_its_absence_is_said() -> None:
    lift = pd.DataFrame(
        {"measure": [f"lift_decile_{i}" for i in range(1, 11)], "value": np.linspace(2, 0, 10)}
    )
    ax = plot_lift(lift.assign(low=lift["value"] * 0.8, high=lift["value"] * 1.2))
    assert [bar.get_height() for bar in ax.patches] == pytest.approx(list(lift["value"]))
    assert "no prediction" in plot_lift(lift.assign(low=0, high=1).iloc[:0]).get_title(loc="left")
