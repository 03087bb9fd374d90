from types import SimpleNamespace

import pandas as pd
import pytest

from kamsim.locale import ENGLISH
from kamsim.reporting import held_out_potential, plot_held_out
from kamsim.reporting.plots.held_out import held_out_title

PREDICTIONS = pd.DataFrame(
    {
        "row": [0, 1, 2],
        "predicted": [4e5, 1e5, 2e5],
        "happened": [2e5, 1.25e5, 2e5],
        "low": [3e5, 5e4, 1e5],
        "high": [8e5, 2e5, 4e5],
    }
)


@pytest.fixture
def frame() -> pd.DataFrame:
    return held_out_potential(SimpleNamespace(predictions=PREDICTIONS))


def test_errors_are_shares_of_what_was_disclosed(frame) -> None:
    assert frame["predicted"].is_monotonic_increasing
    assert frame["error"].tolist() == pytest.approx([0.2, 0.0, 1.0])
    assert frame["inside"].tolist() == [True, True, False]


def test_the_title_says_how_near_and_how_sure(frame) -> None:
    assert held_out_title(frame, ENGLISH, 0.8) == (
        "Half of the predictions lie within 20% of the disclosed potential; the 80% intervals cover 67%"
    )


def test_wallets_outside_their_interval_stand_out(frame) -> None:
    ax = plot_held_out(frame)
    inside, outside, equal = ax.lines
    assert (len(inside.get_xdata()), len(outside.get_xdata())) == (2, 1)
    assert outside.get_xdata()[0] == 4e5
    assert inside.get_color() != outside.get_color()
    assert equal.get_xydata().tolist() == [[1e5, 1e5], [4e5, 4e5]]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


def test_without_a_disclosed_wallet_it_says_so() -> None:
    ax = plot_held_out(held_out_potential(None))
    assert ax.get_title(loc="left").startswith("Potential cannot be checked")
    assert not ax.lines
