import numba
import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.experiments.calibration.books import Shelf, design, simulate
from kamsim.experiments.calibration.moments import MOMENTS
from kamsim.experiments.calibration.parameters import free_parameters
from kamsim.experiments.calibration.traces import read_traces
from kamsim.portfolio import generate_portfolio
from kamsim.streams import stream

CUTOFF = pd.Timestamp("2026-01-01")
KEY = "dynamics.smb.loss_rate"


@pytest.fixture(scope="module")
def small(scenario: Scenario) -> Scenario:
    return scenario.override({"portfolio.accounts": 80, "calibration.free": {KEY: 2.0}})


def test_a_design_fills_its_box_evenly() -> None:
    points = design(np.array([1.0, -1.0]), np.array([2.0, 0.5]), 64, stream(1, "test"))
    assert points.min(axis=0) == pytest.approx([-1, -1.5], abs=0.1)
    assert points.max(axis=0) == pytest.approx([3, -0.5], abs=0.1)
    assert np.histogram(points[:, 0], 8, (-1, 3))[0].tolist() == [8] * 8


def test_the_luck_of_a_book_is_its_number_and_not_its_parameters(small: Scenario) -> None:
    like = read_traces(generate_portfolio(small), cutoff=CUTOFF)
    parameters = free_parameters(small)
    centre = np.array([parameters[0].centre])
    seen = simulate(np.array([centre, centre + 1, centre]), parameters, small, like, cutoff=CUTOFF)
    again = simulate(np.array([centre, centre]), parameters, small, like, cutoff=CUTOFF)
    won = list(MOMENTS).index("smb.won_share")
    assert (seen[0, won], again[0, won]) == (again[0, won], seen[0, won])
    assert seen[0, won] != seen[2, won]  # another book, the same parameters
    assert seen[1, won] < min(seen[0, won], seen[2, won])
    others = list(MOMENTS).index("strategic.won_share")
    assert seen[1, others] == pytest.approx(again[1, others], nan_ok=True)


def test_what_cannot_be_made_is_a_row_of_nothing(small: Scenario) -> None:
    like = read_traces(generate_portfolio(small), cutoff=CUTOFF)
    parameters = free_parameters(small.override({"calibration.free": {"portfolio.concentration": 2.0}}))
    seen = simulate(np.array([[parameters[0].centre], [-9.0]]), parameters, small, like, cutoff=CUTOFF)
    assert np.isfinite(seen[0]).any()
    assert np.isnan(seen[1]).all()


def test_portfolios_of_one_shape_share_their_books(small: Scenario) -> None:
    like = read_traces(generate_portfolio(small), cutoff=CUTOFF)
    parameters, shelf, told = free_parameters(small), Shelf(), list[int]()
    points = np.array([[parameters[0].centre]])
    for _ in range(2):
        simulate(points, parameters, small, like, cutoff=CUTOFF, shelf=shelf, tell=lambda: told.append(1))
    assert len(told) == 1
    simulate(points + 0.1, parameters, small, like, cutoff=CUTOFF, shelf=shelf, tell=lambda: told.append(1))
    assert len(told) == 2


def test_threads_are_given_back(small: Scenario) -> None:
    before = numba.get_num_threads()
    like = read_traces(generate_portfolio(small), cutoff=CUTOFF)
    parameters = free_parameters(small)
    simulate(np.array([[parameters[0].centre]]), parameters, small, like, cutoff=CUTOFF)
    assert numba.get_num_threads() == before
